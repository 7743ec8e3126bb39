"""Undoing the changes that the journals hold open: at the end of a run, or after a run that was killed."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
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
"""How long a request may still take effect after its sender died or gave up; web servers cut requests off sooner."""


@dataclass
class Recovery:
    """What became of the changes that were still open."""

    restored: list[str] = field(default_factory=list)
    """What was restored."""
    failed: list[FailedRestore] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Changes that do not show, but are so recent that their requests may still take effect: they stay open."""


def recover(
    reports: Path,
    target: JournalTarget,
    client: CanvasClient,
    admin: CanvasClient | None = None,
    *,
    own: str = "-",
    until: float = math.inf,
    which: Callable[[Path], bool] | None = None,
) -> Recovery:
    """Undo every change that runs against this target left open, newest first.

    Removing what the administrator's token created needs an administrator's token. `own` is the tag of the run that
    is ending; `until` is when time runs out, on the clock of `time.monotonic`; `which` tells by a journal's file
    whether it is one of those, and None that all are.
    """
    recovering = _Recovering(reports, client, admin, own, until)
    for path in filter(which, journals(reports / "journal", target)):
        try:
            changes = open_in(path, target)
        except JournalError as error:
            recovering.recovery.failed.append(FailedRestore("changes in a journal", str(error)))
            continue
        if changes is not None and not [change for change in changes if not recovering.settled(path, change)]:
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
    client: CanvasClient
    admin: CanvasClient | None
    own: str
    until: float
    recovery: Recovery = field(default_factory=Recovery)

    def settled(self, path: Path, change: JournalEntry) -> bool:
        """Undo a change and return whether the journal is done with it."""
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
            raise UndoError("Removing it needs CANVAS_ADMIN_TOKEN. Set it and run again.")
        if time.monotonic() > self.until:
            raise UndoError("There was no time left. Run again, or run `python -m scopecheck restore`.")
        since = Since.LITTLE if change.id.startswith(self.own) else Since.ANYTHING
        try:
            return undo(change, client.send, since)
        except UndoError:
            # A user who may upload files is not always allowed to delete them.
            if change.kind != "made" or self.admin is None or self.admin is client:
                raise
            return undo(change, self.admin.send, since)


def _may_still_land(change: JournalEntry) -> bool:
    """Whether a change that does not show yet may still appear."""
    try:
        made = datetime.fromisoformat(change.at)
    except ValueError:
        return False
    return datetime.now(UTC) - made.replace(tzinfo=UTC) < LANDS_WITHIN
