"""Single faults that once left something behind, each with the state in which it did."""

from __future__ import annotations

import pytest

from tests.selftest.hostile.findings import Wrong
from tests.selftest.hostile.states import State
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import world

LIST = "url:GET|/api/v1/courses/:course_id/files"


@pytest.mark.parametrize(
    "fault", ["done, but reset @ confirming #1 x1", "done, but a stranger's 502 @ confirming #1 x1"]
)
def test_an_upload_is_found_again_by_the_address_that_was_to_confirm_it(fault: str) -> None:
    """Where no list shows the file, and the answer with its ID got lost, the next run deletes it all the same."""
    with world(State("right", frozenset({LIST}))) as here:
        here.run([Active.parse(fault)])
        here.settle()

        assert here.way.strikes
        assert {wrong: here.figures.wrong[wrong] for wrong in Wrong if here.figures.wrong[wrong]} == {}
