"""A run that is killed at any of its writes leaves nothing changed, once the next command has been."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import run
from tests.selftest.safety.killing import kill_at, restore, to
from tests.selftest.safety.watching import Moment, watching

WRITES = 21
"""Writes of a whole run, harmless ones included; `test_these_are_all_writes` counts them."""

EACH = range(1, WRITES + 1)


@pytest.mark.parametrize("workers", ["0", "4"])
def test_these_are_all_writes(reports: Path, workers: str) -> None:
    """A whole run makes as many writes as the other tests kill it at."""
    with watching() as canvas:
        found = run(reports, "-n", workers, settings=to(canvas))

    assert found.code == 0, found.output
    assert len([seen for seen in canvas.seen if seen.writes]) == WRITES


@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name)
@pytest.mark.parametrize("number", EACH)
@pytest.mark.parametrize("workers", ["0", "4"])
def test_killed_at_a_write(reports: Path, workers: str, number: int, moment: Moment) -> None:
    """`restore` brings the content back to what it was before, whether the write was applied or not."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold(number=number, moment=moment), canvas, reports, "-n", workers, settings=to(canvas))
        ran = restore(reports, to(canvas))

        assert ran.code == 0, ran.words
        assert canvas.content == before
