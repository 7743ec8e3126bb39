"""One run as the engine sees it in one process: what the controller found out, and what the cases share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from scopecheck.client import CanvasClient
from scopecheck.profile import Profile
from scopecheck.sandbox.journal import Journal
from scopecheck.verdict import FailedRestore, KeyResult

T = TypeVar("T")


@dataclass(frozen=True)
class DeadToken:
    """Why no call can be judged: said once, not 31 times."""

    cause: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Setup:
    """What the controller found out once and hands to every worker, in memory only."""

    base_url: str
    token: str = field(repr=False)
    mode: str
    tag: str
    started_at: str
    account_id: str
    course_id: str | None
    sandbox_account: str | None
    """The account that the sandbox course lies in; None where that could not be read."""
    reports: str
    in_flight: int
    """Requests that one process may have in flight."""
    key: list[KeyResult]
    missing_on_key: list[str] | None = None
    unknown_names: dict[str, str] = field(default_factory=dict)
    """Scopes that this Canvas knows by another name: the required one to its own."""
    probes_prove: bool = True
    """Whether a call to a nonexistent course is refused for its scope before the course is looked up."""
    dead: DeadToken | None = None
    writes_refused: str | None = None
    """Why nothing may be written although the mode is exercise."""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Sandbox objects made for this run, by kind."""


class Shared:
    """What is asked once in a process although several cases need it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: dict[str, Future[Any]] = {}

    def once(self, name: str, make: Callable[[], T]) -> tuple[T, bool]:
        """The value of `make`, computed by whoever comes first, and whether this caller was the first."""
        with self._turn:
            future = self._known.get(name)
            first = future is None
            if future is None:
                future = self._known[name] = Future()
        if first:
            try:
                future.set_result(make())
            except BaseException as error:
                future.set_exception(error)
                raise
        value: T = future.result()
        return value, first


@dataclass
class Run:
    """One process's share of a run."""

    setup: Setup
    profile: Profile
    client: CanvasClient
    journal: Journal | None
    shared: Shared = field(default_factory=Shared)
    restored: int = 0
    failed: list[FailedRestore] = field(default_factory=list)
    interrupted: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def interrupt(self) -> None:
        """Begin nothing new: exercises end before their next call, and what they changed is put back."""
        self.interrupted.set()
        self.client.hurry()

    @property
    def reports(self) -> Path:
        """The report folder."""
        return Path(self.setup.reports)

    def note_restored(self) -> None:
        """One change was undone."""
        with self._turn:
            self.restored += 1

    def note_failed(self, failure: FailedRestore) -> None:
        """One change could not be undone."""
        with self._turn:
            self.failed.append(failure)
