"""Step 2 of an upload: what local storage, S3 and inst-fs do with the file (doc/api/file_uploads.md).

Each expects the fields of step 1 unchanged, and a valid policy or token that has not expired. S3 and inst-fs are not
part of Canvas: a request that carries Canvas's token is refused and recorded in `Tables.leaks`.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers import upload_tickets
from scopecheck.embedded_canvas.controllers.file_json import file_json, preview_include
from scopecheck.embedded_canvas.controllers.file_life import arrive, new_file, require_quota
from scopecheck.embedded_canvas.http import Response, json_response, redirect, text_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.params import Upload
from scopecheck.embedded_canvas.records import File, UploadTicket
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.tokens import token_text

_LOCAL_FIELDS: Final = ("file", "attachment[uploaded_data]")


@route("POST", upload_tickets.LOCAL_PATH, "files#api_create", login=False)
def local(context: Context) -> Response:
    """Canvas's own disk: 302 to step 3; anything wrong with the policy is an empty 400."""
    ticket = context.tables.tickets.get(str(context.params.get("Policy")))
    upload = _upload(context, *_LOCAL_FIELDS)
    file = _pending_file(context, ticket)
    if ticket is None or file is None or upload is None or ticket.stored or _is_past(ticket):
        return Response(400)
    if _changed_fields(context, ticket):
        return Response(400)
    context.scene = ("Course", file.course_id)
    _store(file, ticket, upload)
    ticket.on_duplicate = str(context.params.get("on_duplicate") or "overwrite")
    ticket.includes = sorted(context.includes("success_include"))
    return redirect(upload_tickets.confirm_url(ticket, file))


@route("POST", upload_tickets.S3_PATH, login=False)
def s3(context: Context) -> Response:
    """Amazon S3: 303 to step 3, an XML error otherwise; fields after the file are ignored."""
    if _carries_token(context):
        raise _s3_refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
    upload = _upload(context, "file")
    if upload is None:
        raise _s3_refusal(400, "InvalidArgument", "POST requires exactly one file upload per request.")
    ticket = context.tables.tickets.get(str(context.params.get("Policy"))) if "Policy" in upload.before else None
    file = _pending_file(context, ticket)
    if ticket is None or file is None:
        raise _s3_refusal(403, "AccessDenied", "Access Denied")
    if _is_past(ticket):
        raise _s3_refusal(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    unmet = _changed_fields(context, ticket) or sorted(ticket.fields.keys() - upload.before)
    if unmet:
        raise _s3_refusal(403, "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {unmet[0]}")
    extra = sorted(upload.before - ticket.fields.keys())
    if extra:
        raise _s3_refusal(403, "AccessDenied", f"Invalid according to Policy: Extra input fields: {extra[0]}")
    if not upload.content:
        raise _s3_refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
    _store(file, ticket, upload)
    return redirect(ticket.fields["success_action_redirect"], 303)


@route("POST", upload_tickets.INST_FS_PATH, login=False)
def inst_fs(context: Context) -> Response:
    """Instructure's storage, which notifies Canvas itself: 201 with the file and its address on Canvas.

    The wording of its refusals is not known; these are made up, except for the quota's.
    """
    if _carries_token(context):
        raise errors.message(400, "this service takes no access token of Canvas")
    ticket = context.tables.tickets.get(str(context.params.get("token")))
    upload = _upload(context, "file")
    if ticket is None or ticket.stored or _is_past(ticket):
        raise errors.message(401, "the upload token is unknown, used or expired")
    if upload is None or _changed_fields(context, ticket):
        raise errors.message(422, "the upload is not what its token was given for")
    course = context.tables.courses[ticket.course_id]
    require_quota(context, course, len(upload.content), "file size exceeds quota limits")
    file = new_file(context, course, ticket.folder_id, ticket.name, ticket.content_type, ticket.user_id)
    _store(file, ticket, upload)
    arrive(context, file, ticket.on_duplicate)
    include = preview_include(ticket.includes)
    location = f"{ticket.canvas}/api/v1/files/{file.id}?include[]={include}"
    body = file_json(context, file, frozenset({include}), origin=ticket.canvas)
    return json_response(body, 201, (("Location", location),))


def _upload(context: Context, *fields: str) -> Upload | None:
    return next((upload for upload in context.uploads if upload.field in fields), None)


def _pending_file(context: Context, ticket: UploadTicket | None) -> File | None:
    file = context.tables.files.get(ticket.file_id) if ticket and ticket.file_id else None
    return file if file and file.workflow_state == "pending" else None


def _is_past(ticket: UploadTicket) -> bool:
    return ticket.expires_at <= now()


def _changed_fields(context: Context, ticket: UploadTicket) -> list[str]:
    return [name for name, value in ticket.fields.items() if context.params.get(name) != value]


def _store(file: File, ticket: UploadTicket, upload: Upload) -> None:
    file.content, ticket.stored = upload.content, True


def _carries_token(context: Context) -> bool:
    leaked = "authorization" in context.request.headers or token_text(context.request, context.params) is not None
    if leaked:
        context.tables.leaks.append(f"{context.request.method} {context.request.origin}{context.request.path}")
    return leaked


def _s3_refusal(status: int, code: str, message: str) -> errors.Refusal:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    body = f"{head}\n<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return errors.Refusal(text_response(body, status, "application/xml"))
