"""What the cases of one process share: the setup, the client, the journal, and results computed only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from scopecheck.exercises.telling import Telling
from scopecheck.model.profile import Profile
from scopecheck.model.setup import Setup
from scopecheck.sandbox.journal import Journal
from scopecheck.sandbox.undo.rollback import Rollback, Tally
from scopecheck.transport.client import CanvasClient

T = TypeVar("T")


class Shared:
    """Results that several cases need but one process computes only once."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: dict[str, Future[Any]] = {}
        self._later: Shared | None = None

    @property
    def later(self) -> Shared:
        """What cases share that ask once more: nothing that was asked before."""
        with self._turn:
            self._later = self._later or Shared()
            return self._later

    def once(self, name: str, make: Callable[[], T]) -> tuple[T, bool]:
        """The value of `make`, computed by the first caller, and whether this caller was the first."""
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
class RunContext:
    """One process's part of a run: what its cases share."""

    setup: Setup
    profile: Profile
    client: CanvasClient
    journal: Journal | None
    tally: Tally = field(default_factory=Tally)
    shared: Shared = field(default_factory=Shared)
    interrupted: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def telling(self) -> Telling:
        """What may be told of exchanges."""
        return Telling(self.setup, self.profile)

    @property
    def again(self) -> RunContext:
        """The same for a case that asks once more: it hears nothing that was asked before."""
        return replace(self, shared=self.shared.later)

    def interrupt(self) -> None:
        """Start nothing new: exercises end before their next call and restore what they changed."""
        self.interrupted.set()
        self.client.budget.hurry()

    @property
    def rollback(self) -> Rollback | None:
        """What undoes the changes of this process; None if nothing may be written."""
        return Rollback(Path(self.setup.reports), self.tally) if self.journal else None
