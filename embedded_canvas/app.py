"""The embedded Canvas's core: a request in, a response out, in Canvas's order of checks.

Order (authentication_methods.rb, request_throttle.rb, application_controller.rb): throttle, routing, token, scope,
include stripping, login, and only then the controller with its lookups and rights.
"""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from multipart import MultipartError

import embedded_canvas.controllers  # noqa: F401  # importing the controllers registers their routes
from embedded_canvas import errors, routing, throttle
from embedded_canvas.authentication import load_user
from embedded_canvas.config import CanvasConfig
from embedded_canvas.context import Context
from embedded_canvas.faults import Broken, Faults
from embedded_canvas.http import Request, Response, text_response
from embedded_canvas.known import CREDENTIALS, Credentials
from embedded_canvas.params import JsonBodyError, Params
from embedded_canvas.seed import seed
from embedded_canvas.string_ids import wants_string_ids, with_string_ids
from embedded_canvas.tables import Tables, Write

_NO_PAGE = "<!DOCTYPE html><html lang='en'><title>Page Not Found</title><h1>Page Not Found</h1></html>"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Canvas:
    """One Canvas in one state; safe to call from several threads."""

    config: CanvasConfig
    tables: Tables = field(init=False)
    requests: int = field(default=0, init=False)
    """Requests received, refused ones included."""

    def __post_init__(self) -> None:
        self.tables = seed(self.config)
        self._faults = Faults(self.config.faults)
        self._throttle = throttle.Throttle(self.config.bucket_size, enabled=self.config.throttle)
        self._request_ids = count(1)
        self._turn = threading.Lock()
        self._memo: dict[str, Any] = {}

    @property
    def credentials(self) -> Credentials:
        """What a client needs to use this Canvas."""
        return CREDENTIALS

    def handle(self, request: Request) -> Response | Broken:
        """Answer one request; `Broken` means that the connection has to be cut."""
        with self._turn:
            self.requests += 1
            number = next(self._request_ids)
        identity = throttle.identity(request)
        if not self._throttle.enter(identity):
            return throttle.refusal().with_headers(*self._throttle.remaining(identity))
        try:
            if self.config.latency_ms:
                time.sleep(self.config.latency_ms / 1000)
            fault = self._faults.strike(request)
            if fault is not None:
                # It comes from something in front of Canvas, so without Canvas's headers.
                return fault
            answer = self._answer(request, number)
        finally:
            self._throttle.leave(identity)
        headers = [("X-Request-Context-Id", f"{number:08d}-embedded")]
        return answer.with_headers(*headers, *self._throttle.headers(identity))

    def _answer(self, request: Request, number: int) -> Response:
        with self.tables.lock:
            before = None if only_reads(request) else self.tables.digest()
            try:
                answer = self._dispatch(request)
            except errors.Refusal as refusal:
                answer = refusal.response
                if self.config.error_report_ids:
                    answer = errors.with_report(answer, number)
            except Exception:  # noqa: BLE001 - as Canvas does; the traceback goes where it can be seen
                traceback.print_exc()
                answer = errors.crashed().response
            if before is not None:
                changed = self.tables.digest() != before
                self.tables.writes.append(Write(request.method, request.path, answer.status, changed))
            return answer

    def _dispatch(self, request: Request) -> Response:
        found = routing.find(request.method, request.path)
        if found is None:
            return text_response(_NO_PAGE, 404, "text/html; charset=utf-8")
        route, path = found
        params = _parse(request)
        context = Context(
            request, self.config, self.tables, path, dict(params.values), params.json, params.uploads, memo=self._memo
        )
        load_user(context, route)
        if route.login and context.user is None:
            raise errors.unauthenticated()
        answer = route.action(context)
        return with_string_ids(answer) if wants_string_ids(request) else answer


def only_reads(request: Request) -> bool:
    """Whether the request changes nothing; the last step of an upload is a GET that does."""
    return request.method in _READING and not request.path.endswith("/create_success")


def _parse(request: Request) -> Params:
    try:
        return request.parse()
    except JsonBodyError:
        # media_tracks parses the raw body itself; everything else is refused before any controller.
        if request.path.endswith("/media_tracks"):
            return Params({})
        raise errors.messages(400, "There was a problem parsing the JSON body") from None
    except MultipartError:
        raise errors.messages(400, "There was a problem parsing the multipart body") from None
