"""Making one change: each attempt is in the journal before it is sent, and how it was answered is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import Journal, JournalEntry
from scopecheck.transport.retries import may_have_landed


class Transmit(Protocol):
    """Sends a call, as `CanvasClient.send` does."""

    def __call__(
        self, call: Call, on_answer: Callable[[Answer], None] | None, on_attempt: Callable[[], None] | None
    ) -> Answer:
        """The last attempt's answer."""


@dataclass
class Writing:
    """One change that is being made."""

    journal: Journal
    entry: JournalEntry
    transmit: Transmit
    attempted: bool = field(default=False, init=False)
    """Whether anything has been sent."""
    acknowledged: bool = field(default=False, init=False)
    """Whether Canvas has answered that it took effect."""
    unknown: bool = field(default=False, init=False)
    """Whether some attempt may still take effect, or has in a way that was not shown."""
    refused: bool = field(default=True, init=False)
    """Whether Canvas has refused every request for want of a scope, which it does before it looks at anything else."""
    absent: bool = field(default=False, init=False)
    """Whether Canvas, which has answered every request, shows no sign of the change: it may be made once more."""
    seen: Mapping[str, Any] | None = field(default=None, init=False)
    """The object with what was written, as Canvas showed it last."""

    def send(self, call: Call, transmit: Transmit | None = None) -> Answer:
        """Make one of the requests of the change. Raises JournalError if an attempt cannot be recorded."""
        self.seen = None
        return (transmit or self.transmit)(call, self._note, self._record)

    def learn(self, made: MadeChange) -> None:
        """Record the ID of the object that the change created. Raises JournalError."""
        self.entry = self.journal.learn(self.entry, made)

    def ended(self) -> None:
        """Record that nothing is sent any more, if every request was answered. Raises JournalError.

        What Canvas said it created, but did not show, may still show.
        """
        change = self.entry.change
        unseen = isinstance(change, MadeChange) and change.object_id is None and self.acknowledged
        if not self.unknown and not unseen:
            self.journal.answered(self.entry)

    def _record(self) -> None:
        self.journal.attempt(self.entry)
        self.attempted = True

    def _note(self, answer: Answer) -> None:
        self.unknown = self.unknown or may_have_landed(answer)
        reading = read(answer)
        self.acknowledged = self.acknowledged or reading is Reading.OK
        self.refused = self.refused and reading is Reading.SCOPE_MISSING
