"""Undoing the changes that the journals hold open: at the end of a run, or after a run that was killed."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scopecheck.installation import CLI
from scopecheck.model.verdict import FailedRestore
from scopecheck.sandbox.changes import AssociationChange, Change, FieldChange, MadeChange, needs_admin
from scopecheck.sandbox.journal import (
    VERSION,
    Answered,
    Attempted,
    Closed,
    Event,
    JournalEntry,
    JournalError,
    JournalTarget,
    Line,
    append,
    now,
    time_of,
)
from scopecheck.sandbox.journal_reading import JournalFile, journals
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.setting_aside import set_aside
from scopecheck.sandbox.undo.dispatch import is_certain, undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from scopecheck.sandbox.undo.rollback import forget_failure, keep_failure
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.transport.client import CanvasClient

LANDS_WITHIN: Final = timedelta(minutes=2)
"""How long after its last attempt a change is looked at again before it counts as settled.

No limit of Canvas's own is known to us, and what stands before it differs from host to host, so this is a choice: four
times what this suite itself waits for an answer (`Patience.timeout`), and twice the 60 seconds after which nginx by
default gives up on what is behind it (`proxy_read_timeout`). What takes effect later still is not undone.
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
    elsewhere: Iterable[Path] = (),
    until: float = math.inf,
    which: Callable[[JournalFile], bool] | None = None,
) -> Recovery:
    """Undo every change that runs against this target left open, newest first, and set aside what is no journal.

    Removing what the administrator's token created needs an administrator's token. `elsewhere` are further report
    folders with journals; old values that cannot be restored are saved in `reports`. `until` is when time runs out, on
    the clock of `time.monotonic`; `which` tells whether a journal is one of those, and None that all are.
    """
    recovering = _Recovering(reports, target, client, admin, until)
    for file in journals([reports, *elsewhere], target):
        if which is None or which(file):
            recovering.finish(file)
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
    _associated: set[str | None] = field(default_factory=set)
    """The blueprints whose course could not be detached."""
    _written: set[tuple[Noun, str]] = field(default_factory=set)
    """The objects that a request may still be written to: one that lands on a page that is gone creates it anew."""

    def finish(self, file: JournalFile) -> None:
        """Undo a journal's changes, and delete it once it is done with."""
        aside = set_aside(file, self.target) if file.wrong else None
        if aside:
            self.recovery.failed.append(aside.failure)
        settled = [self._settled(file.path, entry) for entry in file.entries]
        if all(settled) and (aside is None or (aside.done and file.entries)):
            _remove(file.path)

    def _settled(self, path: Path, entry: JournalEntry) -> bool:
        """Undo a change and return whether the journal is done with it."""
        recent = self._is_recent(path, entry)
        may_still_land = recent and not entry.answered
        undoings: list[Undoing] = []
        try:
            outcome = self._undo(path, entry, undoings)
        except UndoError as error:
            self.recovery.failed.append(keep_failure(self.reports, entry, str(error)))
            return False
        finally:
            change = entry.change
            unknown = may_still_land or any(undoing.unknown for undoing in undoings) or self._is_written_to(change)
            if unknown and isinstance(change, FieldChange):
                self._written.add((change.noun, change.object_id))
            if not unknown and any(undoing.attempted for undoing in undoings):
                self._append(path, Answered(entry.id))
        for folder in (self.reports, path.parents[2]):
            forget_failure(folder, entry)
        if unknown or (recent and not is_certain(entry.change, outcome)):
            self.recovery.unsettled.append(entry.what)
            return False
        self._append(path, Closed(entry.id))
        self._told(outcome).append(entry.what)
        return True

    def _is_written_to(self, change: Change) -> bool:
        return isinstance(change, MadeChange) and (change.noun, change.object_id) in self._written

    def _is_recent(self, path: Path, entry: JournalEntry) -> bool:
        """Whether the last request for a change may still take effect, as far as this machine's clock tells."""
        ago = datetime.now(UTC) - time_of(entry.at)
        if ago < timedelta():
            # The clock has been set back since: the time begins anew.
            self._append(path, Attempted(entry.id, now()))
            return True
        return ago < LANDS_WITHIN

    def _append(self, path: Path, event: Event) -> None:
        with contextlib.suppress(JournalError):
            # If the journal cannot record it, the next run only looks again.
            append(path, Line(VERSION, self.target, event))

    def _told(self, outcome: Outcome) -> list[str]:
        match outcome:
            case Outcome.RESTORED:
                return self.recovery.restored
            case Outcome.REPLACED:
                return self.recovery.left
            case Outcome.ABSENT:
                return self.recovery.absent

    def _undo(self, path: Path, entry: JournalEntry, undoings: list[Undoing]) -> Outcome:
        """Undo a change, and add each of its undoings to the list. Raises UndoError."""
        if time.monotonic() > self.until:
            raise UndoError(f"There was no time left. Run again, or run `{CLI} restore`.")
        clients = [self.admin if needs_admin(entry.change) else self.client]
        if isinstance(entry.change, MadeChange) and self.admin not in clients:
            # A user who may upload files is not always allowed to delete them.
            clients.append(self.admin)
        if isinstance(entry.change, MadeChange) and entry.change.object_id in self._associated:
            raise UndoError("A course is still associated with it. Run again once it is detached.")
        why = UndoError("Removing it needs CANVAS_ADMIN_TOKEN. Set it and run again.")
        for client in filter(None, clients):
            undoings.append(Undoing(client, None, lambda: self._append(path, Attempted(entry.id, now()))))
            try:
                return undo(entry.change, undoings[-1].hands)
            except UndoError as failed:
                why = failed
        if isinstance(entry.change, AssociationChange):
            self._associated.add(entry.change.blueprint_id)
        raise why
