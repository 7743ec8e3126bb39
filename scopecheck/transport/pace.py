"""Limits the requests in flight: Canvas reserves 50 units of a token's bucket for each (request_throttle.rb)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

ALL_IN_FLIGHT = 8
"""For one token, over all processes: 8 times 50 units leave room in a bucket of 600, 12 times 50 do not."""

_LOW = 200.0
"""Units left in the bucket (X-Rate-Limit-Remaining) below which requests are sent one at a time."""


class Pace:
    """A limit on requests in flight that shrinks to one while the bucket is nearly full."""

    def __init__(self, limit: int) -> None:
        self._full = max(1, limit)
        self._limit = self._full
        self._busy = 0
        self._turn = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a free slot, and keep it for one request."""
        with self._turn:
            self._turn.wait_for(lambda: self._busy < self._limit)
            self._busy += 1
        try:
            yield
        finally:
            with self._turn:
                self._busy -= 1
                self._turn.notify_all()

    def note(self, remaining: str | None, *, throttled: bool) -> None:
        """Learn from an answer: its X-Rate-Limit-Remaining, and whether it was a throttle."""
        low = throttled or (remaining is not None and _number(remaining) < _LOW)
        with self._turn:
            self._limit = 1 if low else self._full
            self._turn.notify_all()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
