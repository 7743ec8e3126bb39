"""Other runs at the same course, as their leases show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scopecheck.sandbox.canvas_clock import CanvasClock
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.journal_reading import JournalFile, journals
from scopecheck.sandbox.lease_list import Listed, NotListed, leases
from scopecheck.sandbox.lease_name import LeaseName, this_machine
from scopecheck.sandbox.live_run import is_live
from scopecheck.sandbox.lock import TargetBusy, TargetLock
from scopecheck.transport.client import CanvasClient

UNKNOWN: Final = "whether a run on another machine is using the course could not be found out"
"""How it is said; a reason follows."""

_CLOCKS_DIFFER_BY: Final = timedelta(days=1)
"""At most: a machine's clock and Canvas's."""


class LeaseUnknown(Exception):
    """Whether a run on another machine is using the course could not be found out, so nothing may be written."""


def require_free(client: CanvasClient, target: JournalTarget, reports: Iterable[Path], lock: TargetLock) -> None:
    """Make sure that no run on another machine uses the course, as far as its files can be listed; place no lease.

    Raises TargetBusy, LeaseUnknown.
    """
    clock = CanvasClock()
    try:
        found = leases(client, target.course_id, clock)
    except NotListed as reason:
        if reason.refused:
            return
        raise LeaseUnknown(f"{UNKNOWN}: {reason}") from None
    others = live(found, lock.left | journaled(reports, target, this_machine()), clock)
    if others:
        raise busy(target, others[0])


def journaled(reports: Iterable[Path], target: JournalTarget, machine: str) -> frozenset[str]:
    """The tags of the leases that runs of a machine, which are over, left in the journals of these report folders."""
    dead = (file for file in journals(reports, target) if not is_live(file.path))
    names = (name for file in dead for name in _names(file))
    return frozenset(name.tag for name in names if name.holder == machine)


def may_remove(journal: JournalFile, machine: str) -> bool:
    """Whether a machine may remove a journal's leases: no run on another one that shares the folder holds one."""
    now = datetime.now(UTC)
    return all(name.holder == machine or now > name.expires + _CLOCKS_DIFFER_BY for name in _names(journal))


def _names(journal: JournalFile) -> list[LeaseName]:
    """The leases that a journal holds open."""
    changes = (entry.change for entry in journal.entries)
    names = (LeaseName.parse(change.name) for change in changes if isinstance(change, MadeChange))
    return [name for name in names if name]


def live(found: Iterable[Listed], own: Iterable[str], clock: CanvasClock) -> list[Listed]:
    """The leases of others whose runs may still be running."""
    now = clock.earliest
    return [each for each in found if each.name.tag not in own and not each.is_over(now)]


def used(target: JournalTarget, by: Listed) -> str:
    """Who is using the course."""
    return f"A run on {by.name.holder} is using course {target.course_id} on {target.base_url}"


def busy(target: JournalTarget, by: Listed) -> TargetBusy:
    """The same, with until when, and what to do."""
    return TargetBusy(
        f"{used(target, by)}; nothing was changed. It has ended by {by.name.expires:%Y-%m-%d %H:%M:%S} UTC at the "
        "latest. Wait until then, or set CANVAS_SANDBOX_COURSE_ID to another course."
    )
