"""Undoing one change right after the case that made it, and saving what could not be undone."""

from __future__ import annotations

import contextlib
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.model.verdict import Cleanup, FailedRestore
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalError
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Send, Since, UndoError

UNRESTORED: Final = "unrestored"
"""Folder inside the report folder where the old value of a failed restore is saved."""


@dataclass
class Tally:
    """How many changes one process undid, and which ones it could not; shared by its threads."""

    restored: int = 0
    failed: list[FailedRestore] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def note_restored(self) -> None:
        """One change was undone."""
        with self._turn:
            self.restored += 1

    def note_failed(self, failure: FailedRestore) -> None:
        """One change could not be undone."""
        with self._turn:
            self.failed.append(failure)

    def cleanup(self) -> Cleanup:
        """The tally in the form that the controller expects."""
        return Cleanup(self.restored, self.failed)


@dataclass(frozen=True)
class Rollback:
    """Undoes the changes of one process."""

    journal: Journal
    reports: Path
    tally: Tally

    def undo(self, change: JournalEntry, send: Send, *, landed: bool) -> None:
        """Undo one change and record the outcome; never raises because of an answer.

        `landed`: whether its request was answered. If not, it may still take effect after the undo, so the change
        stays open and is checked again at the end of the run.
        """
        try:
            latest = self.journal.latest(change)
            if latest is None:
                return
            undone = undo(latest, send, Since.NOTHING)
        except UndoError as error:
            self.tally.note_failed(keep_failure(self.reports, change, str(error)))
            return
        if not landed:
            return
        if undone:
            self.tally.note_restored()
        with contextlib.suppress(JournalError):
            # The change is undone; if the journal cannot record that, the next run only checks again.
            self.journal.close(change)


def keep_failure(reports: Path, change: JournalEntry, why: str) -> FailedRestore:
    """A restore that failed, with everything needed to do it by hand saved in the report folder."""
    name = _saved_name(change)
    saved: str | None = f"{UNRESTORED}/{name}"
    try:
        (reports / UNRESTORED).mkdir(parents=True, exist_ok=True)
        (reports / UNRESTORED / name).write_bytes(msgspec.json.format(msgspec.json.encode(change)))
    except OSError:
        saved = None
    return FailedRestore(change.what, why, saved)


def forget_failure(reports: Path, change: JournalEntry) -> None:
    """Delete what was saved for a failed restore, once it has succeeded."""
    with contextlib.suppress(OSError):
        (reports / UNRESTORED / _saved_name(change)).unlink()


def _saved_name(change: JournalEntry) -> str:
    return re.sub(r"[^\w.-]", "_", change.id) + ".json"
