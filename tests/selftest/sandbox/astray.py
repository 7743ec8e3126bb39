"""Answers that go astray: another object's, another course's, stale ones, and successes where nothing was done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final, TypeAlias

import httpx

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.keys import SHARD
from scopecheck.embedded_canvas.known import INTEGRATION_USER
from tests.selftest.embedded_canvas.transport import transport

Deliver: TypeAlias = Callable[[httpx.Request], httpx.Response]
"""Has Canvas answer a request."""
How: TypeAlias = Callable[[httpx.Request, Deliver], httpx.Response]
"""Answers a request in Canvas's place, or with its help."""

SIGNED: Final = {"X-Request-Context-Id": "0", "X-Canvas-User-Id": "10000000000101", "X-Canvas-Meta": "q=1;"}
"""What every answer of Canvas to a living token has."""


@dataclass
class Strike:
    """What happens to requests whose "VERB /path?query" matches, to so many of them."""

    match: str
    how: How
    times: int | None = None
    skip: int = 0


@dataclass
class Astray(httpx.BaseTransport):
    """A Canvas in this process whose answers may go astray; each is dated, as a web server does it."""

    canvas: Canvas
    strikes: list[Strike] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """All requests, as "VERB /path"."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to the request, or another."""
        self.asked.append(f"{request.method} {request.url.path}")
        answer = self._strike(request)(request, self._deliver)
        answer.headers["Date"] = formatdate(usegmt=True)
        return answer

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        return transport(self.canvas).handle_request(request)

    def _strike(self, request: httpx.Request) -> How:
        line = f"{request.method} {request.url.raw_path.decode()}"
        for strike in self.strikes:
            if strike.times != 0 and re.fullmatch(strike.match, line):
                if strike.skip:
                    strike.skip -= 1
                    continue
                strike.times = strike.times - 1 if strike.times else strike.times
                return strike.how
        return lambda request, deliver: deliver(request)


def to(path: str) -> How:
    """Canvas's answer to the reading of another path, with the same token; what was asked for is not done."""

    def how(request: httpx.Request, deliver: Deliver) -> httpx.Response:
        headers = {"Authorization": request.headers.get("Authorization", "")}
        return deliver(httpx.Request("GET", request.url.copy_with(raw_path=path.encode()), headers=headers))

    return how


def says(body: Any, status: int = 200, user: int = INTEGRATION_USER) -> How:
    """An answer with Canvas's headers, for the token's `user`; what was asked for is not done."""

    def how(_: httpx.Request, __: Deliver) -> httpx.Response:
        content = b"" if body is None else json.dumps(body).encode()
        named = {"X-Canvas-User-Id": str(SHARD + user), "Content-Type": "application/json"}
        return httpx.Response(status, headers={**SIGNED, **named}, content=content)

    return how


def done(how: How) -> How:
    """The same, but what was asked for is done."""

    def answer(request: httpx.Request, deliver: Deliver) -> httpx.Response:
        deliver(request)
        return how(request, deliver)

    return answer


def twice(request: httpx.Request, deliver: Deliver) -> httpx.Response:
    """The request is repeated on its way, and the first answer is passed on."""
    answer = deliver(request)
    deliver(request)
    return answer


def edited(edit: Callable[[Any], Any]) -> How:
    """Canvas's answer, with its JSON changed."""

    def how(request: httpx.Request, deliver: Deliver) -> httpx.Response:
        answer = deliver(request)
        headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
        content = json.dumps(edit(answer.json())).encode()
        return httpx.Response(answer.status_code, headers=headers, content=content)

    return how


def broken(request: httpx.Request, _: Deliver) -> httpx.Response:
    """No answer: the connection breaks off."""
    raise httpx.RemoteProtocolError("Server disconnected without sending a response", request=request)
