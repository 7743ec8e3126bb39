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

import scopecheck.embedded_canvas.controllers  # noqa: F401  # importing the controllers registers their routes
from scopecheck.embedded_canvas import errors, gate_only, headers, routing, throttle
from scopecheck.embedded_canvas.authentication import load_user
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.faults import OF_CANVAS, Broken, Faults, answer_to
from scopecheck.embedded_canvas.http import Request, Response, text_response
from scopecheck.embedded_canvas.known import CREDENTIALS, Credentials
from scopecheck.embedded_canvas.params import JsonBodyError, Params
from scopecheck.embedded_canvas.seed import seed
from scopecheck.embedded_canvas.string_ids import wants_string_ids, with_string_ids
from scopecheck.embedded_canvas.tables import Tables, Write

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

    def empty_cache(self) -> None:
        """Let requests see what was changed of the roles; with `role_cache` they do not before."""
        with self.tables.lock:
            if self.config.role_cache:
                self.tables.cache_roles()

    def handle(self, request: Request) -> Response | Broken:
        """Answer one request; `Broken` means that the connection has to be cut."""
        answer = self._handle(request)
        if self.config.proxy_strips_headers and isinstance(answer, Response):
            return headers.stripped(answer)
        return answer

    def _handle(self, request: Request) -> Response | Broken:
        began = time.monotonic()
        with self._turn:
            self.requests += 1
            number = next(self._request_ids)
        identity, cost, trace = throttle.identity(request), throttle.cost_of(request), headers.Trace()
        if not self._throttle.enter(identity):
            return self._signed(throttle.refusal(), identity, trace, number, began)
        try:
            if self.config.latency_ms:
                time.sleep(self.config.latency_ms / 1000)
            fault = self._faults.strike(request)
            answer = answer_to(fault) if fault else self._answer(request, number, trace)
        finally:
            self._throttle.leave(identity, cost)
        if isinstance(answer, Broken) or (fault and fault.kind not in OF_CANVAS) or _is_elsewhere(trace):
            return answer
        if not throttle.is_refusal(answer):
            answer = answer.with_headers(*headers.of_application(trace, number), *throttle.cost_header(identity, cost))
        return self._signed(answer, identity, trace, number, began)

    def _signed(
        self, answer: Response, identity: throttle.Identity, trace: headers.Trace, number: int, began: float
    ) -> Response:
        """The answer with the headers that all of Canvas's have."""
        left = self._throttle.remaining(identity)
        return answer.with_headers(*headers.of_canvas(trace, number, time.monotonic() - began), *left)

    def _answer(self, request: Request, number: int, trace: headers.Trace) -> Response:
        with self.tables.lock:
            before = None if only_reads(request) else self.tables.digest()
            try:
                answer = self._dispatch(request, trace)
            except errors.Refusal as refusal:
                answer, trace.lacks_right = refusal.response, refusal.lacks_right
                if refusal.reported and self.config.error_report_ids:
                    answer = errors.with_report(answer, number)
            except Exception:  # noqa: BLE001 - as Canvas does; the traceback goes where it can be seen
                traceback.print_exc()
                answer = errors.crashed().response
            if before is not None:
                changed = self.tables.digest() != before
                self.tables.writes.append(Write(request.method, request.path, answer.status, changed))
            return answer

    def _dispatch(self, request: Request, trace: headers.Trace) -> Response:
        wanted = request.method, request.path, self.config
        found = routing.find(*wanted) or gate_only.find(*wanted)
        if found is None:
            return _no_route(request)
        trace.route, path = found
        params = _parse(request)
        context = trace.context = Context(
            request, self.config, self.tables, path, dict(params.values), params.json, params.uploads, memo=self._memo
        )
        load_user(context, trace.route)
        if trace.route.login and context.user is None:
            raise errors.unauthenticated()
        answer = trace.route.action(context)
        return with_string_ids(answer) if wants_string_ids(request) else answer


def _no_route(request: Request) -> Response:
    """An HTML page: 404, or 422 for a write, which Canvas takes for a forged form (application_controller.rb)."""
    status, title = (404, "Page Not Found") if request.method in _READING else (422, "Unprocessable Entity")
    text = f"<!DOCTYPE html><html lang='en'><title>{title}</title><h1>{title}</h1></html>"
    return text_response(text, status, "text/html; charset=utf-8")


def _is_elsewhere(trace: headers.Trace) -> bool:
    """Whether the request was for a file storage, which is no part of Canvas."""
    return trace.route is not None and not trace.route.leads_to


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
