"""Whoever does what a report says, step by step, has a set-up that works, after as many rounds as there were faults."""

from __future__ import annotations

import random
from typing import Final

import pytest

from scopecheck.report.actions import Action
from scopecheck.report.subject import Subject
from tests.selftest.setups.faults import FAULTS, Fault, pairs
from tests.selftest.setups.mending import SETTINGS, Setting, mend
from tests.selftest.setups.reading import Needless, NotUnderstood, Reader
from tests.selftest.setups.world import NotDoable, World

FEW: Final = 40
"""How many of the pairs are followed here; `scripts/pairs` follows all of them in every way."""

OPPOSITE: Final = tuple(zip(SETTINGS[: len(SETTINGS) // 2], reversed(SETTINGS), strict=False))
"""Ways to run the suite, two and two that have nothing in common."""


def sampled() -> list[tuple[tuple[Fault, Fault], Setting]]:
    """The same pairs each time, each in one way to run the suite."""
    chosen = random.Random(20261125).sample(list(pairs()), FEW)  # noqa: S311  # no secret
    return [(pair, SETTINGS[number % len(SETTINGS)]) for number, pair in enumerate(chosen)]


@pytest.mark.parametrize(
    ("fault", "settings"),
    [(fault, OPPOSITE[number % len(OPPOSITE)]) for number, fault in enumerate(FAULTS)],
    ids=[fault.name for fault in FAULTS],
)
def test_one_fault_is_mended_by_one_step(fault: Fault, settings: tuple[Setting, Setting]) -> None:
    """The report names one step, it can be done, and the next run is green."""
    for setting in settings:
        found = mend((fault,), setting)
        assert not found.problems, f"{setting}\n{found.story}"


@pytest.mark.parametrize(
    ("faults", "setting"), sampled(), ids=[f"{one.name} + {other.name}" for (one, other), _ in sampled()]
)
def test_two_faults_are_mended_by_two_steps(faults: tuple[Fault, Fault], setting: Setting) -> None:
    """Each first step is right although something else is wrong, too, and after two of them the run is green."""
    found = mend(faults, setting)

    assert not found.problems, f"{setting}\n{found.story}"


EDIT: Final = "In Canvas, open Admin > Developer Keys > Ally (ID 10000000000042) > Edit"


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("Ask somebody who knows.", NotUnderstood),
        ("If the moon is full, run python -m scopecheck authorize.", NotUnderstood),
        (f"{EDIT}: turn Enforce Scopes on and save.", Needless),
        (f"{EDIT}: select Allow Include Parameters and save.", Needless),
        ("Set the State of Ally (ID 10000000000042) to ON.".replace("Set", "set"), Needless),
        (f"{EDIT.replace('42', '43')}: turn Enforce Scopes on and save.", NotDoable),
        (f"{EDIT}, and select all of the integration's scopes.", NotDoable),
        ("Open its screen and turn Enforce Scopes on.", NotDoable),
    ],
)
def test_a_wrong_step_is_noticed(what: str, wrong: type[Exception]) -> None:
    """The reader follows no step that says nothing known, asks for what is so already, or cannot be done."""
    world = World.of({}, {}, mode="exercise", admin=False)

    with pytest.raises(wrong):
        Reader(world, Action("cause", what)).do()


@pytest.mark.parametrize(
    "step", ["run python -m scopecheck authorize", f"{EDIT}: select Allow Include Parameters, save"]
)
def test_a_step_without_effect_is_noticed(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be done and changes nothing of what is wrong is no remedy, nor is what is not enough."""
    state = {"enforce_scopes": False, "allow_includes": False}
    monkeypatch.setattr(Subject, "actions", [Action("cause", step)])
    fault = Fault("two at once, counted as one", state)

    problems = mend((fault,), SETTINGS[0]).problems

    assert problems[0].startswith(("the step had no effect", "not green after all rounds"))
