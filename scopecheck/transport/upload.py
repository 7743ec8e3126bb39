"""Canvas's three-step upload, for each kind of storage (doc/api/file_uploads.md).

Only step 1 sends the token. Steps 2 and 3 are authorized by the policy and the uuid in their addresses; with a scoped
token step 3 would even be refused, because `create_success` has its own scope (files_controller.rb).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urljoin, urlsplit

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.ids import IdForm
from scopecheck.installation import FIXTURES
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call

IMAGE: Final = FIXTURES / "content" / "image.png"
TICKET: Final = ("upload_url", "upload_params")
"""What the answer to step 1 must have."""


def is_ticket(body: object) -> bool:
    """Whether the answer to step 1 says where and how to upload."""
    if not isinstance(body, dict):
        return False
    return _is_address(body.get("upload_url")) and isinstance(body.get("upload_params"), dict)


class NoTicket(Exception):
    """Canvas did not accept the upload in step 1."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.says())
        self.answer = answer


def require_ticket(answer: Answer) -> Mapping[str, Any]:
    """The JSON of the answer to step 1. Raises NoTicket."""
    if read(answer) is not Reading.OK or not is_ticket(answer.json):
        raise NoTicket(answer)
    return dict(answer.json)


def _is_address(value: object) -> bool:
    """Whether it is the address of a host; any other text would lead to a path on Canvas itself."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)


_KIND: Final = "image/png"
_CONFIRMING: Final = re.compile(r"/api/v1/files/[\d~]+/create_success", re.ASCII)
"""The only path at which the storage's redirect gets the token."""
_FILE_PATH: Final = re.compile(r"/files/([^/?#]+)")

Step1Check: TypeAlias = Callable[[Answer], Mapping[str, Any]]
"""Checks the answer to step 1 and returns its JSON, or raises."""


class StorageFault(Exception):
    """Canvas accepted the upload, but its file storage did not take the file."""


class NotConfirmed(Exception):
    """The storage took the file, but Canvas did not confirm it, or did not say which file it is."""

    file_id: str | None = None
    """The ID in the address for confirming, which is Canvas's only if that was."""


def upload(send: Callable[[Call], Answer], course_id: str, name: str, check_step_1: Step1Check) -> str:
    """Upload the small image into a course under a name, and return the new file's id.

    Raises what `check_step_1` raises, StorageFault and NotConfirmed; in all three cases the file may already exist.
    """
    content = IMAGE.read_bytes()
    # The name is in the address, too: if the body gets lost, Canvas names the file, and it could not be found again.
    named = {"name": name, "on_duplicate": "rename"}
    form = {**named, "size": str(len(content)), "content_type": _KIND}
    path = f"/api/v1/courses/{course_id}/files"
    ticket = check_step_1(send(Call("POST", path, query=list(named.items()), form=form)))
    if not is_ticket(ticket):
        raise StorageFault("Canvas accepted the upload, but gave no address to send the file to")
    fields = {key: str(value) for key, value in ticket["upload_params"].items() if value is not None}
    param = ticket.get("file_param")
    part = (param if param and isinstance(param, str) else "file", name, content, _KIND)
    stored = send(Call("POST", ticket["upload_url"], form=fields, file=part, authorized=False))
    if stored.status is None or not 200 <= stored.status < 400:
        raise StorageFault(f"Canvas accepted the upload, but its file storage answered {stored.says()}")
    file_id = _stored_id(stored)
    return file_id if file_id and stored.status < 300 else _confirm(send, stored)


def _confirm(send: Callable[[Call], Answer], stored: Answer) -> str:
    """Step 3: tell Canvas that the file has arrived, without the token.

    If Canvas asks for a user here, as its documentation says, it gets the token; no other host does.
    """
    location = stored.headers.get("location")
    if not location:
        raise NotConfirmed(f"the file storage gave no address for confirming the upload ({stored.says()})")
    try:
        address = urljoin(stored.url, location)
    except ValueError:
        raise NotConfirmed(
            f"the file storage gave a malformed address for confirming the upload ({stored.says()})"
        ) from None
    confirmed = send(Call("GET", address, authorized=False))
    if read(confirmed) is Reading.UNAUTHENTICATED and _CONFIRMING.fullmatch(urlsplit(address).path):
        confirmed = send(Call("GET", address))
    file_id = _stored_id(confirmed) if confirmed.ok else None
    if file_id is None:
        unconfirmed = NotConfirmed(f"the file was stored, but confirming the upload got {confirmed.says()}")
        found = _FILE_PATH.search(address)
        unconfirmed.file_id = found.group(1) if found else None
        raise unconfirmed
    return file_id


def _stored_id(answer: Answer) -> str | None:
    """The file's id: from the body, or from the address that inst-fs gives."""
    body = answer.json
    if isinstance(body, dict) and IdForm.NUMBER.fits(body.get("id")):
        return str(body["id"])
    found = _FILE_PATH.search(answer.headers.get("location", ""))
    return found.group(1) if found and IdForm.NUMBER.fits(found.group(1)) else None
