"""Canvas's three-step upload, for each kind of storage (doc/api/file_uploads.md).

The token goes to Canvas in step 1 alone. Steps 2 and 3 are proved by the policy and the uuid in their addresses; with
a scoped token step 3 would even be refused, since `create_success` has a scope of its own (files_controller.rb).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from scopecheck import causes
from scopecheck.answer import Answer
from scopecheck.client import Call
from scopecheck.exercises.case import Case, Finding, Unavailable
from scopecheck.verdict import Verdict

IMAGE: Final = Path(__file__).parents[2] / "fixtures" / "content" / "image.png"
_KIND: Final = "image/png"
_FILE_PATH: Final = re.compile(r"/files/(\d+(?:~\d+)?)")


def upload(case: Case, name: str) -> str:
    """Upload the small image under a name and give the new file's id.

    A `Finding` or `Unavailable` ends the case; by then the file may exist, so the caller journals it before.
    """
    content = IMAGE.read_bytes()
    ticket = _announce(case, name, len(content))
    fields = {key: str(value) for key, value in ticket["upload_params"].items() if value is not None}
    part = (ticket.get("file_param") or "file", name, content, _KIND)
    stored = case.send(Call("POST", ticket["upload_url"], form=fields, file=part, authorized=False))
    if stored.status is None or stored.status >= 400 or stored.status < 200:
        raise Finding(
            Verdict.UNPROVED,
            causes.NOT_CANVAS_ANSWERING,
            f"Canvas accepted the upload, but its file storage answered {stored.says()}.",
        )
    file_id = _stored_id(stored)
    return file_id if file_id and stored.status < 300 else _confirm(case, stored)


def _announce(case: Case, name: str, size: int) -> dict[str, Any]:
    """Step 1: Canvas says where and how to upload."""
    form = {"name": name, "size": str(size), "content_type": _KIND, "on_duplicate": "rename"}
    answer = case.send(Call("POST", f"/api/v1/courses/{case.course}/files", form=form))
    ticket = case.thing(answer, case.must(answer), ("upload_url", "upload_params"))
    if not isinstance(ticket["upload_params"], dict):
        case.malformed(answer, "upload_params that are no object")
    return ticket


def _confirm(case: Case, stored: Answer) -> str:
    """Step 3: tell Canvas that the file has arrived, without the token."""
    location = stored.headers.get("location")
    if not location:
        raise Unavailable(f"the file storage named no address to confirm the upload ({stored.says()})")
    confirmed = case.send(Call("GET", urljoin(stored.url, location), authorized=False))
    file_id = _stored_id(confirmed) if confirmed.ok else None
    if file_id is None:
        raise Unavailable(f"Canvas took the file, but its confirmation got {confirmed.says()}")
    return file_id


def _stored_id(answer: Answer) -> str | None:
    """The file's id: from the body, or from the address that inst-fs names."""
    body = answer.json
    if isinstance(body, dict) and isinstance(body.get("id"), (int, str)):
        return str(body["id"])
    found = _FILE_PATH.search(answer.headers.get("location", ""))
    return found.group(1) if found else None
