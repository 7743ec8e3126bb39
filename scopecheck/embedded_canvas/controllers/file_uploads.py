"""Canvas's own side of an upload, steps 1 and 3 (courses_controller.rb, files_controller.rb, lib/api/v1/attachment.rb).

Step 2, the storage, is in file_storages.py.
"""

from __future__ import annotations

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers import upload_tickets
from scopecheck.embedded_canvas.controllers.file_json import file_json, preview_include, previews
from scopecheck.embedded_canvas.controllers.file_life import arrive, guessed_type, quota, require_quota
from scopecheck.embedded_canvas.controllers.folders import UNFILED, find_folder, folder_at
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.records import Course, Folder
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import integer


@route("POST", "/api/v1/courses/:course_id/files", "courses#create_file")
def create(context: Context) -> Response:
    """Step 1: announce a file; the answer says where and how to send it."""
    course = context.course()
    context.require("manage_files_add", course)
    params = context.params
    path = params.get("parent_folder_path", params.get("folder"))
    folder_id = params.get("parent_folder_id")
    if path is not None and folder_id is not None:
        raise errors.message(400, "Can't set folder path and folder id")
    on_duplicate = _on_duplicate(context)
    if "size" in params:
        require_quota(context, course, integer(params["size"]) or 0, "file size exceeds quota")
    folder = _folder(context, course, path, folder_id)
    name = str(params.get("name") or params.get("filename") or "File")
    content_type = str(params.get("content_type") or guessed_type(name))
    return json_response(upload_tickets.announce(context, course, folder, name, content_type, on_duplicate))


@route("GET", "/api/v1/courses/:course_id/files/quota", "files#api_quota")
def show_quota(context: Context) -> Response:
    """The course's file quota, and how much of it is used, in bytes."""
    course = context.course()
    context.require("manage_files_add", course)
    allowed, used = quota(context, course)
    return json_response({"quota": allowed, "quota_used": used})


@route("GET", "/api/v1/files/:id/create_success", "files#api_create_success", login=False)
@route("POST", "/api/v1/files/:id/create_success", "files#api_create_success", login=False)
def create_success(context: Context) -> Response:
    """Step 3 of local storage and S3: the UUID is the secret, no user is required.

    With a scoped token the request needs a scope of its own, which integrations do not have.
    """
    number = context.path["id"]
    file = context.tables.files.get(int(number)) if number.isdecimal() else None
    arrived = {ticket.file_id for ticket in context.tables.tickets.values() if ticket.stored}
    if file is None or file.uuid != context.params.get("uuid") or file.workflow_state != "pending":
        return Response(400)
    if file.id not in arrived:
        return Response(400)
    on_duplicate = _on_duplicate(context)
    course = context.tables.courses[file.course_id]
    require_quota(context, course, len(file.content), "file size exceeds quota limits")
    arrive(context, file, on_duplicate)
    includes = frozenset({preview_include(context.includes())})
    return json_response(file_json(context, file, includes) | previews())


def _on_duplicate(context: Context) -> str:
    wanted = context.params.get("on_duplicate")
    if wanted not in {None, "overwrite", "rename"}:
        raise errors.message(400, "invalid on_duplicate option")
    return str(wanted or "overwrite")


def _folder(context: Context, course: Course, path: object, folder_id: object) -> Folder:
    """The folder to upload to; a missing path is created before the right to it is checked."""
    if path is None and folder_id is None:
        return folder_at(context.tables, course, UNFILED)
    wanted = folder_at(context.tables, course, str(path)) if path is not None else None
    folder = wanted or find_folder(context.tables, course, folder_id)
    if folder is None:
        raise errors.message(404, "The specified resource does not exist.")
    context.require("manage_contents", course)
    return folder
