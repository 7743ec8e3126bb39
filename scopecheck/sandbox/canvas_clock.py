"""Canvas's own clock, by the `Date` of its answers: machines that share a course need not agree on the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scopecheck.canvas.classify import PAST_THE_GATE, read
from scopecheck.model.answer import Answer


def date_of(answer: Answer) -> datetime | None:
    """When an answer was sent, by its sender's clock (UTC); None if it has no date."""
    try:
        shown = parsedate_to_datetime(answer.headers.get("date", ""))
        return shown.replace(tzinfo=shown.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass
class CanvasClock:
    """What Canvas's clock shows, from what it showed with earlier answers.

    Two times, because the servers behind one Canvas may differ, and one answer may be wrong.
    """

    monotonic: Callable[[], float] = time.monotonic
    _ahead: list[float] = field(default_factory=list, init=False)
    """For each answer, Canvas's time (in seconds since 1970) less that of `monotonic`."""

    def note(self, answer: Answer) -> None:
        """Read the clock, if the answer is certainly Canvas's."""
        if read(answer) not in PAST_THE_GATE:
            return
        shown = date_of(answer)
        if shown is not None:
            self._ahead.append(shown.timestamp() - self.monotonic())

    @property
    def earliest(self) -> datetime | None:
        """The time that it is at least; None if no answer had a date."""
        return self._at(min(self._ahead, default=None))

    @property
    def latest(self) -> datetime | None:
        """The time that it is at most."""
        return self._at(max(self._ahead, default=None))

    def _at(self, ahead: float | None) -> datetime | None:
        return None if ahead is None else datetime.fromtimestamp(ahead + self.monotonic(), UTC)
