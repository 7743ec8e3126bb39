"""Whole commands against an embedded Canvas on a socket, with faults on the way, which strike in the test's process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from unittest.mock import patch

import httpx

from scopecheck.config.definitions import SETTINGS
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.endtoend.runs import Finished, Process, finish, leading_to, start
from tests.selftest.hostile.content import Wanted, changed, inside, outside
from tests.selftest.hostile.exchange import Raw
from tests.selftest.hostile.findings import Finding, Wrong
from tests.selftest.hostile.states import State
from tests.selftest.hostile.told import ADMIN, CLIENT, REFRESH, TOKEN, told
from tests.selftest.hostile.way import TICK_S, Active, Way
from tests.selftest.hostile.world import own_folders, replace_secrets

LOOK_S: Final = 0.05
"""How often processes are looked at."""


@dataclass
class WallClock:
    """The real time (`Timer`); while somebody lets it pass, others go on."""

    turn: threading.RLock = field(default_factory=threading.RLock)
    began: float = field(default_factory=time.monotonic)

    @property
    def passed(self) -> float:
        return time.monotonic() - self.began

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def let_pass(self, seconds: float) -> None:
        if seconds > TICK_S:
            self.turn.release()
            time.sleep(seconds)
            self.turn.acquire()


@dataclass
class Processes:
    """The most memory that any process of a run has had, and what all were called with."""

    most_kb: int = 0
    called: set[str] = field(default_factory=set)

    @contextmanager
    def watched(self, process: Process) -> Iterator[None]:
        """A block in which the processes of a run are looked at again and again."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK_S):
                for folder in Path("/proc").glob("[0-9]*"):
                    with contextlib.suppress(OSError, IndexError, ValueError):
                        self._note(folder, process.pid)

        watching = threading.Thread(target=look)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    def _note(self, folder: Path, session: int) -> None:
        # After the name, in parentheses: state, parent, group, session.
        if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
            status = (folder / "status").read_text()
            self.most_kb = max(self.most_kb, int(status.partition("VmHWM:")[2].split()[0]))
            self.called.add((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))


@dataclass
class Whole:
    """One institution on a socket, and the runs against it."""

    state: State
    canvas: EmbeddedCanvas
    way: Way
    clock: WallClock
    reports: Path
    processes: Processes = field(default_factory=Processes)

    def __post_init__(self) -> None:
        self.outside, self.wanted = outside(self.canvas.tables), Wanted(inside(self.canvas.tables))

    @property
    def settings(self) -> dict[str, str]:
        """What a user sets."""
        token = {"CANVAS_REFRESH_TOKEN": REFRESH} if self.state.refreshes else {"CANVAS_ACCESS_TOKEN": TOKEN}
        admin = {"CANVAS_ADMIN_TOKEN": ADMIN} if self.state.admin else {}
        given = {**leading_to(self.canvas), "CANVAS_ACCESS_TOKEN": "", **token, "CANVAS_CLIENT_SECRET": CLIENT, **admin}
        assert {setting.variable for setting in SETTINGS} >= set(given)
        return {
            **given,
            **own_folders(self.reports.parent),
            "CANVAS_RUN_SECONDS": "20",
            "CANVAS_LEASE_WAIT_SECONDS": "5",
        }

    def run(self, active: Sequence[Active] = (), *arguments: str) -> Finished:
        """A run with two workers under these faults."""
        with self.clock.turn:
            self.way.begin(active)
        process = start(self.reports, "-n", "2", *arguments, settings=self.settings)
        with self.processes.watched(process):
            return finish(process, self.reports)

    def wrong_with(self, run: Finished) -> Iterator[Finding]:
        """What a run did that it may not."""
        for scope, verdict in run.verdicts.items() if (self.reports / "scopes.json").exists() else ():
            if verdict == "granted" and scope in self.state.missing:
                yield Finding(Wrong.GRANTED, scope)
            if verdict == "missing" and scope not in self.state.missing:
                yield Finding(Wrong.MISSING, scope)
        yield from (Finding(Wrong.OUTSIDE, str(each)) for each in changed(self.outside, self.canvas.tables))
        secrets = {token.token for token in self.canvas.tables.tokens.values()} | {TOKEN, REFRESH, CLIENT, ADMIN}
        said = {"what it printed": run.output, "its arguments": "\n".join(self.processes.called)}
        yield from told(self.reports, said, secrets)

    def left(self) -> Iterator[Finding]:
        """What runs have left changed in the sandbox course."""
        yield from (Finding(Wrong.INSIDE, str(each)) for each in self.wanted.missed(self.canvas.tables))

    def land_all(self) -> None:
        """Have everything take effect that is still on its way."""
        with self.clock.turn:
            for each in self.way.late:
                each.due, each.after = 0.0, 0
            self.way.land()


@contextmanager
def whole(state: State, reports: Path) -> Iterator[Whole]:
    """A new one."""
    with EmbeddedCanvas(CanvasConfig(**state.config)) as canvas:
        replace_secrets(canvas.tables)
        clock = WallClock()
        way = Way(canvas.canvas.handle, clock, ADMIN, state.secrets)

        def handle(request: Request) -> Response | Broken:
            with clock.turn:
                return _struck(way, request)

        with patch.object(canvas.canvas, "handle", handle):
            yield Whole(state, canvas, way, clock, reports)


def _struck(way: Way, request: Request) -> Response | Broken:
    """What the way makes of a request, as the embedded Canvas's server sends it."""
    query = f"?{request.query}" if request.query else ""
    headers = dict(request.headers)
    asked = httpx.Request(
        request.method, f"{request.origin}{request.path}{query}", headers=headers, content=request.body
    )
    try:
        raw = way.answer(asked)
    except httpx.HTTPError:
        return Broken()
    if raw.pieces is None:
        return Response(raw.status, raw.body, raw.without("content-length", "date").headers)
    return Broken(_begun(raw))


def _begun(raw: Raw) -> bytes:
    """An answer as far as it comes before its connection breaks off."""
    lines = [f"HTTP/1.1 {raw.status} OK", *(f"{name}: {value}" for name, value in raw.headers)]
    body = b""
    with contextlib.suppress(httpx.HTTPError):
        for piece in raw.pieces() if raw.pieces else ():
            body += piece
    return "\r\n".join([*lines, f"Content-Length: {len(raw.body)}", "", ""]).encode("latin-1", "replace") + body
