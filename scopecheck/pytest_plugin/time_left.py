"""How long the rest of a run will take, as far as what is done of it tells."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_MEASURED_S: Final = 2.0
"""A shorter time says nothing about the rest."""
_DONE: Final = 0.25
"""The part of the work that has to be done before it says anything about the rest."""


class TimeLeft:
    """Measures how fast the work is done; `now` reads a clock, in seconds, and the run's time is used up at `ends`."""

    def __init__(self, work: int, ends: float, now: Callable[[], float]) -> None:
        self._work, self._done = work, 0
        self._ends, self._now = ends, now
        self._began = now()
        self._over = -math.inf

    def add(self, done: int) -> None:
        """Note that so much more of the work is done."""
        self._done += done
        now = self._now()
        spent = now - self._began
        if spent >= _MEASURED_S and self._done >= _DONE * self._work:
            self._over = min(now + spent * (self._work - self._done) / self._done, self._ends)

    def __str__(self) -> str:
        """`about 4 s left`; empty as long as nothing is known, and again if it takes longer than that."""
        left = math.ceil(self._over - self._now()) if self._over > self._now() else 0
        if not left:
            return ""
        if left > 90:
            return f"about {math.ceil(left / 60)} min left"
        return f"about {left if left <= 10 else 5 * math.ceil(left / 5)} s left"
