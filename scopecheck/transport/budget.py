"""The time that a run and each of its calls may take, however the network misbehaves."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

CLEAN_UP_S: Final = 120.0
"""How long clean-up may take after a run that has used up its time."""
HURRIED_CLEAN_UP_S: Final = 15.0
"""The same after an interrupt: somebody waits for the end."""
HURRIED_S: Final = 5.0
"""How long one call may take once somebody wants the run to end."""
LET_GO_S: Final = 1.0
"""How long the calls in flight may still take when somebody wants the run to end."""


class Budget:
    """The time of one run: all clients of a process share it. Calls that clean up have a time of their own after it."""

    def __init__(self, seconds: float = math.inf) -> None:
        self.seconds = seconds
        self.hurried = threading.Event()
        """Set once somebody wants the run to end; what waits for another attempt waits no longer."""
        self.hurried_at = math.inf
        """When that was."""
        self.start()

    def start(self) -> None:
        """Count from now, for example after waiting for another run."""
        self.ends = time.monotonic() + self.seconds
        """When the time is used up, on the clock of `time.monotonic`."""
        self.clean_up_ends = self.ends + CLEAN_UP_S
        """The same for what cleans up."""

    def postpone(self, seconds: float) -> None:
        """Waiting for another run takes nothing from the run's time."""
        self.ends += seconds
        self.clean_up_ends += seconds

    @property
    def left(self) -> float:
        """Seconds until the time is used up; infinite where there is no end."""
        return max(0.0, self.ends - time.monotonic())

    def let_go(self) -> None:
        """Let go of the calls in flight, and cut later ones short. For a signal's handler: it takes no lock."""
        if math.isinf(self.hurried_at):
            self.hurried_at = time.monotonic()
            self.begin_clean_up()

    def hurry(self) -> None:
        """From now on retry nothing, cut calls short, and let go of those in flight."""
        self.let_go()
        self.hurried.set()

    def begin_clean_up(self) -> None:
        """Give what cleans up its time from now on."""
        allowed = CLEAN_UP_S if math.isinf(self.hurried_at) else HURRIED_CLEAN_UP_S
        self.clean_up_ends = time.monotonic() + allowed

    @contextmanager
    def spent_by_failure(self) -> Iterator[None]:
        """A block that starts threads: if it fails or is interrupted, their calls are cut short too."""
        try:
            yield
        except BaseException:
            self.hurry()
            raise

    def deadline(self, seconds: float, *, clean_up: bool = False) -> Deadline:
        """The end of a call that may take so long, if the run has time for it."""
        run_ends = self.clean_up_ends if clean_up else self.ends
        return Deadline(self, time.monotonic() + seconds, run_ends)


class Deadline:
    """When a call has to end: the earliest of its own time, the run's, and an interrupt's."""

    def __init__(self, budget: Budget, at: float, run_ends: float) -> None:
        self._budget = budget
        self._run_ends = run_ends
        self._hurried_before = not math.isinf(budget.hurried_at)
        self._at = min(at, time.monotonic() + HURRIED_S) if self._hurried_before else at

    def postpone(self, seconds: float) -> None:
        """Waiting for other requests of the run takes nothing from the call's own time, only from the run's."""
        self._at += seconds

    def within(self, seconds: float) -> Deadline:
        """An earlier one, for a part of the call."""
        return Deadline(self._budget, min(self._at, time.monotonic() + seconds), self._run_ends)

    @property
    def left(self) -> float:
        """Seconds until then; 0 if it is over. An interrupt shortens it."""
        let_go = math.inf if self._hurried_before else self._budget.hurried_at + LET_GO_S
        return max(0.0, min(self._at, self._run_ends, let_go) - time.monotonic())

    @property
    def run_is_over(self) -> bool:
        """Whether the run has no time left for the call."""
        return time.monotonic() >= self._run_ends

    @property
    def let_go(self) -> bool:
        """Whether an interrupt ends the call."""
        return not self._hurried_before and not math.isinf(self._budget.hurried_at)
