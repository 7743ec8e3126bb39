"""What the host that takes uploaded files does: it is no part of Canvas, and its word alone proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import httpx

from tests.selftest.hostile.exchange import Effect, Exchange, Raw, as_json
from tests.selftest.hostile.fault import Family, Fault


def _instead(body: Any, status: int = 201, *headers: tuple[str, str]) -> Effect:
    return lambda _: as_json(status, body, *headers)


def _stored(body: Any, status: int = 201, *headers: tuple[str, str]) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        exchange.deliver()
        return as_json(status, body, *headers)

    return effect


def _leading_to(location: str) -> Effect:
    """Stored, and then led to another address than Canvas's own for confirming."""

    def effect(exchange: Exchange) -> Raw:
        canvas = exchange.deliver().header("Location") or str(exchange.request.url)
        address = str(httpx.URL(canvas).join(location)) if location.startswith("/") else location
        return Raw(303, b"", (("Location", address),))

    return effect


_ELSEWHERE: Final = "../courses/1003?event=delete"

ANSWERS: Final[dict[str, Effect]] = {
    "another course's file": _stored({"id": 5901, "display_name": "cell.mp4"}),
    "the course's own file": _stored({"id": 5001, "display_name": "diagram.png"}),
    "no file, but the course's own": _instead({"id": 5001, "display_name": "diagram.png"}),
    "no file, but another course's": _instead({"id": 5901}),
    "an ID that leads elsewhere": _stored({"id": _ELSEWHERE}),
    "an ID that is null": _stored({"id": None}),
    "an ID that is true": _stored({"id": True}),
    "an ID of the word None": _stored({"id": "None"}),
    "an ID with a fraction": _stored({"id": 5901.0}),
    "an ID that leads to a course": _stored({"id": "1003?event=delete"}),
    "no ID": _stored({"status": "ok"}),
    "a list": _stored([{"id": 5901}]),
    "an address of another file": _stored({}, 201, ("Location", "/api/v1/files/5901?include=x")),
    "an address of another file without a body": _leading_to("/api/v1/files/5901"),
    "an address that deletes": _leading_to("/api/v1/courses/1003?event=delete"),
    "an address on another host": _leading_to("https://elsewhere.example.edu/api/v1/files/5901/create_success"),
    "an address that is none": _leading_to("http://[::1/"),
    "an address in a circle": _leading_to(""),
    "no address": _stored({}, 302),
    "an XML error": lambda _: Raw(403, b"<Error><Code>AccessDenied</Code></Error>"),
    "XML, although stored": _stored({}, 200, ("Content-Type", "application/xml")),
}  # fmt: skip


def rows() -> Iterator[Fault]:
    """Their part of the table."""
    for name, effect in ANSWERS.items():
        yield Fault(f"a storage that gives {name}", Family.STORAGE, effect, ("storing", "confirming"))
