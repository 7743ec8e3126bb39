"""The embedded Canvas's core: a request in, a response out, in Canvas's order of checks.

Order (authentication_methods.rb, request_throttle.rb, application_controller.rb): throttle, routing, token, scope,
include stripping, log-in, and only then the controller with its look-ups and rights.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import embedded_canvas.controllers  # noqa: F401  # importing the controllers registers their routes
from embedded_canvas import errors, routing, throttle
from embedded_canvas.config import CanvasConfig
from embedded_canvas.context import Context
from embedded_canvas.faults import Broken, Faults
from embedded_canvas.http import Request, Response, text_response
from embedded_canvas.params import JsonBodyError, Params
from embedded_canvas.scopes import any_matches
from embedded_canvas.seed import CREDENTIALS, Credentials, seed
from embedded_canvas.state import AccessToken, Tables, User, Write
from embedded_canvas.string_ids import wants_string_ids, with_string_ids
from embedded_canvas.tokens import look_up, token_text

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
        """Answer one request; Broken is a connection that is to be cut."""
        with self._turn:
            self.requests += 1
            number = next(self._request_ids)
        identity = request.headers.get("authorization") or "anonymous"
        if not self._throttle.enter(identity):
            return throttle.refusal()
        try:
            if self.config.latency_ms:
                time.sleep(self.config.latency_ms / 1000)
            fault = self._faults.strike(request)
            answer = fault if fault is not None else self._answer(request)
        finally:
            self._throttle.leave(identity)
        if isinstance(answer, Broken):
            return answer
        headers = [("X-Request-Context-Id", f"{number:08d}-embedded")]
        if "authorization" in request.headers:
            headers += self._throttle.headers(identity)
        return answer.with_headers(*headers)

    def _answer(self, request: Request) -> Response:
        with self.tables.lock:
            before = None if request.method in _READING else self.tables.digest()
            try:
                answer = self._dispatch(request)
            except errors.Refusal as refusal:
                answer = refusal.response
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
        values = dict(params.values)
        user, token = self._authenticate(request, values)
        if route.login and user is None:
            raise errors.unauthenticated()
        context = Context(
            request, self.config, self.tables, path, values, params.json, params.uploads, user, token, self._memo
        )
        answer = route.action(context)
        return with_string_ids(answer) if wants_string_ids(request) else answer

    def _authenticate(self, request: Request, values: dict[str, Any]) -> tuple[User | None, AccessToken | None]:
        """The user of the token, once the scope is checked and the includes are stripped."""
        text = token_text(request, values)
        if text is None or not request.path.startswith(("/api/", "/login/oauth2/token", "/login/session_token")):
            return None, None
        user, token = look_up(self.tables, self.config, text)
        key = self.tables.keys[token.key_id]
        if key.require_scopes and request.path != "/login/oauth2/token":
            if key.owner == "other-account":
                self._look_up_course_first(request)
            if not any_matches(token.scopes, request.method, request.path):
                raise errors.insufficient_scopes()
            if not key.allow_includes:
                _strip_includes(values)
        return user, token

    def _look_up_course_first(self, request: Request) -> None:
        """For another account's key Canvas resolves the URL's course before the scope (authentication_methods.rb)."""
        found = routing.find(request.method, request.path)
        segments = request.path.strip("/").split("/")
        if found and segments[2:3] == ["courses"] and len(segments) > 3:
            Context(request, self.config, self.tables, {"id": segments[3]}, {}).course("id")


def _parse(request: Request) -> Params:
    try:
        return request.parse()
    except JsonBodyError:
        # media_tracks reads the raw body itself; everything else is refused before any controller.
        if request.path.endswith("/media_tracks"):
            return Params({})
        raise errors.messages(400, "There was a problem parsing the JSON body") from None


def _strip_includes(values: dict[str, Any]) -> None:
    """Without Allow Include Parameters a list keeps `uuid` only and a single value goes, silently."""
    for name in ("include", "includes"):
        if isinstance(values.get(name), list):
            values[name] = [each for each in values[name] if each == "uuid"]
        else:
            values.pop(name, None)
