"""An administrator's client of an embedded Canvas in this process, and what it sends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from scopecheck.administration.access_plan import AccessPlan, Wanted, read_plan, wanted
from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient, Patience
from tests.selftest.embedded_canvas.driver import BASE, client
from tests.selftest.embedded_canvas.transport import transport

ALLY = load_profile("ally")
HASTY = Patience(timeout=5, attempts=2, first_wait=0.0, longest_wait=0.0)
LOGIN = "ally"
"""The log-in of the user whose token the embedded Canvas hands out."""


@dataclass
class Line(httpx.BaseTransport):
    """The way to a Canvas, which notes what is sent, and loses the answers to what matches `loses`."""

    canvas: Canvas
    loses: str = "^$"
    sees: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda _, answer: answer
    """What comes instead of an answer."""
    sent: list[str] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer, unless it gets lost on its way back."""
        self.sent.append(f"{request.method} {request.url.path}")
        answer = transport(self.canvas).handle_request(request)
        if re.search(self.loses, self.sent[-1]):
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
        return self.sees(request, answer)

    @property
    def writes(self) -> list[str]:
        """What was sent that is more than a question."""
        return [each for each in self.sent if not each.startswith("GET ")]


def administrator(way: Canvas | httpx.BaseTransport, token: str = CREDENTIALS.admin_token) -> CanvasClient:
    """The engine's client with an administrator's token."""
    line = transport(way) if isinstance(way, Canvas) else way
    return CanvasClient(BASE, Secret(token), patience=HASTY, transport=line)


def asked(login: str | None = LOGIN, name: str | None = None) -> Wanted:
    """What Ally's profile asks for."""
    return wanted(ALLY, login, name)


def plan_of(way: Canvas | httpx.BaseTransport, login: str | None = LOGIN) -> AccessPlan:
    """What there is to do."""
    return read_plan(administrator(way), asked(login))


def by_hand(of: Canvas, verb: str, path: str, **sent: Any) -> Any:
    """What an administrator does besides, in the root account."""
    answer = client(of, "admin").request(verb, f"/api/v1/accounts/self/{path}", json=sent)
    assert answer.is_success, answer.text
    return answer.json()
