"""Undoing one change right after the case that made it, and saving what could not be undone."""

from __future__ import annotations

import contextlib
import re
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.model.verdict import Cleanup, FailedRestore
from scopecheck.sandbox.journal import JournalEntry, JournalError
from scopecheck.sandbox.undo.dispatch import is_certain, undo
from scopecheck.sandbox.undo.interface import Hands, NotSearchable, Outcome, UndoError
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.client import CanvasClient, Record
from scopecheck.transport.looks import looks

UNRESTORED: Final = "unrestored"
"""Folder inside the report folder where the old value of a failed restore is saved."""


@dataclass
class Tally:
    """How many changes one process undid, and which ones it could not; shared by its threads."""

    restored: int = 0
    failed: list[FailedRestore] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What somebody else had replaced by then."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def note(self, outcome: Outcome, what: str) -> None:
        """One change was undone, or needed no undoing."""
        with self._turn:
            self.restored += outcome is Outcome.RESTORED
            self.left += [what] if outcome is Outcome.REPLACED else []

    def note_failed(self, failure: FailedRestore) -> None:
        """One change could not be undone."""
        with self._turn:
            self.failed.append(failure)

    def cleanup(self) -> Cleanup:
        """The tally in the form that the controller expects."""
        return Cleanup(self.restored, self.failed, left=self.left)


@dataclass(frozen=True)
class Rollback:
    """Undoes the changes of one process."""

    reports: Path
    tally: Tally

    def undo(self, writing: Writing, client: CanvasClient, on_answer: Record) -> None:
        """Undo one change and record the outcome; never raises because of an answer.

        It stays open, to be looked at again, if a request may still take effect, or if Canvas acknowledged the change
        but does not show it.
        """
        journal = writing.journal
        entry = journal.latest(writing.entry)
        if entry is None:
            return
        if not writing.attempted:
            self._close(writing)
            return
        undoing = Undoing(client, on_answer, lambda: journal.attempt(entry), writing.seen, clean_up=True)
        try:
            outcome = self._look_and_undo(entry, writing, undoing.hands)
        except UndoError as error:
            if isinstance(error, NotSearchable) and writing.refused:
                # Both for want of scopes: there is nothing to be found.
                self._close(writing)
                return
            self.tally.note_failed(keep_failure(self.reports, entry, str(error)))
            if not undoing.unknown:
                with contextlib.suppress(JournalError):
                    writing.ended()
            return
        if writing.unknown or undoing.unknown:
            return
        writing.absent = outcome is Outcome.ABSENT
        doubtful = writing.absent or not is_certain(entry.change, outcome)
        if doubtful and writing.acknowledged:
            return
        self.tally.note(outcome, entry.what)
        self._close(writing)

    @staticmethod
    def _close(writing: Writing) -> None:
        with contextlib.suppress(JournalError):
            # If the journal cannot record that, the next run only checks again.
            writing.journal.close(writing.entry)

    def _look_and_undo(self, entry: JournalEntry, writing: Writing, hands: Hands) -> Outcome:
        outcome = Outcome.ABSENT
        for _ in looks(hands.pause):
            outcome = undo(entry.change, hands)
            if outcome is not Outcome.ABSENT or not writing.acknowledged:
                break
            hands = replace(hands, seen=None)
        return outcome


def keep_failure(reports: Path, entry: JournalEntry, why: str) -> FailedRestore:
    """A restore that failed, with everything needed to do it by hand saved in the report folder."""
    name = _saved_name(entry)
    saved: str | None = f"{UNRESTORED}/{name}"
    try:
        (reports / UNRESTORED).mkdir(parents=True, exist_ok=True)
        (reports / UNRESTORED / name).write_bytes(msgspec.json.format(msgspec.json.encode(entry)))
    except OSError:
        saved = None
    return FailedRestore(entry.what, why, saved)


def forget_failure(reports: Path, entry: JournalEntry) -> None:
    """Delete what was saved for a failed restore, once it has succeeded."""
    with contextlib.suppress(OSError):
        (reports / UNRESTORED / _saved_name(entry)).unlink()


def _saved_name(entry: JournalEntry) -> str:
    return re.sub(r"[^\w.-]", "_", entry.id) + ".json"
