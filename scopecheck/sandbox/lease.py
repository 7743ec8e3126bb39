"""One run at a time, on whatever machine, against one sandbox course: a lease, which is a small file in the course.

A run looks for leases of others, places its own, and looks again. It holds the course once it has seen its own lease
and no other. If several place theirs at the same time, the one with the lowest ID wins: it waits until the others have
removed theirs. It must not do without waiting: an ID is given when an upload begins, but a file shows when it is
complete, so a higher ID may have been alone before, and hold the course already.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from scopecheck.model.verdict import FailedRestore
from scopecheck.sandbox.canvas_clock import CanvasClock
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER, JournalFile
from scopecheck.sandbox.lease_file import NotPlaced, place, require_removal
from scopecheck.sandbox.lease_list import Listed, NotListed, leases
from scopecheck.sandbox.lease_name import LeaseName, this_machine
from scopecheck.sandbox.lease_others import UNKNOWN, LeaseUnknown, busy, journaled, live, may_remove, used
from scopecheck.sandbox.live_run import LiveRun, is_live
from scopecheck.sandbox.lock import TargetBusy, TargetLock
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.sandbox.tag import TAG
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Hands, Outcome, UndoError
from scopecheck.sandbox.undo.made import undo_made
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.budget import CLEAN_UP_S
from scopecheck.transport.client import CanvasClient

SETTLES_S: Final = 10.0
"""How long to wait at least, once a lease is placed, until it shows and those placed at the same time are gone."""
POLL_S: Final = 2.0

_LONGEST_RUN_S: Final = 99_999.0
_SPARE_S: Final = 60.0
"""For what comes before and after a run's own time: the start of its workers, its reports."""


@dataclass
class Lease:
    """A run's right to write to its course, on all machines."""

    reports: Path
    target: JournalTarget
    tag: str
    lock: TargetLock
    """The same on this machine, which the run holds; so a lease that was placed under it earlier is nobody's."""
    wait_s: float
    say: Callable[[str], None] = print
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    elsewhere: tuple[Path, ...] = ()
    """Further report folders that may have journals of the course."""
    holder: str = field(default_factory=this_machine)
    """What the lease calls this machine."""
    may_write: bool = False
    """Whether it is held, or the run goes on without."""
    held: bool = False
    placed: list[Writing] = field(default_factory=list)
    """The changes by which it was placed."""
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._live = LiveRun(self.reports, self.target, self.tag)

    def acquire(self, client: CanvasClient, admin: CanvasClient | None = None) -> None:
        """Wait until no run on another machine uses the course, and place the lease.

        Where the token's scopes or its user's rights do not allow it, `notes` says so, and the run may write without.
        Raises TargetBusy and LeaseUnknown. However it ends, `release` is to be called.
        """
        self._live.begin()
        contest = _Contest(self, client, admin)
        ends = self.monotonic() + self.wait_s
        try:
            while not contest.decided(ends):
                if self.monotonic() >= max(ends, contest.settles_at):
                    raise contest.lost()
                self.sleep(POLL_S)
                client.budget.postpone(POLL_S)
            self.held = True
        except (NotPlaced, NotListed) as reason:
            self.notes.append(
                f"No lease keeps a run on another machine from using course {self.target.course_id} at the same time: "
                f"{reason}."
            )
        self.may_write = True

    def is_of_changes(self, journal: JournalFile) -> bool:
        """Whether it is one of changes that may be undone: not that of a lease, nor of a run that is still at work."""
        return not _is_of_lease(journal) and not self._is_others(journal)

    def release(self, client: CanvasClient, admin: CanvasClient | None, until: float = math.inf) -> Recovery:
        """Remove the lease, if it was placed, and what killed runs left of theirs; `until` as for `recover`."""
        try:
            return self.withdraw(client, admin, until)
        finally:
            self._live.end()

    def withdraw(self, client: CanvasClient, admin: CanvasClient | None, until: float = math.inf) -> Recovery:
        """The same, by a run that goes on trying."""
        lost = [each for each in self.placed if not each.journal.path.is_file() and each.journal.latest(each.entry)]
        removed = recover(
            self.reports, self.target, client, admin, elsewhere=self.elsewhere, until=until,
            which=lambda file: _is_of_lease(file) and not self._is_others(file) and may_remove(file, self.holder),
        )  # fmt: skip
        for each in lost:
            # The report folder has vanished during the run.
            try:
                undo(each.entry.change, Undoing(client, None, lambda: None).hands)
            except UndoError as error:
                removed.failed.append(FailedRestore(each.entry.what, str(error)))
        if not removed.failed and not removed.unsettled:
            self.placed.clear()
            self.lock.note(*(self.lock.left - {self.tag}))
        return removed

    def _is_others(self, journal: JournalFile) -> bool:
        return not journal.path.name.startswith(self.tag) and is_live(journal.path)


