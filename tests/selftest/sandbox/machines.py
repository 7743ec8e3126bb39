"""Machines that share a sandbox course: each with a run that takes its lease, over one Canvas in this process.

Time is the test's own: nothing sleeps, and Canvas's `Date` says what the test's clock says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import httpx

from scopecheck.config import lock_file
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.model.secret import Secret
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.lease import Lease
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.lease_others import LeaseUnknown
from scopecheck.sandbox.lock import TargetBusy, TargetLock
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, canvas
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.sandbox.left_open import open_changes

TARGET: Final = JournalTarget(BASE, "1001")
RUN_S: Final = 600.0
ONCE: Final = Patience(timeout=5, attempts=1, first_wait=0.0, longest_wait=0.0)

Send = Callable[[], httpx.Response]
Between = Callable[[httpx.Request, Send], httpx.Response]
"""Stands between a machine and Canvas: gets a request, and what sends it."""


@dataclass
class Course:
    """One sandbox course, its files, and the time of its Canvas."""

    canvas: Canvas
    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    passed: float = 0.0
    """Seconds since it began."""
    skew: timedelta = timedelta()
    """How far Canvas's clock is ahead of everybody else's."""

    @property
    def now(self) -> datetime:
        """What Canvas's clock shows."""
        return self.began + self.skew + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        """The seconds that pass everywhere."""
        return self.passed

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += seconds

    @property
    def leases(self) -> list[LeaseName]:
        """The leases that lie in the course, by ID."""
        files = sorted(self.canvas.tables.files.values(), key=lambda file: file.id)
        names = (LeaseName.parse(file.display_name) for file in files if file.workflow_state == "processed")
        return [name for name in names if name]

    def way(self, between: Between | None = None) -> httpx.BaseTransport:
        """A client's way to this Canvas."""
        inner = transport(self.canvas)

        def send(request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            if "date" in answer.headers:
                answer.headers["date"] = format_datetime(self.now, usegmt=True)
            return answer

        return httpx.MockTransport(
            lambda request: between(request, lambda: send(request)) if between else send(request)
        )


def course(**state: Any) -> Course:
    """A course whose Canvas is in this state."""
    return Course(canvas(**state))


@dataclass
class Machine:
    """A machine with its own locks, journal and name, on which runs follow each other."""

    at: Course
    folder: Path
    number: int
    between: Between | None = None
    wait_s: float = 60.0
    sleep: Callable[[float], None] | None = None

    def __post_init__(self) -> None:
        for name in ("reports", "locks"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.said: list[str] = []
        self._runs = 0

    def run(self, *, reports: str = "reports", **how: Any) -> Run:
        """A new run, which has locked the course on this machine."""
        (self.folder / reports).mkdir(exist_ok=True)
        self._runs += 1
        tag = f"scopecheck-{datetime.now(UTC):%Y%m%dT%H%M%S}-{self.number:02x}{self._runs:02x}"
        with patch.object(lock_file, "FOLDERS", (str(self.folder / "locks"),)):
            lock = TargetLock(TARGET)
        lock.acquire()
        sleep = self.sleep or self.at.sleep
        lease = Lease(self.folder / reports, TARGET, tag, lock, how.get("wait_s", self.wait_s), self.said.append,
                      self.at.monotonic, sleep, holder=f"machine-{self.number}")  # fmt: skip
        return Run(self, lease, self.client(), lock)

    @property
    def open(self) -> list[str]:
        """What is open in its journal."""
        return [change.what for change in open_changes(self.folder / "reports" / "journal", TARGET)]

    def client(self) -> CanvasClient:
        """A client with the integration's token."""
        token = Secret(self.at.canvas.credentials.access_token)
        return CanvasClient(BASE, token, Pace(8), ONCE, self.at.way(self.between), budget=Budget(RUN_S))


@dataclass
class Run:
    """One run, as far as it is about the lease."""

    machine: Machine
    lease: Lease
    client: CanvasClient
    lock: TargetLock

    def acquire(self) -> str:
        """How it ended: `held`, `without`, `busy` or `unknown`; a run that may not write ends at once."""
        try:
            self.lease.acquire(self.client)
        except TargetBusy as busy:
            self.machine.said.append(str(busy))
            self.end()
            return "busy"
        except LeaseUnknown as unknown:
            self.machine.said.append(str(unknown))
            self.end()
            return "unknown"
        return "held" if self.lease.held else "without"

    def end(self) -> None:
        """The end of a run: its lease is removed, and this machine's lock given back."""
        self.lease.release(self.client, None)
        self.lock.release()

    def die(self) -> None:
        """It is killed: nothing is removed, and the operating system frees its locks."""
        for held in (self.lock._lock, self.lease._live._lock):
            assert held._descriptor is not None
            lock_file._unlock(held._descriptor)


def listing(answer: httpx.Response, rows: list[dict[str, Any]]) -> httpx.Response:
    """An answer with other rows."""
    headers = {key: value for key, value in answer.headers.items() if key != "content-length"}
    return httpx.Response(200, headers=headers, json=rows)


def put(at: Course, name: str, *, age: timedelta = timedelta()) -> None:
    """Add a file of this name to the course."""
    tables = at.canvas.tables
    pattern = next(file for file in tables.files.values() if file.workflow_state == "processed")
    number = tables.next_id()
    tables.files[number] = replace(pattern, id=number, display_name=name, created_at=at.now - age, course_id=1001)


def two_machines(at: Course, folder: Path, **how: Any) -> tuple[Machine, Machine]:
    """Two machines; `how` is for the second."""
    return Machine(at, folder / "0", 0), Machine(at, folder / "1", 1, **how)
