"""Under the clock of the tests no time passes but what is let pass, whoever took their own from `time` before."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.lease import Lease
from tests.selftest.hostile.clock import BEGINS, Clock, virtual


def test_a_lease_waits_in_that_time() -> None:
    """A run that waits for another's lease waits minutes, and its test no second."""
    clock = Clock()
    with virtual(clock):
        lease = Lease(Path(), JournalTarget("https://canvas.test", "1"), "tag", cast(Any, None), 60.0)
        before = lease.monotonic()
        lease.sleep(600.0)

        assert lease.monotonic() - before == clock.passed == 600.0
        assert (clock.now - BEGINS).total_seconds() == 600.0
