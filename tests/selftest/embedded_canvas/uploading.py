"""The steps of an upload, one by one, for the tests of uploads."""

from __future__ import annotations

from typing import Any

import httpx

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.content import FILES
from tests.selftest.embedded_canvas.driver import client

CONTENT = b"A small text.\n"


def announce(of: Canvas, **data: str) -> httpx.Response:
    """Step 1, with the token."""
    return client(of).post(FILES, data={"name": "note.txt", "size": str(len(CONTENT)), **data})


def store(of: Canvas, ticket: dict[str, Any], content: bytes = CONTENT, **changes: Any) -> httpx.Response:
    """Step 2, without the token: every field unchanged (except `changes`), the file last."""
    fields = {**ticket["upload_params"], **changes.pop("fields", {})}
    files = {changes.pop("part", ticket["file_param"]): ("note.txt", content, "text/plain")}
    return client(of, None).post(ticket["upload_url"], data=fields, files=files, **changes)


def confirm(of: Canvas, stored: httpx.Response) -> httpx.Response:
    """Step 3, without the token."""
    return client(of, None).get(stored.headers["location"])


def upload(of: Canvas, content: bytes = CONTENT, **data: str) -> dict[str, Any]:
    """Run all the steps that the storage needs; returns the new file."""
    stored = store(of, announce(of, **data).json(), content)
    answer = stored if stored.status_code == 201 else confirm(of, stored)
    body: dict[str, Any] = answer.json()
    return body


def seen(of: Canvas, file_id: int) -> httpx.Response:
    """The file, read by the integration."""
    return client(of).get(f"{FILES}/{file_id}")
