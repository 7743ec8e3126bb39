"""Thousands of scopes judged while faults strike: nothing foreign is believed, nothing of others touched.

The examples are always the same; `scripts/faults` judges as many others as wanted.
"""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.selftest.hostile.findings import Figures
from tests.selftest.hostile.machine import UnderFire

PARTS = range(5)
LEAST = 1000
"""Scopes that each part judges under faults; all together 5,000."""


@pytest.mark.parametrize("part", PARTS)
def test_nothing_goes_wrong_under_faults(part: int) -> None:
    """Whatever strikes, in any state: no wrong `granted` or `missing`, nothing outside the sandbox changed, nothing in
    it left changed after the next run, no secret told, no run over its budget, no exception."""

    class Seeded(UnderFire):
        figures = Figures()

    for number in count(part, len(PARTS)):
        run_state_machine_as_test(
            seed(number)(Seeded),
            settings=settings(
                max_examples=10,
                stateful_step_count=6,
                deadline=None,
                database=None,
                derandomize=False,
                # A failure shows its whole story, and how to strike one fault alone; smaller ones take minutes to find.
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
        if Seeded.figures.scopes >= LEAST:
            break
