"""Whole runs under faults, as users start them: the same as in one process, with workers, sockets and real time."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import run  # noqa: F401  # marks these tests as starting processes
from tests.selftest.hostile.states import State
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.whole import whole

MOST_MEMORY_KB = 300_000
LONGEST_S = 60
"""A run takes seconds where nothing hangs; CANVAS_RUN_SECONDS allows twenty, and clean-up takes its time after it."""

PAGES, FILES = "url:GET|/api/v1/courses/:course_id/pages", "url:GET|/api/v1/courses/:course_id/files"
PUT_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
SOME = frozenset({PAGES, FILES, PUT_PAGE})

SCENARIOS: list[tuple[State, list[str]]] = [
    (State(), ["a storage that gives another course's file @ storing #1 xall"]),
    (State("inst-fs"), ["a storage that gives an ID that leads elsewhere @ storing #1 xall"]),
    (State("no blueprint", admin=True), ["made, but another course @ creating a course #1 x1"]),
    (State(admin=True), ["done, but a stranger's 502 @ all changes #1 x3", "done twice @ creating #2 x1"]),
    (State(), ["done three seconds later @ changing texts #1 x2", "broken off, done later @ changing media #1 x1"]),
    (State(missing_on_key=SOME), ["a stray refusal of the scope @ reading #1 xall"]),
    (State(missing_on_token=SOME),
     ["a stranger's 200 [] @ reading #4 xall", "a stranger's 404 in Canvas's words @ probes #2 xall"]),
    (State(refreshes=True, admin=True),
     ["a gzip of a gigabyte @ lists #1 xall", "an error of 3 MB @ all changes #2 x4"]),
    (State(refreshes=True),
     ["secrets in JSON's escapes, in an error @ lists #1 xall", "secrets in two members @ all changes #1 xall"]),
    (State(), ["a list without captions @ media #2 x1", "GitHub's commands in a refusal @ one object #1 xall"]),
]  # fmt: skip
"""States, and the faults that strike in them."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(("state", "strikes"), SCENARIOS, ids=[strikes[0] for _, strikes in SCENARIOS])
def test_a_whole_run_under_faults(state: State, strikes: list[str], tmp_path: Path) -> None:
    """Nothing wrong is said, nothing outside changed, nothing left after the next run; in time and in little memory."""
    with whole(state, tmp_path / "reports") as here:
        began = time.monotonic()
        first = here.run([Active.parse(each) for each in strikes])
        took = time.monotonic() - began
        assert here.way.strikes
        assert list(here.wrong_with(first)) == []
        assert took < LONGEST_S
        here.land_all()

        second = here.run()
        assert list(here.wrong_with(second)) == []
        assert list(here.left()) == []
        assert {scope for scope, verdict in second.verdicts.items() if verdict != "granted"} == state.missing
    assert 0 < here.processes.most_kb < MOST_MEMORY_KB
