"""Putting back what was changed: at once by the case, or later from the journal of a killed run."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from scopecheck.client import CanvasClient
from scopecheck.run import Run
from scopecheck.sandbox.journal import Change, JournalError, JournalTarget, Line, append, open_changes
from scopecheck.sandbox.undo import Send, UndoError, needs_admin, sender, undo
from scopecheck.verdict import FailedRestore

UNRESTORED = "unrestored"
"""Folder below the reports where the old value of a failed restore is saved."""


def put_back(run: Run, change: Change, send: Send) -> None:
    """Undo one change of this process and note how it went; never raises for what Canvas does."""
    if run.journal is None:
        return
    try:
        latest = run.journal.latest(change)
        if latest is None:
            return
        undo(latest, send, fresh=True)
        run.note_restored()
    except UndoError as error:
        run.note_failed(failed(run.reports, change, str(error)))
        return
    with contextlib.suppress(JournalError):
        # The change is undone; a journal that cannot say so only makes the next run look again.
        run.journal.close(change)


@dataclass
class Recovery:
    """What was put right that an earlier run had left."""

    restored: list[str] = field(default_factory=list)
    """What each restored change was."""
    failed: list[FailedRestore] = field(default_factory=list)


def recover(reports: Path, target: JournalTarget, client: CanvasClient, admin: CanvasClient | None = None) -> Recovery:
    """Undo every change that runs against this target left open, newest first.

    What the administrator's token made takes an administrator's token to remove.
    """
    recovery = Recovery()
    for path, changes in open_changes(reports / "journal", target):
        left = [
            change
            for change in changes
            if not _recovered(path, change, admin if needs_admin(change) else client, reports, recovery)
        ]
        if not left:
            path.unlink(missing_ok=True)
    return recovery


def _recovered(path: Path, change: Change, client: CanvasClient | None, reports: Path, recovery: Recovery) -> bool:
    try:
        if client is None:
            raise UndoError("it takes CANVAS_ADMIN_TOKEN to remove it; set it and run again")
        undo(change, sender(client), fresh=False)
    except UndoError as error:
        recovery.failed.append(failed(reports, change, str(error)))
        return False
    append(path, Line(closed=change.id))
    (reports / UNRESTORED / _saved_name(change)).unlink(missing_ok=True)
    recovery.restored.append(change.what)
    return True


def failed(reports: Path, change: Change, why: str) -> FailedRestore:
    """A restore that failed, with what is needed to do it by hand saved below the reports."""
    name = _saved_name(change)
    saved: str | None = f"{UNRESTORED}/{name}"
    try:
        (reports / UNRESTORED).mkdir(parents=True, exist_ok=True)
        (reports / UNRESTORED / name).write_bytes(msgspec.json.format(msgspec.json.encode(change)))
    except OSError:
        saved = None
    return FailedRestore(change.what, why, saved)


def _saved_name(change: Change) -> str:
    return re.sub(r"[^\w.-]", "_", change.id) + ".json"
