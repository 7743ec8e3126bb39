"""Which target starts when: several at once, no two that would wait for each other, and each for a limited time."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from scopecheck.fleet.process import LAST_STEP, STEPS_S, Process
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.fleet_document import Ending

POLL_S: Final = 0.02


@dataclass(frozen=True)
class Task:
    """One target's process, to be started."""

    name: str
    start: Callable[[], Process]
    limit_s: float
    """How long it may take until it is ended."""
    claims: frozenset[object] = frozenset()
    """What it has for itself while it runs: a sandbox course, a refresh token."""
    expected_s: float = math.inf
    """How long it took the last time."""


@dataclass(frozen=True)
class Ended:
    """How a task ended, and how many seconds it took."""

    name: str
    code: int
    ending: Ending
    seconds: float = 0.0
    why: str = ""
    """What was done to it, or why it was not started; empty if it ended by itself."""


@dataclass
class _Running:
    task: Task
    process: Process
    started: float
    ending: Ending = Ending.BY_ITSELF
    step: int = -1
    """The last step that was taken to end it."""
    next_step: float = math.inf
    """When the next one is due."""


@dataclass
class Timetable:
    """Runs tasks, `jobs` of them at once: first those that took longest, so that none of these is left for the end."""

    jobs: int
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    running: list[_Running] = field(default_factory=list)
    waiting: list[Task] = field(default_factory=list)
    stops: int = 0
    """How often somebody asked for the end; a signal's handler raises it."""
    _heard: int = 0

    def run(self, tasks: Sequence[Task]) -> Generator[Ended | None, None, None]:
        """Each task as it ends, and None whenever time has passed.

        Every process has ended after the last one, also if whoever iterates fails or stops early.
        """
        self.waiting = sorted(tasks, key=lambda task: -task.expected_s)
        try:
            while self.waiting or self.running:
                yield from self._hear()
                yield from self._start_next()
                yield from self._ended()
                self._hasten()
                if self.running:
                    yield None
                    self.sleep(POLL_S)
        finally:
            self._abandon()

    def stop(self) -> None:
        """Start no further one, and end those that run: after their clean-up, and if called again, at once."""
        self.stops += 1

    def _hear(self) -> Iterator[Ended]:
        """Do what was asked for by a signal, in the loop rather than in its handler."""
        while self._heard < self.stops:
            self._heard += 1
            for each in self.running:
                if each.ending is Ending.BY_ITSELF or self._heard > 1:
                    each.ending = Ending.INTERRUPTED if each.ending is Ending.BY_ITSELF else each.ending
                    self._end(each)
            for task in self.waiting:
                yield Ended(task.name, ExitCode.INTERRUPTED, Ending.NOT_STARTED, why="It was not started: interrupted.")
            self.waiting.clear()

    def _start_next(self) -> Iterator[Ended]:
        held = frozenset[object]().union(*(each.task.claims for each in self.running))
        for task in tuple(self.waiting):
            if len(self.running) >= self.jobs:
                return
            if not task.claims & held:
                self.waiting.remove(task)
                try:
                    process = task.start()
                except OSError as error:
                    yield Ended(
                        task.name, ExitCode.INTERNAL_ERROR, Ending.NOT_STARTED,
                        why=f"Its process could not be started: {error}.",
                    )  # fmt: skip
                    continue
                held |= task.claims
                self.running.append(_Running(task, process, self.clock()))

    def _ended(self) -> Iterator[Ended]:
        for each in tuple(self.running):
            code = each.process.poll()
            if code is None:
                continue
            self.running.remove(each)
            # One that was ended is reported as such, whatever it made of it.
            code = code if each.ending is Ending.BY_ITSELF else ExitCode.INTERRUPTED
            why = _WHY[each.ending].format(limit=each.task.limit_s)
            yield Ended(each.task.name, code, each.ending, self.clock() - each.started, why)

    def _hasten(self) -> None:
        now = self.clock()
        for each in self.running:
            if each.step < 0 and now - each.started >= each.task.limit_s:
                each.ending = Ending.TIME_LIMIT
                self._end(each)
            elif now >= each.next_step:
                self._end(each)

    def _abandon(self) -> None:
        """End what still runs, and wait for it."""
        for each in self.running:
            self._end(each)
        while any(each.process.poll() is None for each in self.running):
            self._hasten()
            self.sleep(POLL_S)
        self.running.clear()

    def _end(self, each: _Running) -> None:
        """Take the next step to end a process."""
        each.step = min(each.step + 1, LAST_STEP)
        each.next_step = self.clock() + (STEPS_S[each.step] if each.step < LAST_STEP else STEPS_S[-1])
        each.process.signal(each.step)


_WHY: Final = {
    Ending.BY_ITSELF: "",
    Ending.TIME_LIMIT: "It did not end by itself within {limit:.0f} s, so it was ended.",
    Ending.INTERRUPTED: "Interrupted.",
}
