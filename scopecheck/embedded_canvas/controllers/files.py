"""Existing files: listed, read, changed, deleted (files_controller.rb). For uploads see file_uploads.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import is_locked, list_flags, refuse_locked
from scopecheck.embedded_canvas.controllers.file_json import file_json, previews, sees_hidden_files, short_json
from scopecheck.embedded_canvas.controllers.file_life import (
    live_files,
    namesakes,
    remove,
    settle_duplicates,
    truncated,
)
from scopecheck.embedded_canvas.controllers.folders import find_folder, root_folder
from scopecheck.embedded_canvas.controllers.lists import searched
from scopecheck.embedded_canvas.controllers.transcoding import catch_up
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Course, File
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.translations import FILE_NOT_DELETABLE
from scopecheck.embedded_canvas.values import moment, truth

_SORTS: Final[dict[str, Callable[[File], Any]]] = {
    "name": lambda file: file.display_name.casefold(),
    "size": lambda file: len(file.content),
    "created_at": lambda file: file.created_at,
    "updated_at": lambda file: file.updated_at,
    "content_type": lambda file: file.content_type,
    "user": lambda file: file.user_id or 0,
}
_REMOVED: Final = ("file_removed.pdf", "application/pdf", b"%PDF-1.4\n% This file has been removed.\n")


@route("GET", "/api/v1/courses/:course_id/files", "files#api_index")
def index(context: Context) -> Response:
    """The course's files in all folders; students see neither hidden nor locked ones. Creates the root folder."""
    course = context.course()
    root_folder(context.tables, course)
    context.require("read_contents", course)
    catch_up(context)
    found = [file for file in live_files(context, course) if _is_sought(context, file)]
    found = searched(context, found, lambda file: file.display_name)
    key = _SORTS.get(str(context.params.get("sort")), _SORTS["name"])
    found.sort(key=lambda file: (key(file), file.id), reverse=context.params.get("order") == "desc")
    flags = list_flags(context, course, "read_as_admin")
    includes, short = context.includes(), "names" in context.includes("only")

    def render(file: File) -> dict[str, Any]:
        body = short_json(file) if short else file_json(context, file, includes, listed=True)
        return body | flags(file)

    return context.page(found, render)


def _is_sought(context: Context, file: File) -> bool:
    wanted, unwanted = context.includes("content_types"), context.includes("exclude_content_types")
    names = {file.content_type, file.content_type.partition("/")[0]}
    visible = not (file.hidden or file.locked) or sees_hidden_files(context, file)
    return visible and (not wanted or bool(wanted & names)) and not unwanted & names


@route("GET", "/api/v1/courses/:course_id/files/:id", "files#api_show")
def show(context: Context) -> Response:
    """One file of the course; for an overwritten file its successor, if the request asks for it."""
    file_id = _id(context)
    course = context.course()
    file = context.tables.files.get(file_id)
    if file and file.replaced_by and _follows_replacements(context, course):
        file = context.tables.files.get(file.replaced_by)
    if file is None or file.course_id != course.id:
        raise errors.not_found()
    return _shown(context, file)


@route("GET", "/api/v1/files/:id", "files#api_show")
def show_anywhere(context: Context) -> Response:
    """One file, without its course; this is a separate scope."""
    return _shown(context, _find(context))


@route("PUT", "/api/v1/files/:id", "files#api_update")
def update(context: Context) -> Response:
    """Update a file, even a deleted one; fields not named stay. Its ID and `filename` never change."""
    file = _find(context)
    course = context.tables.courses[file.course_id]
    context.scene = ("Course", course.id)
    context.require("manage_files_edit", course)
    folder_id = _new_folder(context, course) if context.params.get("parent_folder_id") else file.folder_id
    name = _new_name(context, file)
    if name != file.display_name:
        refuse_locked(context, file, "display_name")
    wanted = replace(file, folder_id=folder_id, display_name=name)
    clashes = wanted != file and bool(namesakes(context, wanted))
    how = context.params.get("on_duplicate")
    if clashes and how not in {"overwrite", "rename"}:
        raise errors.message(409, "file already exists; use on_duplicate='overwrite' or 'rename'")
    file.folder_id, file.display_name = folder_id, name
    _set_access(context, file)
    if clashes:
        settle_duplicates(context, file, str(how))
    file.updated_at = now()
    return json_response(file_json(context, file))


@route("DELETE", "/api/v1/files/:id", "files#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete a file, even again. With `replace` it stays, with another name and other contents."""
    file = _find(context)
    course = context.tables.courses[file.course_id]
    if truth(context.params.get("replace")):
        return _replace(context, file, course)
    if not context.may("manage_files_delete", course):
        raise errors.message(401, context.said(FILE_NOT_DELETABLE))
    if is_locked(context, file):
        raise context.not_permitted()
    remove(context, file)
    return json_response(file_json(context, file))


@route("GET", "/files/:id/download", "files#show", login=False)
def download(context: Context) -> Response:
    """The file's contents, for anybody who has its address with the verifier."""
    file = _find(context)
    if file.workflow_state != "processed" or context.params.get("verifier") != file.uuid:
        raise errors.not_found()
    return Response(200, file.content, (("Content-Type", file.content_type),))


def _id(context: Context) -> int:
    wanted = context.path["id"]
    if not wanted.isdecimal():
        raise errors.not_found()
    return int(wanted)


def _find(context: Context) -> File:
    """The path's file, including deleted ones; a pending upload counts as deleted."""
    found = context.tables.files.get(_id(context))
    if found is None:
        raise errors.not_found()
    return found


def _shown(context: Context, file: File) -> Response:
    catch_up(context)
    if file.workflow_state != "processed":
        raise errors.not_found()
    context.require("read_files", context.tables.courses[file.course_id])
    return json_response(file_json(context, file, context.includes()) | previews())


def _follows_replacements(context: Context, course: Course) -> bool:
    wanted = context.params.get("replacement_chain_context_id")
    return context.params.get("replacement_chain_context_type") == "course" and str(wanted) == str(course.id)


def _new_folder(context: Context, course: Course) -> int:
    folder = find_folder(context.tables, course, context.params["parent_folder_id"])
    if folder is None:
        raise errors.not_found()
    context.require("manage_contents", course)
    return folder.id


def _new_name(context: Context, file: File) -> str:
    if "name" not in context.params:
        return file.display_name
    if context.params["name"] is None:
        raise errors.crashed()
    return truncated(str(context.params["name"])) or file.filename


def _set_access(context: Context, file: File) -> None:
    for name in {"lock_at", "unlock_at"} & context.params.keys():
        setattr(file, name, moment(context.params[name]))
    if "locked" in context.params:
        file.locked = truth(context.params["locked"])
    if "hidden" in context.params:
        # Canvas keeps "hidden" and "deleted" in one column, so that this brings a deleted file back.
        file.hidden, file.workflow_state = truth(context.params["hidden"]), "processed"


def _replace(context: Context, file: File, course: Course) -> Response:
    if not (context.may("manage_files_edit", course) or context.may("manage_files_delete", course)):
        raise context.not_permitted()
    context.require("become_user", course)
    file.display_name, file.content_type, file.content = _REMOVED
    file.filename = file.display_name
    return json_response(file_json(context, file))
