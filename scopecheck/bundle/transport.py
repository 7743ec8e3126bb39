"""Answers requests from a bundle instead of a Canvas; nothing is ever sent."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable
from typing import Final

import httpx
from msgspec import UNSET

from scopecheck.bundle.answers import NOBODY, call_of
from scopecheck.bundle.bundle import Recorded
from scopecheck.run.plan import ADMIN, TOKEN
from scopecheck.transport.certificates import error_of

ADMIN_TOKEN: Final = "recorded-admin-token"
"""What stands for the administrator's token in a replay."""


class ReplayTransport(httpx.BaseTransport):
    """Gives the answers to each call in their order, and the last one again for as long as it is asked."""

    def __init__(self, exchanges: Iterable[Recorded], home: str) -> None:
        self.missing: list[str] = []
        """The calls that were not recorded."""
        self._home = home
        self._turn = threading.Lock()
        self._answers: dict[tuple[str, str], deque[Recorded]] = {}
        for exchange in exchanges:
            self._answers.setdefault((exchange.who, exchange.call), deque()).append(exchange)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer; httpx's own errors for a recorded fault, and for a call that was not recorded."""
        call = call_of(request.method, str(request.url), self._home)
        with self._turn:
            answers = self._answers.get((_who(request), call))
            if answers is None:
                if call not in self.missing:
                    self.missing.append(call)
                raise httpx.RemoteProtocolError("this call is not in the bundle", request=request)
            answer = answers.popleft() if len(answers) > 1 else answers[0]
        return _response(answer, request)


def _who(request: httpx.Request) -> str:
    shown = request.headers.get("authorization")
    if shown is None:
        return NOBODY
    return ADMIN if shown == f"Bearer {ADMIN_TOKEN}" else TOKEN


def _response(answer: Recorded, request: httpx.Request) -> httpx.Response:
    if answer.fault == "never-sent":
        raise httpx.ConnectError("as recorded", request=request)
    certificate = error_of(answer.fault or "")
    if certificate:
        raise httpx.ConnectError("as recorded", request=request) from certificate
    if answer.fault == "timed-out":
        raise httpx.ReadTimeout("as recorded", request=request)
    if answer.fault or answer.status is None:
        raise httpx.RemoteProtocolError("as recorded", request=request)
    body = answer.text if answer.json is UNSET else json.dumps(answer.json)
    headers = {name: value for name, value in answer.headers.items() if value is not None}
    return httpx.Response(answer.status, headers=headers, content=body.encode(), request=request)
