"""A course's folders: the root folder and paths below it, created when needed (app/models/folder.rb)."""

from __future__ import annotations

from typing import Final

from scopecheck.embedded_canvas.records import Course, Folder
from scopecheck.embedded_canvas.tables import Tables

_ROOT: Final = "course files"
UNFILED: Final = "unfiled"
"""The folder for uploads that name none."""


def root_folder(tables: Tables, course: Course) -> Folder:
    """The course's root folder."""
    return _ensure(tables, course, _ROOT, None)


def folder_at(tables: Tables, course: Course, path: str) -> Folder:
    """The folder of a path like `images/lab`, creating missing parts. The path may start with the root's name."""
    folder = root_folder(tables, course)
    parts = [part for part in path.split("/") if part]
    for part in parts[1:] if parts[:1] == [_ROOT] else parts:
        folder = _ensure(tables, course, f"{folder.full_name}/{part}", folder)
    return folder


def find_folder(tables: Tables, course: Course, wanted: object) -> Folder | None:
    """The course's folder with this ID."""
    text = str(wanted)
    found = tables.folders.get(int(text)) if text.isdecimal() else None
    return found if found and found.course_id == course.id else None


def _ensure(tables: Tables, course: Course, full_name: str, parent: Folder | None) -> Folder:
    for folder in tables.folders.values():
        if (folder.course_id, folder.full_name) == (course.id, full_name):
            return folder
    made = Folder(tables.next_id(), course.id, full_name, parent.id if parent else None)
    tables.folders[made.id] = made
    return made
