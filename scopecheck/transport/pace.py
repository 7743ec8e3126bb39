"""Limits the requests in flight, as Canvas's bucket of a token does (request_throttle.rb).

A bucket holds 600 units by default. A request reserves 50 of them while it is in flight and is refused where they would
fill the bucket; then its true cost, mostly less than one, takes their place, and 10 units leak a second.
X-Rate-Limit-Remaining is what was left when an answer was made, reservations of other requests in flight deducted.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter
from typing import Final, Protocol

ALL_IN_FLIGHT: Final = 8
"""For one token, over all processes: 8 times 50 units leave room in a bucket of 600, 12 times 50 do not."""

RESERVED: Final = 50.0
"""Units that Canvas reserves for a request in flight."""

_LEAK_PER_S: Final = 10.0
_MARGIN: Final = 5.0
"""Units kept free, because the requests that end meanwhile have cost something."""

_WATCH_S: Final = 0.5
"""How soon those that wait for the bucket notice that the run is to end."""
_LONGEST_PAUSE_S: Final = 5.0
"""Other programs' reservations end within seconds, so a longer pause would mostly wait for nothing."""


class Slot:
    """The right to have one request in flight, and what its answer said about the bucket."""

    def __init__(self, *, own: bool, earlier: int) -> None:
        self.own = own
        """Whether the request carries the token; one without it fills another bucket, of the same size."""
        self.earlier = earlier
        """How many requests its thread has made before."""
        self.throttled = False
        self.remaining: float | None = None

    def note(self, remaining: str | None, *, throttled: bool) -> None:
        """Keep what the answer said: its X-Rate-Limit-Remaining, and whether it was a throttle."""
        self.throttled = throttled
        self.remaining = _number(remaining)


class Pacing(Protocol):
    """What limits the requests in flight."""

    def slot(self, *, own: bool = True) -> AbstractContextManager[Slot]:
        """Wait for a free slot, and keep it for one request."""
        ...


class Made(threading.local):
    """How many requests this thread has made."""

    count = 0


class Pace:
    """At most `limit` requests in flight, and no more than the bucket has room for.

    Who is further on goes first: a case is a chain of calls, and the longest chains, which are started first, decide
    how long a run takes.
    """

    def __init__(self, limit: int) -> None:
        self._most = max(1, limit)
        self._room = math.inf
        """Units that requests in flight may reserve together; infinite until an answer has told."""
        self._ready = 0.0
        """When there is room for one request; on the clock of `time.monotonic`."""
        self._waiting: list[Slot] = []
        self._flying: list[Slot] = []
        """In the order in which they started."""
        self._made = Made()
        self._let_go = False
        self._turn = threading.Condition()

    @contextmanager
    def slot(self, *, own: bool = True, earlier: int | None = None) -> Iterator[Slot]:
        """Wait for a free slot, and keep it for one request; what is noted in it counts when it is given back.

        `earlier`: how many requests were made before by the thread that this is for, where it is another one.
        """
        slot = Slot(own=own, earlier=self._made.count if earlier is None else earlier)
        self._take(slot)
        self._made.count += 1
        try:
            yield slot
        finally:
            with self._turn:
                self._learn(slot)
                self._flying.remove(slot)
                self._turn.notify_all()

    def let_go(self) -> None:
        """Wait for the bucket no longer: what restores goes first. For a signal's handler: it takes no lock."""
        self._let_go = True

    @property
    def limit(self) -> int:
        """How many requests may be in flight at present; one always may, so that its answer tells more."""
        if math.isinf(self._room):
            return self._most
        return max(1, min(self._most, int((self._room - _MARGIN) // RESERVED)))

    def _take(self, slot: Slot) -> None:
        with self._turn:
            self._waiting.append(slot)
            try:
                while (seconds := self._not_before(slot)) > 0:
                    self._turn.wait(None if math.isinf(seconds) else min(seconds, _WATCH_S))
                self._flying.append(slot)
            finally:
                self._waiting.remove(slot)
                self._turn.notify_all()

    def _not_before(self, slot: Slot) -> float:
        """Seconds until the slot is free; infinite where another one has to move first."""
        if max(self._waiting, key=attrgetter("earlier")) is not slot or len(self._flying) >= self.limit:
            return math.inf
        return 0.0 if self._flying or self._let_go else self._ready - time.monotonic()

    def _learn(self, slot: Slot) -> None:
        """Narrow down what requests in flight may reserve: what was left, and what the others had reserved then.

        Those that were in flight before this one certainly had; those that started later perhaps not yet.
        """
        left = slot.remaining
        if slot.throttled:
            # What is left is counted after the refusal, when others may have ended; there was no room for one more.
            left = min(RESERVED, math.inf if left is None else left)
        if left is None:
            return
        if not slot.own and not math.isinf(self._room):
            return
        alike = [other for other in self._flying if other.own == slot.own]
        least = left + RESERVED * alike.index(slot)
        most = left + RESERVED * (len(alike) - 1)
        self._room = most if math.isinf(self._room) else min(max(self._room, least), most)
        lacking = RESERVED + 1 - self._room
        self._ready = time.monotonic() + min(lacking / _LEAK_PER_S, _LONGEST_PAUSE_S) if lacking > 0 else 0.0


def _number(text: str | None) -> float | None:
    """The number of a header; None for anything that is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
