"""What goes wrong between client and Canvas: outages, proxies, other software, broken connections."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas import errors, throttle
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.http import Request, Response, json_response, redirect, text_response

_HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Broken:
    """A connection to cut, after sending the bytes in `partial` or staying silent for `hang` seconds."""

    partial: bytes = b""
    hang: float = 0.0


def _crash() -> Response:
    return errors.crashed().response


_ANSWERS: Final[Mapping[str, Callable[[], Response | Broken]]] = {
    "500": _crash,
    "502": lambda: json_response({"errors": [{"message": "bad gateway", "error_code": "bad_gateway"}]}, 502),
    "503-html": lambda: text_response("<html><h1>Canvas is down for maintenance</h1></html>", 503, _HTML),
    "throttle-403": lambda: throttle.refusal(403),
    "throttle-429": lambda: throttle.refusal(429),
    "html-200": lambda: text_response("<html><title>Sign in to continue</title></html>", 200, _HTML),
    "sso-redirect": lambda: redirect("https://sso.example.edu/login"),
    "reset": Broken,
    "truncate": lambda: Broken(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[{"id": 1, "name": "cut o'
    ),
    "not-json": lambda: text_response("OK", 200),
    "hang": lambda: Broken(hang=60.0),
    "other-software": lambda: json_response({"message": "no Route matched with those values"}, 404),
}


OF_CANVAS: Final = frozenset({"500", "502", "throttle-403", "throttle-429"})
"""Faults that Canvas itself answers; the others happen in front of it, or it does not answer at all."""


def answer_to(fault: Fault) -> Response | Broken:
    """What the client gets instead of Canvas's answer."""
    return _ANSWERS[fault.kind]()


class Faults:
    """Decides which requests fail, and how."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = [(fault, re.compile(fault.match)) for fault in faults]
        self._seen = [0] * len(faults)
        self._turn = threading.Lock()

    def strike(self, request: Request) -> Fault | None:
        """This request's fault, or None."""
        with self._turn:
            for index, (fault, pattern) in enumerate(self._faults):
                if not pattern.search(f"{request.method} {request.path}"):
                    continue
                self._seen[index] += 1
                nth = self._seen[index] - fault.skip
                if nth > 0 and (fault.times is None or nth <= fault.times):
                    return fault
        return None
