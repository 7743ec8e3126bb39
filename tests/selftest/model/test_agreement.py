"""What several answers to one question come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopecheck.model.agreement import CONTRADICTION, GOOD, NOTHING, agreed

ROWS: Final[list[tuple[Sequence[str], int | str | None]]] = [
    # what was said, and which of it holds
    ([GOOD], 0),
    (["missing"], None),
    ([NOTHING], None),
    (["missing", "missing"], 0),
    (["missing", GOOD], CONTRADICTION),
    (["missing", "role"], CONTRADICTION),
    (["missing", NOTHING], None),
    ([NOTHING, GOOD], 1),
    ([NOTHING, "missing"], None),
    ([NOTHING, NOTHING], 0),
    (["missing", NOTHING, "missing"], 0),
    (["missing", NOTHING, GOOD], CONTRADICTION),
    (["missing", NOTHING, NOTHING], 1),
    ([NOTHING, "missing", "missing"], 1),
    ([NOTHING, "missing", GOOD], CONTRADICTION),
    ([NOTHING, "missing", NOTHING], 0),
]


@pytest.mark.parametrize(("said", "holds"), ROWS)
def test_agreed(said: Sequence[str], holds: int | str | None) -> None:
    """A finding takes two that agree; a fault neither confirms nor contradicts; good and bad exclude each other."""
    assert agreed(said) == holds


@given(st.lists(st.sampled_from([GOOD, NOTHING, "missing", "role"]), min_size=3, max_size=3))
def test_three_are_enough(said: list[str]) -> None:
    """And no good word makes up for a bad one."""
    found = agreed(said)

    assert found is not None
    assert not (isinstance(found, int) and said[found] == GOOD and {"missing", "role"} & {*said})
