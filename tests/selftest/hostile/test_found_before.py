"""Faults that once did harm, or led to a wrong verdict, each with what it took: nothing is found any more."""

from __future__ import annotations

from typing import Final

import pytest

from tests.selftest.hostile.states import State
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import world

PROVISIONED: Final = State(admin=True)

FOUND: Final[dict[str, tuple[State, str]]] = {
    "writes that become reads": (State(), "as a GET @ all changes #1 xall"),
    "what is created without its name": (PROVISIONED, "without its body @ creating #1 xall"),
    "what is created from no kind of body": (PROVISIONED, "without its type @ creating #1 xall"),
    "a file without its name": (PROVISIONED, "without its body @ uploading #1 xall"),
    "a file from no kind of body": (PROVISIONED, "without its type @ uploading #1 xall"),
}


@pytest.mark.parametrize("found", FOUND)
def test_nothing_is_found_again(found: str) -> None:
    """Neither in the run that the fault strikes, nor in what the next one leaves."""
    state, struck = FOUND[found]
    with world(state) as here:
        assert here.run([Active.parse(struck)]) + here.settle() == []
        assert here.figures.strikes.total() > 0, "the fault had to strike"
