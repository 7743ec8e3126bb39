"""Making one change: each attempt is in the journal before it is sent, and how it was answered is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

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

    def send(self, call: Call) -> Answer:
        """Make one of the requests of the change. Raises JournalError if an attempt cannot be recorded."""
        return self.transmit(call, self._note, self._record)

    def learn(self, made: MadeChange) -> None:
        """Record the ID of the object that the change created. Raises JournalError."""
        self.entry = self.journal.learn(self.entry, made)

    def ended(self) -> None:
        """Record that nothing is sent any more, if every request was answered. Raises JournalError."""
        if not self.unknown:
            self.journal.answered(self.entry)

    def _record(self) -> None:
        self.journal.attempt(self.entry)
        self.attempted = True

    def _note(self, answer: Answer) -> None:
        self.unknown = self.unknown or may_have_landed(answer)
        self.acknowledged = self.acknowledged or read(answer) in {Reading.OK, Reading.EMPTY}
