"""An embedded Canvas in this process, and a client of it."""

from __future__ import annotations

from typing import Any, Literal

import httpx

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from tests.selftest.embedded_canvas.transport import transport

SCOPES = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)
BASE = "http://canvas.test"
COURSE = "/api/v1/courses/1001"
"""The sandbox course's path."""

NOT_FOUND = {"errors": [{"message": "The specified resource does not exist."}]}
NOT_PERMITTED = {
    "status": "unauthorized",
    "errors": [{"message": "user not authorized to perform that action"}],
}


def canvas(**state: Any) -> Canvas:
    """A Canvas in this state (fields of CanvasConfig), with Ally's scopes, without throttle and reports by default."""
    return Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, "error_report_ids": False, **state}))


Holder = Literal["access", "admin"] | None


def client(of: Canvas, token: Holder = "access") -> httpx.Client:  # noqa: S107  # whose token, not a token
    """A client with the integration's token, the administrator's unscoped one, or none.

    It follows no redirects; its base address is `http://canvas.test`.
    """
    known = of.credentials
    tokens = {"access": known.access_token, "admin": known.admin_token}
    headers = {"Authorization": f"Bearer {tokens[token]}"} if token else {}
    return httpx.Client(base_url=BASE, headers=headers, transport=transport(of))