_JOURNAL: Final = "-lease"
"""What the names of a lease's journals have after the run's tag, before a number."""


def _is_of_lease(journal: JournalFile) -> bool:
    """Whether a journal is that of a lease, which is not undone with a run's changes, but after them."""
    return re.fullmatch(rf"{TAG.pattern}{_JOURNAL}\d+", journal.path.stem) is not None


@dataclass
class _Contest:
    """One run's part in finding out whose the course is."""

    lease: Lease
    client: CanvasClient
    admin: CanvasClient | None
    settles_at: float = -math.inf
    """Until when at least to wait for a lease that was placed."""
    _placed: int = 0
    """How often it was."""
    _is_placed: bool = False
    _blocked: Listed | None = None
    """The lease of another run that was seen last."""
    _problem: NotListed | None = None
    _told: bool = False

    def __post_init__(self) -> None:
        self._clock = CanvasClock(self.lease.monotonic)
        self._journaled = journaled([self.lease.reports, *self.lease.elsewhere], self.lease.target, self.lease.holder)
        self._own = self._journaled | self.lease.lock.left | {self.lease.tag}

    def decided(self, ends: float) -> bool:
        """Look, place the lease if nobody has one, and look again; whether it is held.

        Raises NotPlaced and NotListed where it cannot be, and LeaseUnknown where nobody can tell.
        """
        try:
            found = leases(self.client, self.lease.target.course_id, self._clock)
        except NotListed as problem:
            if problem.refused:
                raise
            if not problem.passing:
                raise LeaseUnknown(f"{UNKNOWN}: {problem}") from None
            self._problem = problem
            self._tell(f"{UNKNOWN[0].upper()}{UNKNOWN[1:]}: {problem}. Asking again", ends)
            return False
        self._problem = None
        others = live(found, self._own, self._clock)
        mine = [each for each in found if each.name.tag == self.lease.tag]
        self._blocked = others[0] if others else None
        if not others and mine:
            self._tidy(found)
            return True
        if not others and not self._is_placed:
            self._place(ends)
            return self.decided(ends)
        if others and self._is_placed and not (mine and mine[0].number < others[0].number):
            self._withdraw()
        if others:
            self._tell(f"{used(self.lease.target, others[0])}. Waiting for it to end", ends)
        return False

    def lost(self) -> TargetBusy | LeaseUnknown:
        """Why it is not held once the time is over."""
        if self._blocked:
            return busy(self.lease.target, self._blocked)
        why = self._problem or "the list of its files does not show the lease that this run has placed"
        return LeaseUnknown(f"{UNKNOWN}: {why}")

    def _place(self, ends: float) -> None:
        lease = self.lease
        if not self._placed:
            require_removal(self.client, self._clock)
        now = self._clock.latest
        if now is None:
            raise NotPlaced("Canvas's answers do not say what time it is (Date)")
        waits = max(ends - lease.monotonic(), SETTLES_S)
        seconds = min(self.client.budget.left, _LONGEST_RUN_S) + waits + 2 * CLEAN_UP_S + _SPARE_S
        name = LeaseName(lease.tag, lease.holder, (now + timedelta(seconds=seconds)).replace(microsecond=0))
        self._placed += 1
        journal = Journal(lease.reports / FOLDER, lease.target, f"{lease.tag}{_JOURNAL}{self._placed}")
        lease.lock.note(*lease.lock.left, lease.tag)
        self._is_placed = True
        self.settles_at = lease.monotonic() + SETTLES_S
        place(self.client, journal, name, lease.placed.append)

    def _withdraw(self) -> None:
        self._is_placed, self.settles_at = False, -math.inf
        self.lease.withdraw(self.client, self.admin)

    def _tell(self, why: str, ends: float) -> None:
        """Say once why the run waits."""
        left = ends - self.lease.monotonic()
        if not self._told and left > 0:
            self._told = True
            self.lease.say(f"{why}, for {left:.0f} seconds at most (CANVAS_LEASE_WAIT_SECONDS).")

    @property
    def _hands(self) -> Hands:
        return Undoing(self.client, self._clock.note, lambda: None).hands

    def _tidy(self, found: Iterable[Listed]) -> None:
        """Remove leases whose runs have ended and which are in no journal."""
        removed, left = [], []
        for each in found:
            if each.name.tag == self.lease.tag or each.name.tag in self._journaled:
                continue
            made = MadeChange(Noun.FILE, self.lease.target.course_id, str(each.name))
            try:
                removed += [made.name] if undo_made(made, self._hands) is Outcome.RESTORED else []
            except UndoError:
                left += [each.name.tag] if each.name.tag in self.lease.lock.left else []
        self.lease.lock.note(self.lease.tag, *left)
        if removed:
            self.lease.notes.append(f"Removed leases of runs that have ended: {', '.join(removed)}.")
