"""Undoing the changes that the journals hold open: at the end of a run, or after a run that was killed."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scopecheck.model.verdict import FailedRestore
from scopecheck.sandbox.changes import AssociationChange, MadeChange, needs_admin
from scopecheck.sandbox.journal import (
    VERSION,
    Attempted,
    Closed,
    JournalEntry,
    JournalError,
    JournalTarget,
    Line,
    append,
    now,
)
from scopecheck.sandbox.journal_reading import journals, open_in
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from scopecheck.sandbox.undo.rollback import forget_failure, keep_failure
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.transport.client import CanvasClient

LANDS_WITHIN: Final = timedelta(minutes=2)
"""How long a request may still take effect after its sender died or gave up.

Canvas's web servers end a request after one minute (config.ru of its images, Passenger's and nginx's time limits), and
a proxy may have held it for as long before.
"""


@dataclass
class Recovery:
    """What became of the changes that were still open."""

    restored: list[str] = field(default_factory=list)
    """What was restored."""
    failed: list[FailedRestore] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What somebody else has replaced since: it was left alone."""
    absent: list[str] = field(default_factory=list)
    """What did not take effect, or is gone: there was nothing to undo."""
    unsettled: list[str] = field(default_factory=list)
    """Changes so recent that their requests may still take effect, restored or not: they stay open."""


def recover(
    reports: Path,
    target: JournalTarget,
    client: CanvasClient,
    admin: CanvasClient | None = None,
    *,
    until: float = math.inf,
) -> Recovery:
    """Undo every change that runs against this target left open, newest first.

    Removing what the administrator's token created needs an administrator's token. `until` is when time runs out, on
    the clock of `time.monotonic`.
    """
    recovering = _Recovering(reports, target, client, admin, until)
    for path in journals(reports / "journal", target):
        try:
            entries = open_in(path, target)
        except JournalError as error:
            recovering.recovery.failed.append(FailedRestore("changes in a journal", str(error)))
            continue
        if entries is not None and not [entry for entry in entries if not recovering.settled(path, entry)]:
            _remove(path)
    return recovering.recovery


def _remove(path: Path) -> None:
    """Delete a finished journal, and its folders once they are empty."""
    with contextlib.suppress(OSError):
        path.unlink()
        path.parent.rmdir()
        path.parent.parent.rmdir()


@dataclass
class _Recovering:
    reports: Path
    target: JournalTarget
    client: CanvasClient
    admin: CanvasClient | None
    until: float
    recovery: Recovery = field(default_factory=Recovery)

    def settled(self, path: Path, entry: JournalEntry) -> bool:
        """Undo a change and return whether the journal is done with it."""
        try:
            outcome, unknown = self._undo(path, entry)
        except UndoError as error:
            self.recovery.failed.append(keep_failure(self.reports, entry, str(error)))
            return False
        forget_failure(self.reports, entry)
        if unknown or (_is_recent(entry) and not (entry.answered and _is_certain(entry, outcome))):
            self.recovery.unsettled.append(entry.what)
            return False
        with contextlib.suppress(JournalError):
            append(path, Line(VERSION, self.target, Closed(entry.id)))
        self._told(outcome).append(entry.what)
        return True

    def _told(self, outcome: Outcome) -> list[str]:
        match outcome:
            case Outcome.RESTORED:
                return self.recovery.restored
            case Outcome.REPLACED:
                return self.recovery.left
            case Outcome.ABSENT:
                return self.recovery.absent

    def _undo(self, path: Path, entry: JournalEntry) -> tuple[Outcome, bool]:
        """Undo a change; also whether a request of the undo may still take effect. Raises UndoError."""
        if time.monotonic() > self.until:
            raise UndoError("There was no time left. Run again, or run `python -m scopecheck restore`.")
        client = self.admin if needs_admin(entry.change) else self.client
        if client is None:
            raise UndoError("Removing it needs CANVAS_ADMIN_TOKEN. Set it and run again.")
        try:
            return self._undo_by(client, path, entry)
        except UndoError:
            # A user who may upload files is not always allowed to delete them.
            if not isinstance(entry.change, MadeChange) or self.admin is None or self.admin is client:
                raise
            return self._undo_by(self.admin, path, entry)

    def _undo_by(self, client: CanvasClient, path: Path, entry: JournalEntry) -> tuple[Outcome, bool]:
        undoing = Undoing(client, None, lambda: append(path, Line(VERSION, self.target, Attempted(entry.id, now()))))
        outcome = undo(entry.change, undoing.hands)
        return outcome, undoing.unknown


def _is_certain(entry: JournalEntry, outcome: Outcome) -> bool:
    """Whether one look is enough. That a value is the old one is not sure at once: Canvas may show what was before."""
    return outcome is not Outcome.ABSENT or isinstance(entry.change, MadeChange | AssociationChange)


def _is_recent(entry: JournalEntry) -> bool:
    """Whether the last request for a change may still take effect."""
    try:
        sent = datetime.fromisoformat(entry.at)
    except ValueError:
        return False
    # A clock may have been set back since.
    return abs(datetime.now(UTC) - sent.replace(tzinfo=UTC)) < LANDS_WITHIN
