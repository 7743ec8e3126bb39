"""Canvas's own answers in a wrong place or time: to another request, of another token, from a lagging replica."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.selftest.hostile.exchange import Effect, Exchange, Raw
from tests.selftest.hostile.fault import Family, Fault


def _of(path: str, *, admin: bool = True) -> Effect:
    """Canvas's answer to another GET; Canvas never sees this request."""
    return lambda exchange: exchange.ask(path, admin=admin)


def _done(path: str) -> Effect:
    """The same, although Canvas has done what was asked."""

    def effect(exchange: Exchange) -> Raw:
        exchange.deliver()
        return exchange.ask(path, admin=True)

    return effect


def _of_another_token(exchange: Exchange) -> Raw:
    """What an administrator's token would get."""
    return exchange.ask(exchange.request.url.raw_path.decode(), admin=True)


def _of_another_course(exchange: Exchange) -> Raw:
    """What the same request would get for another course."""
    path = exchange.request.url.raw_path.decode().replace("/courses/1001", "/courses/1003")
    return exchange.ask(path, admin=True)


def _previous(exchange: Exchange) -> Raw:
    """What the request before this one got; this one never reaches Canvas."""
    return exchange.last() or exchange.deliver()


def _swapped(exchange: Exchange) -> Raw:
    """The same, and this one does."""
    before = exchange.last()
    answer = exchange.deliver()
    return before or answer


def _old(exchange: Exchange) -> Raw:
    """What the same request got the last time: from a replica that lags, or a cache."""
    return exchange.earlier() or exchange.deliver()


def _saying(change: Callable[[Any], Any], *, done: bool = True) -> Effect:
    """Canvas's answer with its JSON changed; with `done` false, one that Canvas gave without doing anything."""

    def effect(exchange: Exchange) -> Raw:
        answer = exchange.deliver() if done else exchange.ask("/api/v1/courses/1001", admin=True)
        return answer if done and answer.status >= 300 else answer.saying(change(answer.json), 200)

    return effect


def _stray(status: int, body: Any, *headers: tuple[str, str], named: bool = False, landed: bool = False) -> Effect:
    """A refusal of Canvas's with all its headers; `named`: as it refuses whose token and scope it has accepted."""

    def effect(exchange: Exchange) -> Raw:
        if landed:
            exchange.deliver()
        answer = exchange.ask("/api/v1/accounts/9999999999999", admin=True)
        if not named:
            meta = re.sub(r"(at|dk)=\d+;", "", answer.header("X-Canvas-Meta"))
            answer = answer.without("x-canvas-user-id").having(("X-Canvas-Meta", meta))
        return answer.saying(body, status).having(*headers)

    return effect


def _each(body: Any, name: str, value: Any) -> Any:
    """A body with a member replaced wherever it is."""
    if isinstance(body, list):
        return [_each(row, name, value) for row in body]
    if not isinstance(body, dict):
        return body
    return {key: value if key == name else _each(each, name, value) for key, each in body.items()}


def _having(name: str, value: Any) -> Effect:
    return _saying(lambda body: _each(body, name, value))


_READS: Final = ("reading", "lists", "one object", "pages", "files", "media", "the course")
_ALL: Final = ("the API", *_READS, "all changes", "changing texts", "deleting files", "uploading", "creating")
_CHANGES: Final = ("all changes", "changing texts", "changing files", "changing media", "changing captions",
                   "changing the course", "deleting files", "creating", "uploading", "confirming")  # fmt: skip
_NEW: Final = ("creating", "creating a course", "storing", "confirming", "uploading")

_COURSE: Final = "/api/v1/courses/1001"
_OTHER: Final = "/api/v1/courses/1003"
_PAGES: Final = ("changing pages", "pages", "creating")
_TEXTS: Final = ("changing texts", "creating", "one object")
_STORED: Final = ("confirming", "storing", "changing files", "files")

