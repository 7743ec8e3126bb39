"""Every row of the table, together with two others: nothing wrong, and nothing left after the next command."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import pytest

from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.hostile.fault import Fault
from tests.selftest.hostile.places import PLACES
from tests.selftest.hostile.states import State, reaching
from tests.selftest.hostile.table import FAMILIES, FAULTS
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import world

PARTS = 10
TOGETHER = 3


def in_turn() -> list[Fault]:
    """All faults, those of one family far from each other."""
    rows = [iter(of) for of in FAMILIES.values()]
    found: list[Fault] = []
    while rows:
        for each in list(rows):
            following = next(each, None)
            if following is None:
                rows.remove(each)
            else:
                found.append(following)
    return found


def struck_together() -> Iterator[tuple[State, list[Active]]]:
    """All faults, some at once; each fault at another of its places than the one of its family before it."""
    rows, number = in_turn(), 0
    while rows:
        number += 1
        some, rows = rows[:TOGETHER], rows[TOGETHER:]
        places = [fault.places[(number + index) % len(fault.places)] for index, fault in enumerate(some)]
        lacking = frozenset(islice(cycle(SCOPES), number, number + number % 5))
        states = [reaching(place) for place in places]
        state = State(
            next((each.name for each in states if each.name != "right"), "right"),
            missing_on_token=lacking,
            admin=any(each.admin for each in states) or number % 3 == 0,
            refreshes=any(each.refreshes for each in states) or number % 4 == 0,
            litter=number % 2 == 0,
        )
        yield state, [Active(fault, place, None, 0) for fault, place in zip(some, places, strict=True)]


ALL = list(struck_together())


def test_no_fault_and_no_place_is_left_out() -> None:
    """Each row strikes in some run, and faults strike at every place."""
    assert sorted(active.fault.name for _, some in ALL for active in some) == sorted(FAULTS)
    assert {active.place for _, some in ALL for active in some} == set(PLACES)


@pytest.mark.parametrize("part", range(PARTS))
def test_each_fault_does_no_harm(part: int) -> None:
    """A run under three faults, and then `restore` or a run without any."""
    wrong: list[str] = []
    for number, (state, active) in enumerate(ALL[part::PARTS]):
        with world(state) as here:
            found = here.run(active) + here.settle(by_command=number % 3 > 0)
            wrong += [f"{each}\n    in {state}\n    struck by {'; '.join(map(str, active))}" for each in found]

    assert not wrong, f"{len(wrong)} findings:\n" + "\n".join(wrong)
