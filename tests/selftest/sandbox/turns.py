"""Runs that race, one request at a time, in an order that a test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.selftest.sandbox.machines import Course


@dataclass
class Turns:
    """Lets runs that race take turns: each goes on to its next request, or its next sleep, and no further.

    Time only passes while all sleep. `choices` decide whose turn it is.
    """

    at: Course
    choices: Sequence[int]
    holding: list[int] = field(default_factory=list)
    together: bool = False
    """Whether two ever held the course at once."""
    ended: dict[int, str] = field(default_factory=dict)
    _asleep: dict[int, float] = field(default_factory=dict)
    _waiting: set[int] = field(default_factory=set)
    _turn: int | None = None
    _change: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, who: int) -> None:
        """Wait for one's turn, from the thread of a run."""
        with self._change:
            self._waiting.add(who)
            if self._turn == who:
                self._turn = None
            self._change.notify_all()
            assert self._change.wait_for(lambda: self._turn == who, 30)
            self._waiting.discard(who)

    def sleep(self, who: int, seconds: float) -> None:
        """The same, but no turn comes until so much time has passed."""
        self._asleep[who] = self.at.passed + seconds
        self.wait(who)

    def play(self, runs: dict[int, Callable[[], str]]) -> None:
        """Run them all to their ends."""
        threads = [threading.Thread(target=self._thread, args=(who, act)) for who, act in runs.items()]
        for thread in threads:
            thread.start()
        choices = list(self.choices)
        while len(self.ended) < len(runs):
            with self._change:
                assert self._change.wait_for(lambda: self._turn is None and self._ready(runs), 30)
                if len(self.ended) == len(runs):
                    break
                awake = sorted(self._waiting - self._asleep.keys())
                if not awake:
                    self.at.passed = max(self.at.passed, min(self._asleep.values()))
                    awake = sorted(who for who, until in self._asleep.items() if until <= self.at.passed)
                self._turn = awake[(choices.pop(0) if choices else 0) % len(awake)]
                self._asleep.pop(self._turn, None)
                self._change.notify_all()
        for thread in threads:
            thread.join(30)

    def hold(self, who: int) -> None:
        """Somebody holds the course from now on."""
        self.holding.append(who)
        self.together |= len(self.holding) > 1

    def _ready(self, runs: dict[int, Callable[[], str]]) -> bool:
        return len(self._waiting) + len(self.ended) == len(runs)

    def _thread(self, who: int, act: Callable[[], str]) -> None:
        self.wait(who)
        ending = "crashed"
        try:
            ending = act()
        finally:
            with self._change:
                self.ended[who] = ending
                if self._turn == who:
                    self._turn = None
                self._change.notify_all()