ANOTHER: Final[dict[str, tuple[Effect, tuple[str, ...]]]] = {
    "the answer to the request before": (_previous, _ALL),
    "done, but the answer to the request before": (_swapped, _CHANGES),
    "the answer for another course": (_of_another_course, (*_READS, "captions")),
    "another course": (_of(_OTHER), ("the course", "creating a course", "changing the course", "reading")),
    "made, but another course": (_done(_OTHER), ("creating a course", "changing the course")),
    "another course's page": (_of(f"{_OTHER}/pages/excursion"), _PAGES),
    "made, but another course's page": (_done(f"{_OTHER}/pages/excursion"), _PAGES),
    "the same course's other page": (_of(f"{_COURSE}/pages/welcome"), _PAGES),
    "made, but the same course's other page": (_done(f"{_COURSE}/pages/welcome"), _PAGES),
    "another course's assignment": (_of(f"{_OTHER}/assignments/2901"), _TEXTS),
    "made, but another course's assignment": (_done(f"{_OTHER}/assignments/2901"), _TEXTS),
    "made, but the same course's other assignment": (_done(f"{_COURSE}/assignments/2001"), _TEXTS),
    "made, but another course's topic": (_done(f"{_OTHER}/discussion_topics/4801"), _TEXTS),
    "made, but another course's quiz": (_done(f"{_OTHER}/quizzes/4701"), _TEXTS),
    "another course's file": (_of(f"{_OTHER}/files/5901"), _STORED),
    "stored, but another course's file": (_done(f"{_OTHER}/files/5901"), _STORED),
    "stored, but the course's own file": (_done(f"{_COURSE}/files/5001"), (*_STORED, "deleting files")),
    "another course's files": (_of(f"{_OTHER}/files"), ("files",)),
    "another course's media": (_of(f"{_OTHER}/media_objects?exclude[]=sources"), ("media",)),
    "another course's pages": (_of(f"{_OTHER}/pages?include[]=body"), ("pages",)),
    "the accounts of an administrator": (_of("/api/v1/accounts"), ("accounts", "lists")),
    "a list for an object": (_of(f"{_COURSE}/pages", admin=False), ("one object", "the course", "changing texts")),
    "an object for a list": (_of(_COURSE, admin=False), ("lists",)),
    "another token's answer": (_of_another_token, ("reading", "probes")),
    "an old answer": (_old, (*_READS, "media", "captions", "the API")),
}
"""Canvas's answers to other requests, or given at another time."""

LISTS: Final[dict[str, Effect]] = {
    "an empty list": _saying(lambda body: [] if isinstance(body, list) else body),
    "a list without its first row": _saying(lambda body: body[1:] if isinstance(body, list) else body),
    "a list without its last row": _saying(lambda body: body[:-1] if isinstance(body, list) else body),
    "a list with its rows twice": _saying(lambda body: [*body, *body] if isinstance(body, list) else body),
    "a list of nulls": _saying(lambda body: [None for _ in body] if isinstance(body, list) else body),
    "a list of lists": _saying(lambda body: [body] if isinstance(body, list) else body),
    "a list without captions": _having("media_tracks", []),
    "a list with one caption": _having("media_tracks", [{"id": 1, "locale": "fr"}]),
    "a list with captions of no locale": _having("media_tracks", [{"id": 1, "locale": None}]),
    "a list without texts": _having("body", None),
}

_PATH: Final = "../courses/1003?event=delete"

