"""What may sit between the engine and a Canvas, as transports around the Canvas's own."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class OtherSoftware(httpx.BaseTransport):
    """Answers matching requests (a pattern for "VERB /path") itself, in JSON; Canvas never sees them."""

    canvas: httpx.BaseTransport
    match: str
    body: Any
    status: int = 200
    signed: bool = False
    """Whether it wears one of Canvas's own headers, as a misdirected answer of Canvas does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The other software's answer, or Canvas's."""
        if re.fullmatch(self.match, f"{request.method} {request.url.path}"):
            headers = {"X-Request-Context-Id": "0", "X-Canvas-User-Id": "10000000000101"} if self.signed else {}
            return httpx.Response(self.status, json=self.body, headers=headers)
        return self.canvas.handle_request(request)


@dataclass
class Signed(httpx.BaseTransport):
    """Gives Canvas's answers to matching requests another body, as where Canvas answered another request of ours."""

    canvas: httpx.BaseTransport
    match: str
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer, or its headers with the body."""
        answer = self.canvas.handle_request(request)
        if not re.fullmatch(self.match, f"{request.method} {request.url.path}"):
            return answer
        kept = {name: value for name, value in answer.headers.items() if name.startswith("x-")}
        return httpx.Response(200, json=self.body, headers={**kept, **self.headers})


@dataclass
class Echo(httpx.BaseTransport):
    """Answers matching requests with everything that was sent, as some gateways' error pages do."""

    canvas: httpx.BaseTransport
    match: str

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The echo, or Canvas's answer."""
        if not re.fullmatch(self.match, f"{request.method} {request.url.path}"):
            return self.canvas.handle_request(request)
        shown = f"{request.headers.get('Authorization')} {request.content.decode()}"
        return httpx.Response(403, text=f"Blocked: {shown}", headers={"server": shown})


@dataclass
class Junk(httpx.BaseTransport):
    """Replaces the value of a key, wherever it occurs in an answer, with one that Canvas would not give."""

    canvas: httpx.BaseTransport
    key: str
    value: Any

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer with the value replaced."""
        answer = self.canvas.handle_request(request)
        if "json" not in answer.headers.get("content-type", ""):
            return answer
        headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
        body = json.dumps(self._with_junk(answer.json())).encode()
        return httpx.Response(answer.status_code, headers=headers, content=body)

    def _with_junk(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self._with_junk(each) for each in body]
        if not isinstance(body, dict):
            return body
        return {name: self.value if name == self.key else self._with_junk(each) for name, each in body.items()}


@dataclass
class Lag(httpx.BaseTransport):
    """Reads from a lagging database replica: the first reads after a write show the state before it."""

    canvas: httpx.BaseTransport
    readings: int
    before: dict[str, tuple[httpx.Response, int]] = field(default_factory=dict)
    """By path of the read: the answer from before the last write, and how often it is still given."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's current answer, or an earlier one."""
        if request.method in {"PUT", "DELETE"}:
            self._keep(request)
        old, left = self.before.get(request.url.path, (None, 0))
        if request.method == "GET" and old is not None and left:
            self.before[request.url.path] = (old, left - 1)
            return old
        return self.canvas.handle_request(request)

    def _keep(self, write: httpx.Request) -> None:
        path = re.sub(r"^/api/v1/files/", "/api/v1/courses/1001/files/", write.url.path)
        query = {"include[]": ["syllabus_body", "term"]}
        reading = httpx.Request("GET", write.url.copy_with(path=path, params=query))
        reading.headers["Authorization"] = write.headers["Authorization"]
        answer = self.canvas.handle_request(reading)
        if answer.status_code == 200:
            self.before[path] = (answer, self.readings)


@dataclass
class NoHeader(httpx.BaseTransport):
    """A proxy that drops the Authorization header."""

    canvas: httpx.BaseTransport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer to a request without the header."""
        request.headers.pop("Authorization", None)
        return self.canvas.handle_request(request)


@dataclass
class Firewall(httpx.BaseTransport):
    """Refuses some requests with a page of its own."""

    canvas: httpx.BaseTransport
    blocks: Callable[[httpx.Request], bool]
    status: int = 403
    blocked: list[httpx.Request] = field(default_factory=list)
    passed: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The firewall's page, or Canvas's answer."""
        if not self.blocks(request):
            self.passed.append(request)
            return self.canvas.handle_request(request)
        self.blocked.append(request)
        page = "<html><head><title>Request rejected</title></head><body>Your support ID is 4711.</body></html>"
        return httpx.Response(self.status, html=page, headers={"server": "BigIP"})


@dataclass
class Vanity(httpx.BaseTransport):
    """A host that redirects every request to the real one, as a school's own name for its Canvas does."""

    canvas: httpx.BaseTransport
    to: str
    status: int = 302
    asked: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The redirect; `{path}` stands for what was asked for."""
        self.asked.append(request)
        path = request.url.raw_path.decode()
        return httpx.Response(self.status, headers={"location": self.to.format(path=path)})


@dataclass
class Stray(httpx.BaseTransport):
    """Answers one request itself, once it is set off: the one that comes after so many others. Canvas never sees it."""

    canvas: httpx.BaseTransport
    answer: httpx.Response | None = None
    after: int = 0
    seen: int = 0
    """How many requests came since it was set off."""
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False)

    def set_off(self, answer: httpx.Response | None, after: int) -> None:
        """Count from now; without an answer it only counts."""
        self.answer, self.after, self.seen = answer, after, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The stray answer, or Canvas's."""
        with self._turn:
            self.seen += 1
            is_its = self.seen == self.after + 1
        if self.answer is not None and is_its:
            kept = [(name, value) for name, value in self.answer.headers.items() if name != "content-length"]
            return httpx.Response(self.answer.status_code, headers=kept, content=self.answer.content)
        return self.canvas.handle_request(request)
