"""Calls with any Authorization header, and the refusals they can get (authentication_methods.rb)."""

from __future__ import annotations

from typing import Any

import httpx

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.driver import COURSE, client

BEARER = 'Bearer realm="canvas-lms"'
INVALID = {"errors": [{"message": "Invalid access token."}]}
REVOKED = {"errors": [{"message": "Revoked access token."}]}
INSUFFICIENT = {"errors": [{"message": "Insufficient scopes on access token."}]}
UNAUTHENTICATED = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
INVALID_AS_USER = {"errors": "Invalid as_user_id"}
UNSCOPED = "/api/v1/courses/1001/enrollments"
"""Not among Ally's scopes."""


def with_header(of: Canvas, text: str, path: str = COURSE) -> httpx.Response:
    """A call with this Authorization header."""
    return client(of, token=None).get(path, headers={"Authorization": text})


def outcome(answer: httpx.Response) -> tuple[int, Any, str | None]:
    """Status, body and realm of an answer."""
    return answer.status_code, answer.json(), answer.headers.get("www-authenticate")