VALUES: Final[dict[str, tuple[str, Any]]] = {
    "an ID that is null": ("id", None),
    "an ID that is true": ("id", True),
    "an ID with a fraction": ("id", 1003.5),
    "an ID of the word None": ("id", "None"),
    "an ID of another course's file": ("id", 5901),
    "an ID of another course": ("id", 1003),
    "an ID below zero": ("id", -1),
    "an ID of zero": ("id", 0),
    "an empty ID": ("id", ""),
    "an ID that is a list": ("id", [1003]),
    "an ID that is an object": ("id", {"id": 1003}),
    "an ID that leads elsewhere": ("id", _PATH),
    "an ID with a query": ("id", "1003?event=delete"),
    "an ID with an end of line": ("id", "1003\r\nX-Injected: 1"),
    "an ID of many digits": ("id", 10**40),
    "a short global ID": ("id", "1~1003"),
    "an ID in other digits": ("id", "١٠٠٣"),
    "a page address that leads elsewhere": ("url", "../../1003/pages/excursion"),
    "a page address that is null": ("url", None),
    "a page address of another page": ("url", "welcome"),
    "a media ID that leads elsewhere": ("media_id", "../courses/1003?event=delete"),
    "a media ID of another course": ("media_id", "m-cell"),
    "an account that is another": ("account_id", 12),
    "a name that is null": ("display_name", None),
    "a text that is a number": ("body", 7),
    "a text of half a pair": ("body", "\ud800"),
    "a state that is a list": ("workflow_state", ["available"]),
}
"""Members whose values are not Canvas's, by name and value."""


def _both(status: int, body: Any, *headers: tuple[str, str], named: bool = False) -> tuple[Effect, Effect]:
    """A stray refusal of what Canvas never saw, and of what it has done."""
    before, after = (_stray(status, body, *headers, named=named, landed=landed) for landed in (False, True))
    return before, after


_NOT_PERMITTED: Final[Any] = {
    "status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]
}  # fmt: skip
_BLANK: Final[Any] = {"errors": {"title": [{"attribute": "title", "type": "blank", "message": "blank"}]}}
_NOT_FOUND: Final[Any] = {"errors": [{"message": "The specified resource does not exist."}]}

REFUSALS: Final[dict[str, tuple[Effect, Effect]]] = {
    "a stray refusal of the scope": _both(401, {"errors": [{"message": "Insufficient scopes on access token."}]}),
    "a stray dead token": _both(
        401, {"errors": [{"message": "Invalid access token."}]}, ("WWW-Authenticate", 'Bearer realm="canvas-lms"')
    ),
    "a stray refusal of the role": _both(403, _NOT_PERMITTED, named=True),
    "a stray 404": _both(404, _NOT_FOUND, named=True),
    "a stray refusal of the content": _both(400, _BLANK, named=True),
    "a stray throttle": _both(403, "403 Forbidden (Rate Limit Exceeded)"),
    "a stray failure": _both(500, {"errors": [{"message": "An error occurred."}]}),
}
"""Refusals with all of Canvas's headers that were meant for another request."""

DELETED: Final[dict[str, Effect]] = {
    "not deleted, but 200 and errors": _saying(lambda _: {"errors": [{"message": "could not be deleted"}]}, done=False),
    "not deleted, but 200 and an empty list": _saying(lambda _: [], done=False),
    "not deleted, but 200 and null": _saying(lambda _: None, done=False),
    "not deleted, but 200 and another record": _saying(lambda body: body, done=False),
    "not deleted, but 204": lambda exchange: Raw(204, headers=exchange.ask("/api/v1/courses/1001", admin=True).headers),
    "not deleted, but 404": _stray(404, _NOT_FOUND, named=True),
    "deleted, but 204": lambda exchange: Raw(204, headers=exchange.deliver().headers),
    "deleted, but 200 and an empty list": _saying(lambda _: []),
}  # fmt: skip


def rows() -> Iterator[Fault]:
    """Their part of the table."""
    for name, (effect, places) in ANOTHER.items():
        yield Fault(name, Family.ANOTHER, effect, places)
    for name, effect in LISTS.items():
        yield Fault(name, Family.LIST, effect, ("lists", "pages", "files", "media", "captions"))
    for name, (member, value) in VALUES.items():
        places = (*_READS, *_NEW, "all changes") if member in {"id", "url"} else (*_READS, "all changes")
        yield Fault(name, Family.VALUE, _having(member, value), places)
    for name, (before, after) in REFUSALS.items():
        yield Fault(name, Family.REFUSAL, before, (*_ALL, "probes"))
        yield Fault(f"done, but {name}", Family.REFUSAL_DONE, after, _CHANGES)
    for name, effect in DELETED.items():
        yield Fault(name, Family.DELETED, effect, ("deleting files", "deleting"))
