"""From each broken set-up of key and role, alone, the commands lead to a green run; `scripts/pairs` takes two."""

from __future__ import annotations

import pytest

from tests.selftest.administration.mending import FAULTS, SETTINGS, Fault, mend, pairs
from tests.selftest.setups.mending import Setting


@pytest.mark.parametrize(
    ("fault", "setting"),
    [(fault, SETTINGS[number % len(SETTINGS)]) for number, fault in enumerate(FAULTS)],
    ids=lambda each: getattr(each, "name", str(each)),
)
def test_alone(fault: Fault, setting: Setting) -> None:
    """One repair mends it: no token ends, a second plan is empty, the run is green after authorizing."""
    assert mend((fault,), setting).problems == []


def test_two_of_each() -> None:
    """Faults of the key meet faults of the role, and each other where they can."""
    found = [(one.name[:3], other.name[:3]) for one, other in pairs()]

    assert found.count(("key", "rol")) == 15 * 17
    assert {("key", "key"), ("rol", "rol")} < set(found)


def test_a_fault_that_stays_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no command mends is a problem, not overlooked."""
    monkeypatch.setattr("tests.selftest.administration.mending.carry_out", lambda *_: None)
    found = mend((Fault("role: one permission"),), SETTINGS[0])

    assert found.problems[0].startswith("a second plan is not empty")
    assert found.problems[1].startswith("not green")
