"""One request on its way to Canvas, and what a fault makes of it and of its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

import httpx

Headers: TypeAlias = tuple[tuple[str, str], ...]


class _Pieces(httpx.SyncByteStream):
    """A body as it comes over a network: undecoded, and read only as far as somebody wants it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


@dataclass(frozen=True)
class Raw:
    """An answer as it is on the wire."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    pieces: Callable[[], Iterable[bytes]] | None = field(default=None, compare=False)
    """Gives the body instead, as it comes; may raise what httpx raises."""

    def header(self, name: str) -> str:
        """A header's value; empty if there is none."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")

    def without(self, *names: str) -> Raw:
        """The same answer without some headers; names are in lower case."""
        return replace(self, headers=tuple(each for each in self.headers if each[0].lower() not in names))

    def having(self, *headers: tuple[str, str]) -> Raw:
        """The same answer with these headers in place of any of their names."""
        kept = self.without(*(name.lower() for name, _ in headers))
        return replace(kept, headers=(*kept.headers, *headers))

    @property
    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def saying(self, value: object, status: int | None = None) -> Raw:
        """The same answer with another JSON body: whoever made it, it has Canvas's headers."""
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)

    def response(self) -> httpx.Response:
        """The same as httpx gives it to a client."""
        stream = _Pieces(self.pieces() if self.pieces else [self.body])
        headers = [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in self.headers]
        return httpx.Response(self.status, headers=headers, stream=stream)


def as_json(status: int, body: object, *headers: tuple[str, str]) -> Raw:
    """An answer in JSON, by whom ever."""
    return Raw(status, json.dumps(body).encode(), (("Content-Type", "application/json; charset=utf-8"), *headers))


class Exchange(Protocol):
    """One request that a fault strikes, and what can be done with it."""

    request: httpx.Request
    seconds: float
    """How long the client waits for an answer."""

    def deliver(self, request: httpx.Request | None = None) -> Raw:
        """Canvas's answer to this request, or to another one."""
        ...

    def deliver_later(self, *, seconds: float = 0.0, after: int = 0) -> None:
        """Have Canvas get it once so many seconds have passed, and so many further requests for the same thing."""
        ...

    def ask(self, path: str, *, admin: bool = False) -> Raw:
        """Canvas's answer to a GET with the same token, or with the administrator's."""
        ...

    def earlier(self) -> Raw | None:
        """What Canvas has answered to the same request before; None if it was never made."""
        ...

    def last(self) -> Raw | None:
        """What Canvas has answered to the request before this one."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass, and raise what a client raises whose patience ends."""
        ...

    @property
    def known_secrets(self) -> Sequence[str]:
        """Every secret that is set, and the token that was sent."""
        ...


Effect: TypeAlias = Callable[[Exchange], Raw]
"""Gives the answer that the client gets; raises what httpx raises where it gets none."""
