"""The requests of an undo: each attempt to write is in the journal before it is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.journal import JournalError
from scopecheck.sandbox.undo.interface import Hands
from scopecheck.transport.client import CanvasClient, Record
from scopecheck.transport.retries import may_have_landed


@dataclass
class Undoing:
    """One undo, by one client."""

    client: CanvasClient
    on_answer: Record | None
    attempting: Callable[[], object]
    """Records in the journal that a request is about to be sent."""
    seen: Mapping[str, Any] | None = None
    """The object as it was just seen, after it was written."""
    clean_up: bool = False
    """Whether the requests count as clean-up although the client's others do not."""
    attempted: bool = field(default=False, init=False)
    """Whether anything was sent."""
    unknown: bool = field(default=False, init=False)
    """Whether some request may still take effect."""

    @property
    def hands(self) -> Hands:
        """What the undo reads and writes with."""
        return Hands(self._read, self.client.pause, self._write, self.seen)

    def _read(self, call: Call) -> Answer:
        return self.client.send(call, self.on_answer, clean_up=self.clean_up)

    def _write(self, call: Call) -> Answer:
        return self.client.send(call, self._note, self._record, clean_up=self.clean_up)

    def _record(self) -> None:
        self.attempted = True
        # The change itself is on disk: that its undo cannot be added is no reason to leave it.
        with contextlib.suppress(JournalError):
            self.attempting()

    def _note(self, answer: Answer) -> None:
        # Nothing is created under the ID of what is gone: that a DELETE lands later changes nothing.
        self.unknown = self.unknown or (answer.method != "DELETE" and may_have_landed(answer))
        if self.on_answer:
            self.on_answer(answer)
