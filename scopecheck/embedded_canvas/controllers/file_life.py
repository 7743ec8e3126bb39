"""The life of a course's files: duplicates, renaming, deletion, quota (app/models/attachment.rb)."""

from __future__ import annotations

import itertools
import mimetypes
import secrets
from collections.abc import Collection
from typing import Final
from urllib.parse import quote_plus

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import is_locked
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Course, File

_SMALLEST: Final = 512
"""The fewest bytes that a file uses of the quota."""
_LONGEST: Final = 255
_MEGABYTE: Final = 1024 * 1024


def live_files(context: Context, course: Course) -> list[File]:
    """The course's files by ID, except for deleted and pending ones."""
    files = sorted(context.tables.files.values(), key=lambda file: file.id)
    return [file for file in files if file.course_id == course.id and file.workflow_state == "processed"]


def guessed_type(name: str) -> str:
    """The content type guessed from a file's name."""
    return mimetypes.guess_type(name)[0] or "unknown/unknown"


def truncated(text: str) -> str:
    """A name cut to 255 characters, the last three of them dots."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def new_file(context: Context, course: Course, folder_id: int, name: str, content_type: str, user_id: int) -> File:
    """A file whose upload has been announced; it is in no list until it has arrived."""
    number = context.tables.next_id()
    moment = now()
    file = File(number, secrets.token_hex(20), course.id, folder_id, truncated(name), quote_plus(name), content_type,
                b"", moment, moment, workflow_state="pending", user_id=user_id)  # fmt: skip
    context.tables.files[number] = file
    return file


def arrive(context: Context, file: File, on_duplicate: str) -> None:
    """The upload is complete: the file becomes visible. Audio and video wait to be transcoded (`maybe`)."""
    file.workflow_state = "processed"
    if file.content_type.startswith(("audio/", "video/")):
        file.media_entry_id = "maybe"
    settle_duplicates(context, file, on_duplicate)


def namesakes(context: Context, file: File) -> list[File]:
    """Other live files with the same name in the same folder."""
    return [other for other in _neighbours(context, file) if other.display_name == file.display_name]


def settle_duplicates(context: Context, file: File, how: str) -> None:
    """Overwrite files with the same name, or rename this one; locked files are not overwritten."""
    others = namesakes(context, file)
    if how == "rename" or any(is_locked(context, other) for other in others):
        taken = {other.display_name for other in _neighbours(context, file)}
        file.display_name = _free_name(file.display_name, taken)
        return
    for other in others:
        file.hidden = file.hidden or other.hidden
        file.locked, file.lock_at, file.unlock_at = other.locked, other.lock_at, other.unlock_at
        for earlier in context.tables.files.values():
            if earlier.replaced_by == other.id:
                earlier.replaced_by = file.id
        other.replaced_by = file.id
        remove(context, other)


def _neighbours(context: Context, file: File) -> list[File]:
    live = live_files(context, context.tables.courses[file.course_id])
    return [other for other in live if other.folder_id == file.folder_id and other.id != file.id]


def _free_name(name: str, taken: Collection[str]) -> str:
    stem, dot, suffix = name.rpartition(".")
    for count in itertools.count(1):
        if name not in taken:
            break
        name = f"{stem}-{count}{dot}{suffix}" if dot else f"{suffix}-{count}"
    return name


def remove(context: Context, file: File) -> None:
    """Soft-delete the file and unlink its media object."""
    file.workflow_state = "deleted"
    for media in context.tables.media_objects.values():
        if media.file_id == file.id:
            media.file_id = None


def quota(context: Context, course: Course) -> tuple[int, int]:
    """The course's file quota, and how much of it is used, in bytes."""
    used = sum(max(len(file.content), _SMALLEST) for file in live_files(context, course))
    return context.config.storage_quota_mb * _MEGABYTE, used


def require_quota(context: Context, course: Course, more: int, refusal: str) -> None:
    """Refuse with this message if `more` bytes would exceed the course's quota."""
    allowed, used = quota(context, course)
    if allowed < used + more:
        raise errors.message(400, refusal)
