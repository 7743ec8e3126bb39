"""The answer to step 1 of an upload, for each kind of storage (app/models/attachment.rb, lib/inst_fs.rb).

S3 and inst-fs are different hosts from Canvas. Here one server plays all of them, so they use another name of the same
machine; a client that sends Canvas's token there is caught.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.file_life import new_file
from scopecheck.embedded_canvas.http import Request
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import Course, File, Folder, UploadTicket

S3_PATH: Final = "/canvas-uploads"
LOCAL_PATH: Final = "/files_api"
INST_FS_PATH: Final = "/files"

_VALID: Final = timedelta(minutes=30)
_VALID_AT_INST_FS: Final = timedelta(minutes=10)
_SECRET: Final = secrets.token_bytes(32)
_OTHER_NAMES: Final = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


def storage_origin(request: Request) -> str:
    """Scheme and host of the storage: a loopback host's other name, else a subdomain of Canvas's host."""
    name, colon, port = request.host.partition(":")
    return f"{request.scheme}://{_OTHER_NAMES.get(name, f'storage.{name}')}{colon}{port}"


def announce(
    context: Context, course: Course, folder: Folder, name: str, content_type: str, on_duplicate: str
) -> dict[str, Any]:
    """Store a ticket for the upload and return the answer to step 1."""
    maker = {"local": _local, "s3": _s3, "inst-fs": _inst_fs}[context.config.storage]
    ticket, body = maker(context, UploadTicket(
        key="", storage_url="", canvas=context.request.origin, fields={}, expires_at=now() + _VALID,
        course_id=course.id, folder_id=folder.id, user_id=context.caller.id, name=name, content_type=content_type,
        on_duplicate=on_duplicate, includes=sorted(context.includes("success_include")),
    ))  # fmt: skip
    context.tables.tickets[ticket.key] = ticket
    return {"upload_url": ticket.storage_url, "upload_params": dict(ticket.fields)} | body


def confirm_url(ticket: UploadTicket, file: File) -> str:
    """The address of step 3. Overwriting is the default, so only renaming is named."""
    query = [("uuid", file.uuid)]
    query += [("on_duplicate", "rename")] if ticket.on_duplicate == "rename" else []
    query += [("include[]", name) for name in ticket.includes]
    return f"{ticket.canvas}/api/v1/files/{file.id}/create_success?{urlencode(query)}"


def _local(context: Context, ticket: UploadTicket) -> tuple[UploadTicket, dict[str, Any]]:
    file = _pending(context, ticket)
    ticket.key = _policy(ticket, file, {})
    ticket.fields = _form(ticket, file) | {"Policy": ticket.key, "Signature": _signature(ticket.key)} | _typed(ticket)
    query = [("on_duplicate", "rename")] if ticket.on_duplicate == "rename" else []
    query += [("success_include[]", name) for name in ticket.includes]
    ticket.storage_url = f"{ticket.canvas}{LOCAL_PATH}" + (f"?{urlencode(query)}" if query else "")
    return ticket, {"file_param": "attachment[uploaded_data]"}


def _s3(context: Context, ticket: UploadTicket) -> tuple[UploadTicket, dict[str, Any]]:
    file = _pending(context, ticket)
    stamp = now().strftime("%Y%m%dT%H%M%SZ")
    amazon = {
        "x-amz-credential": f"AKIAEMBEDDED/{stamp[:8]}/us-east-1/s3/aws4_request",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-date": stamp,
    }
    ending = {"success_action_redirect": confirm_url(ticket, file)} | _typed(ticket)
    ticket.key = _policy(ticket, file, amazon | ending)
    signed = {"Policy": ticket.key, "x-amz-signature": _signature(ticket.key)}
    ticket.fields = amazon | _form(ticket, file) | signed | ending
    ticket.storage_url = storage_origin(context.request) + S3_PATH
    return ticket, {"file_param": "file"}


def _inst_fs(context: Context, ticket: UploadTicket) -> tuple[UploadTicket, dict[str, Any]]:
    """No file is created until inst-fs tells Canvas that it has arrived."""
    ticket.expires_at = now() + _VALID_AT_INST_FS
    claims = {"iat": iso(now()), "exp": iso(ticket.expires_at), "jti": secrets.token_hex(8)}
    unsigned = f"{_encoded({'typ': 'JWT', 'alg': 'HS512'})}.{_encoded(claims)}"
    ticket.key = f"{unsigned}.{_signature(unsigned)}"
    ticket.fields = {"filename": ticket.name, "content_type": ticket.content_type}
    ticket.storage_url = f"{storage_origin(context.request)}{INST_FS_PATH}?{urlencode({'token': ticket.key})}"
    return ticket, {"file_param": "file", "progress": None}


def _pending(context: Context, ticket: UploadTicket) -> File:
    course = context.tables.courses[ticket.course_id]
    file = new_file(context, course, ticket.folder_id, ticket.name, ticket.content_type, ticket.user_id)
    ticket.file_id = file.id
    return file


def _form(ticket: UploadTicket, file: File) -> dict[str, str]:
    return {"Filename": file.filename, "key": f"account_1/attachments/{file.id}/{ticket.name}", "acl": "private"}


def _typed(ticket: UploadTicket) -> dict[str, str]:
    return {} if ticket.content_type == "unknown/unknown" else {"content-type": ticket.content_type}


def _policy(ticket: UploadTicket, file: File, more: dict[str, str]) -> str:
    conditions = [{name: value} for name, value in (_form(ticket, file) | more).items()]
    policy = {"expiration": iso(ticket.expires_at), "attachment_id": file.id, "conditions": conditions}
    return base64.b64encode(json.dumps(policy).encode()).decode()


def _signature(text: str) -> str:
    return hmac.new(_SECRET, text.encode(), hashlib.sha256).hexdigest()


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
