"""HTTP as the embedded Canvas sees it: one request in, one response out, no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from scopecheck.embedded_canvas.params import Params, parse_params

Headers: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """One request. `path` is the undecoded path without query; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    scheme: str = "http"

    @property
    def host(self) -> str:
        """The Host header, with its port."""
        return self.headers.get("host", "localhost")

    @property
    def origin(self) -> str:
        """Scheme and host, which Canvas puts in front of the paths in its answers."""
        return f"{self.scheme}://{self.host}"

    def parse(self) -> Params:
        """Query and body as nested parameters.

        Raises JsonBodyError if the body claims to be JSON and is not.
        """
        return parse_params(self.query, self.headers.get("content-type", ""), self.body)


@dataclass(frozen=True)
class Response:
    """One response. Header names are written as Canvas writes them."""

    status: int
    body: bytes = b""
    headers: Headers = ()

    def with_headers(self, *more: tuple[str, str]) -> Response:
        """The same response with headers added."""
        return Response(self.status, self.body, (*self.headers, *more))


def json_response(value: object, status: int = 200, headers: Headers = ()) -> Response:
    """A JSON answer with Canvas's content type."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, body, (("Content-Type", "application/json; charset=utf-8"), *headers))


def text_response(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    """A text answer: throttle notices, WebVTT, HTML pages."""
    return Response(status, text.encode(), (("Content-Type", content_type),))


def redirect(location: str, status: int = 302) -> Response:
    """A redirect; `location` is absolute."""
    return Response(status, b"", (("Location", location), ("Content-Type", "text/html; charset=utf-8")))


def decode_segment(segment: str) -> str:
    """One path segment, percent-decoded (a `+` stays a plus: this is a path, not a form)."""
    return unquote(segment)
