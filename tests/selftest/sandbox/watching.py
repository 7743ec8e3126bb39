"""Watching an embedded Canvas: recording who requests what, and holding up the one write that a test is about."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from typing import Final
from unittest.mock import patch
from urllib.parse import urlsplit

from scopecheck.embedded_canvas.app import only_reads
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.embedded_canvas.tables import Write
from tests.selftest.embedded_canvas.driver import SCOPES

LONGEST_S: Final = 60
"""How long a test waits before it fails."""


class Moment(Enum):
    """When a write is held up."""

    BEFORE = "before it is applied"
    AFTER = "after it is applied, before its answer is sent"


@dataclass
class Held:
    """One write that is held up until the test releases or drops it."""

    match: re.Pattern[str]
    number: int
    moment: Moment
    """Whether the `number`-th matching write is held up when it arrives or when its answer is ready."""
    alone: bool = False
    """Whether all other requests wait until it is over, so that clients make no progress."""
    request: Request | None = None
    _arrived: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)
    _dropped: bool = False
    _seen: int = 0

    def wait(self) -> Request:
        """Wait for the write and return it."""
        assert self._arrived.wait(LONGEST_S), f"no write {self.number} that matches {self.match.pattern!r} came"
        assert self.request is not None
        return self.request

    def release(self) -> None:
        """Let the write go on as if nothing had happened."""
        self._over.set()

    def drop(self) -> None:
        """Cut its connection: a write held up before it was applied is never applied."""
        self._dropped = True
        self._over.set()

    def concerns(self, request: Request) -> bool:
        """Whether this is the write; called once for each write, in order."""
        if not self.match.search(f"{request.method} {request.path}"):
            return False
        self._seen += 1
        return self._seen == self.number

    def hold(self, request: Request) -> bool:
        """Hold the write up and return whether it may go on."""
        self.request = request
        self._arrived.set()
        return self._over.wait(LONGEST_S) and not self._dropped

    def keep_waiting(self) -> None:
        """Make another request wait, if the write is to be alone."""
        if self.alone and self._arrived.is_set():
            self._over.wait(LONGEST_S)


@dataclass(frozen=True)
class Seen:
    """One request, as it was received."""

    token: str | None
    method: str
    path: str
    writes: bool
    """Whether it could change something."""


class Watched:
    """An embedded Canvas that is being watched."""

    def __init__(self, canvas: EmbeddedCanvas) -> None:
        self.canvas = canvas
        self.seen: list[Seen] = []
        self._handle = canvas.canvas.handle
        self._turn = threading.Lock()
        self._held: Held | None = None
        self._shut = False

    def hold(self, match: str = "", number: int = 1, moment: Moment = Moment.BEFORE, *, alone: bool = False) -> Held:
        """From now on, hold up the `number`-th write whose verb and path match."""
        with self._turn:
            self._held = held = Held(re.compile(match), number, moment, alone)
        return held

    def shut(self) -> None:
        """Cut the connection of every request from now on, unread."""
        self._shut = True

    def reopen(self) -> None:
        """Answer again, once all requests of clients that are now dead have ended."""
        last = HTTPConnection(urlsplit(self.canvas.url).netloc, timeout=LONGEST_S)
        last.request("GET", "/")
        # Connections are accepted in order, so every earlier one has a thread by now; each ends with its client.
        last.getresponse().read()
        last.close()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(LONGEST_S)
        self._shut = False

    def land(self, held: Held) -> None:
        """Make a write that was dropped before it was applied take effect after all."""
        assert held.request is not None
        self._handle(held.request)

    @property
    def content(self) -> str:
        """The digest of what users see in the courses."""
        return self.canvas.tables.digest()

    @property
    def everything(self) -> str:
        """All records, with what users never see: folders that were created, what counts as viewed, times, editors."""
        tables = vars(self.canvas.tables)
        records = {name: tables[name] for name in sorted(tables) if name not in {"lock", "writes", "tokens", "_ids"}}
        return repr(records)

    @property
    def changes(self) -> list[Write]:
        """The writes that changed something."""
        return [write for write in self.canvas.tables.writes if write.changed]

    def handle(self, request: Request) -> Response | Broken:
        """Answer one request as Canvas would, except where the test intervenes."""
        writes = not only_reads(request)
        with self._turn:
            if self._shut and request.path != "/":
                return Broken()
            self.seen.append(Seen(_token(request), request.method, request.path, writes))
            known = self._held
            held = known if writes and known and known.concerns(request) else None
        if known and not held:
            known.keep_waiting()
        if held and held.moment is Moment.BEFORE and not held.hold(request):
            return Broken()
        answer = self._handle(request)
        if held and held.moment is Moment.AFTER and not held.hold(request):
            return Broken()
        return answer


def _token(request: Request) -> str | None:
    return request.headers.get("authorization", "").removeprefix("Bearer ") or None


@contextmanager
def watching(**state: object) -> Iterator[Watched]:
    """A watched embedded Canvas on a socket, in this state, with the profile's scopes on its key."""
    given: dict[str, object] = {"scopes": SCOPES, **state}
    config = CanvasConfig(**given)  # type: ignore[arg-type]  # any field, by its name
    with EmbeddedCanvas(config) as canvas:
        watched = Watched(canvas)
        with patch.object(canvas.canvas, "handle", watched.handle):
            yield watched
