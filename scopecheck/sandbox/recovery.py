"""Putting back what was changed: at once by the case, or later from the journal of a killed run."""

from __future__ import annotations

import contextlib
import math
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scopecheck.model.verdict import FailedRestore
from scopecheck.sandbox.journal import JournalEntry, JournalError, JournalTarget, Line, append, journals, open_in
from scopecheck.sandbox.undo.dispatch import needs_admin, undo
from scopecheck.sandbox.undo.interface import Since, UndoError
from scopecheck.sandbox.undo.rollback import forget_failure, keep_failure
from scopecheck.transport.client import CanvasClient

LANDS_WITHIN: Final = timedelta(minutes=2)
"""How long a request may still take effect whose sender is dead or has given up: web servers end them sooner."""


@dataclass
class Recovery:
    """What was put right that a run had left."""

    restored: list[str] = field(default_factory=list)
    """What each restored change was."""
    failed: list[FailedRestore] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Changes that are not to be seen, but so young that their requests may still take effect: they stay open."""


def recover(
    reports: Path,
    target: JournalTarget,
    client: CanvasClient,
    admin: CanvasClient | None = None,
    *,
    own: str = "-",
    until: float = math.inf,
) -> Recovery:
    """Undo every change that runs against this target left open, newest first.

    What the administrator's token made takes an administrator's token to remove. `own` is the tag of the run whose end
    this is; `until` is when to stop for lack of time, on the clock of `time.monotonic`.
    """
    recovering = _Recovering(reports, client, admin, own, until)
    for path in journals(reports / "journal", target):
        try:
            changes = open_in(path, target)
        except JournalError as error:
            recovering.recovery.failed.append(FailedRestore("what a journal holds", str(error)))
            continue
        if changes is not None and not [change for change in changes if not recovering.settled(path, change)]:
            _remove(path)
    return recovering.recovery


def _remove(path: Path) -> None:
    """Remove a journal that is done with, and its folders once they are empty."""
    with contextlib.suppress(OSError):
        path.unlink()
        path.parent.rmdir()
        path.parent.parent.rmdir()


@dataclass
class _Recovering:
    reports: Path
    client: CanvasClient
    admin: CanvasClient | None
    own: str
    until: float
    recovery: Recovery = field(default_factory=Recovery)

    def settled(self, path: Path, change: JournalEntry) -> bool:
        """Undo a change; whether its journal need not hold it any more."""
        try:
            undone = self._undo(change)
        except UndoError as error:
            self.recovery.failed.append(keep_failure(self.reports, change, str(error)))
            return False
        if not undone and _may_still_land(change):
            self.recovery.waiting.append(change.what)
            return False
        with contextlib.suppress(JournalError):
            append(path, Line(closed=change.id))
        forget_failure(self.reports, change)
        if undone:
            self.recovery.restored.append(change.what)
        return True

    def _undo(self, change: JournalEntry) -> bool:
        client = self.admin if needs_admin(change) else self.client
        if client is None:
            raise UndoError("it takes CANVAS_ADMIN_TOKEN to remove it; set it and run again")
        if time.monotonic() > self.until:
            raise UndoError("there was no time left; the next run puts it back, or `python -m scopecheck restore`")
        since = Since.LITTLE if change.id.startswith(self.own) else Since.ANYTHING
        try:
            return undo(change, client.send, since)
        except UndoError:
            # A user who may upload files need not be one who may delete them.
            if change.kind != "made" or self.admin is None or self.admin is client:
                raise
            return undo(change, self.admin.send, since)


def _may_still_land(change: JournalEntry) -> bool:
    """Whether a change that is not to be seen may be so in a moment."""
    try:
        made = datetime.fromisoformat(change.at)
    except ValueError:
        return False
    return datetime.now(UTC) - made.replace(tzinfo=UTC) < LANDS_WITHIN
