"""Connections that break, requests that are lost, late, doubled or changed on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import httpx

from tests.selftest.hostile.exchange import Effect, Exchange, Raw, as_json
from tests.selftest.hostile.fault import Family, Fault

_CHANGES: Final = ("all changes", "changing texts", "changing pages", "changing files", "changing media",
                   "changing captions", "changing the course", "deleting files", "deleting", "creating", "uploading",
                   "storing", "confirming")  # fmt: skip
_ALL: Final = ("everything", "the API", "reading", *_CHANGES)


def _raising(error: type[httpx.TransportError], *, landed: bool = False) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        if landed:
            exchange.deliver()
        raise error("broken", request=exchange.request)

    return effect


def _hanging(*, landed: bool) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        if landed:
            exchange.deliver()
        exchange.wait(10_000.0)
        raise AssertionError("nobody waits so long")

    return effect


def _cut(*, after: int) -> Effect:
    """Canvas's answer, cut off after some bytes of its body."""

    def effect(exchange: Exchange) -> Raw:
        answer = exchange.deliver()

        def pieces() -> Iterable[bytes]:
            yield answer.body[:after]
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

        return Raw(answer.status, answer.body, answer.headers, pieces)

    return effect


def _cut_unseen(exchange: Exchange) -> Raw:
    """Canvas's answer, cut off where nobody notices: without a length, the end of a connection ends a body."""
    answer = exchange.deliver()
    return Raw(answer.status, answer.body[: len(answer.body) // 2], answer.headers)


_BAD_GATEWAY: Final = as_json(502, {"errors": [{"message": "bad gateway"}]})


def _late(answer: Raw | None, *, seconds: float = 0.0, after: int = 0) -> Effect:
    """Canvas gets the request later; the client gets that answer at once, or none in time."""

    def effect(exchange: Exchange) -> Raw:
        exchange.deliver_later(seconds=seconds, after=after)
        if answer is None:
            exchange.wait(10_000.0)
        assert answer is not None
        return answer

    return effect


def _broken_off_late(*, seconds: float) -> Effect:
    def effect(exchange: Exchange) -> Raw:
        exchange.deliver_later(seconds=seconds)
        raise httpx.ReadError("connection reset by peer", request=exchange.request)

    return effect


def _twice(*, first: bool) -> Effect:
    """Canvas gets the request twice at once; the client gets one of the answers."""

    def effect(exchange: Exchange) -> Raw:
        answers = [exchange.deliver(), exchange.deliver()]
        return answers[0 if first else 1]

    return effect


def _twice_and_lost(exchange: Exchange) -> Raw:
    exchange.deliver()
    exchange.deliver()
    return _BAD_GATEWAY


def _altered(change: Callable[[httpx.Request], httpx.Request]) -> Effect:
    return lambda exchange: exchange.deliver(change(exchange.request))


def _without_header(name: str) -> Callable[[httpx.Request], httpx.Request]:
    def change(request: httpx.Request) -> httpx.Request:
        headers = [(key, value) for key, value in request.headers.items() if key != name]
        return httpx.Request(request.method, request.url, headers=headers, content=request.content)

    return change


def _without_query(request: httpx.Request) -> httpx.Request:
    url = request.url.copy_with(query=None)
    return httpx.Request(request.method, url, headers=request.headers, content=request.content)


def _as_get(request: httpx.Request) -> httpx.Request:
    headers = [(key, value) for key, value in request.headers.items() if not key.startswith("content-")]
    return httpx.Request("GET", request.url, headers=headers)


def _without_body(request: httpx.Request) -> httpx.Request:
    headers = [(key, value) for key, value in request.headers.items() if not key.startswith("content-")]
    return httpx.Request(request.method, request.url, headers=headers)


CONNECTIONS: Final[dict[str, Effect]] = {
    "no connection": _raising(httpx.ConnectError),
    "no connection in time": _raising(httpx.ConnectTimeout),
    "broken off while sending": _raising(httpx.WriteError),
    "reset": _raising(httpx.ReadError),
    "no HTTP": _raising(httpx.RemoteProtocolError),
    "a proxy that refuses": _raising(httpx.ProxyError),
    "a hang": _hanging(landed=False),
    "an answer cut off at once": _cut(after=0),
    "an answer cut off": _cut(after=20),
    "an answer cut off unseen": _cut_unseen,
}

DONE: Final[dict[str, Effect]] = {
    "done, but reset": _raising(httpx.ReadError, landed=True),
    "done, but no HTTP": _raising(httpx.RemoteProtocolError, landed=True),
    "done, but a hang": _hanging(landed=True),
    "done later, after the next attempt": _late(_BAD_GATEWAY, after=1),
    "done later, after the attempt after the next": _late(_BAD_GATEWAY, after=2),
    "done later, within a second": _late(_BAD_GATEWAY, seconds=0.3),
    "done three seconds later": _late(_BAD_GATEWAY, seconds=3.0),
    "done twenty seconds later": _late(_BAD_GATEWAY, seconds=20.0),
    "done a minute later": _late(_BAD_GATEWAY, seconds=60.0),
    "done a hundred seconds later": _late(_BAD_GATEWAY, seconds=100.0),
    "no answer, done after that": _late(None, seconds=31.0),
    "no answer, done a hundred seconds later": _late(None, seconds=100.0),
    "broken off, done later": _broken_off_late(seconds=2.0),
    "broken off, done a hundred seconds later": _broken_off_late(seconds=100.0),
    "done twice": _twice(first=False),
    "done twice, the first answer": _twice(first=True),
    "done twice, but a failure": _twice_and_lost,
}

ALTERED: Final[dict[str, tuple[Effect, tuple[str, ...]]]] = {
    "without the token": (
        _altered(_without_header("authorization")), ("everything", "the API", "all changes", "deleting")),
    "without its type": (
        _altered(_without_header("content-type")), ("changing texts", "creating", "uploading", "storing")),
    "without its query": (_altered(_without_query), ("reading", "lists", "deleting", "confirming")),
    "without its body": (
        _altered(_without_body),
        ("changing texts", "changing pages", "changing media", "creating", "uploading", "storing")),
    "as a GET": (_altered(_as_get), ("all changes", "deleting files", "creating", "uploading", "storing")),
}  # fmt: skip
"""What a proxy makes of a request. Captions keep their body: without it Canvas would delete those of others."""


def rows() -> Iterator[Fault]:
    """Their part of the table."""
    for name, effect in CONNECTIONS.items():
        yield Fault(name, Family.BROKEN, effect, _ALL)
    for name, effect in DONE.items():
        yield Fault(name, Family.LATE, effect, _CHANGES)
    for name, (effect, places) in ALTERED.items():
        yield Fault(name, Family.ALTERED, effect, places)
