"""The line that counts: it gives way to all other output, and says how far the run is as long as it knows."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopecheck.config.profile_file import load_profile
from scopecheck.model.profile import Requirement
from scopecheck.model.scope import Scope
from scopecheck.pytest_plugin.status_line import StatusLine
from scopecheck.pytest_plugin.time_left import TimeLeft
from scopecheck.pytest_plugin.watching import Watching
from scopecheck.report.columns import columns
from tests.selftest.pytest_plugin.emulated import on_terminal

FILES = [row for row in load_profile("ally").requirements if row.section == "Files"]
WIDE = "\N{CJK UNIFIED IDEOGRAPH-6F22}"
ACCENT = "e\N{COMBINING ACUTE ACCENT}"

TEXTS = st.text(st.sampled_from(f"ab {WIDE}{ACCENT}"), max_size=9)
WRITTEN = st.builds("{}{}".format, TEXTS, st.sampled_from(["", "\n", "\n\x1b[0m"]))


class Terminal:
    """A terminal that keeps what is written to it."""

    def __init__(self) -> None:
        self.file = io.StringIO()

    def write_raw(self, msg: str, *, flush: bool = False) -> None:
        self.file.write(msg)
        if flush:
            self.file.flush()

    @property
    def lines(self) -> list[str]:
        return on_terminal(self.file.getvalue())


@given(events=st.lists(st.tuples(st.booleans(), TEXTS, WRITTEN), max_size=12))
def test_it_leaves_nothing_behind(events: list[tuple[bool, str, str]]) -> None:
    """Whatever others write between, whole lines or parts of one: in the end all is as if it had never been there."""
    terminal, without = Terminal(), Terminal()
    line = StatusLine(terminal)
    for shows, text, written in events:
        if shows:
            line.show(text)
        else:
            terminal.write_raw(written)
            without.write_raw(written)
    line.close()
    line.show("too late")

    assert terminal.lines == without.lines


@contextmanager
def watched(requirements: Sequence[Requirement], width: int = 80) -> Iterator[tuple[Watching, Terminal, list[str]]]:
    """A run of these cases after a key check, its terminal, and its node IDs."""
    ids = ["test_key.py::test_key[key-on]", *(f"test_scopes.py::test_scope[{row.scope}]" for row in requirements)]
    terminal = Terminal()
    watching = Watching(StatusLine(terminal), requirements, lambda: width, lambda: math.inf)
    watching.pytest_xdist_node_collection_finished(ids)
    try:
        yield watching, terminal, ids
    finally:
        watching.close()


def ended(nodeid: str, outcome: Any = "passed", when: Any = "call") -> pytest.TestReport:
    """A case's report."""
    return pytest.TestReport(nodeid, ("", None, ""), {}, outcome, None, when)


def test_it_counts_and_names_what_the_run_waits_for() -> None:
    """Two workers are at work; the case that has been waited for longest is named, and each case counts once."""
    with watched(FILES) as (watching, terminal, ids):
        assert terminal.lines == ["Preparing: asking Canvas about key, token and course"]
        watching.pytest_runtest_logstart(ids[0])
        assert terminal.lines == ["0 of 5  The key is switched on"]
        watching.pytest_runtest_logstart(ids[1])
        for report in (ended(ids[0], when="setup"), ended(ids[0]), ended(ids[0], when="teardown")):
            watching.pytest_runtest_logreport(report)
        assert terminal.lines == ["1 of 5  Files: GET /courses/:course_id/files"]
        watching.pytest_runtest_logstart(ids[2])
        assert terminal.lines == ["1 of 5  Files: GET /courses/:course_id/files"]
        watching.pytest_runtest_logreport(ended(ids[1], "failed"))
        watching.pytest_runtest_logreport(ended(ids[1], "failed", "teardown"))
        assert terminal.lines == ["2 of 5  Files: GET /courses/:course_id/files/:id"]
        for nodeid in ids[2:]:
            watching.pytest_runtest_logreport(ended(nodeid, "skipped", "setup"))
        assert terminal.lines == ["5 of 5  cleaning up and writing the reports"]
        watching.pytest_keyboard_interrupt()
        assert terminal.lines == [""]


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("section", ["Files", WIDE * 60, ACCENT * 60, "F\x1b[2J\r\n::error::x"])
def test_it_is_one_line(section: str, width: int) -> None:
    """Whatever a profile calls a section, and however long the scope: it fits, with a column to spare."""
    longest = Scope.parse("url:GET|/api/v1/courses/:course_id/blueprint_subscriptions/:subscription_id/migrations")
    with watched([replace(FILES[0], section=section, scope=longest)], width) as (watching, terminal, ids):
        watching.pytest_runtest_logstart(ids[1])

        [line] = terminal.lines
        assert line.startswith("0 of 2  ")
        assert "…" in line
        assert columns(line) < width


def test_time_left_is_told_only_while_it_is_known() -> None:
    """Not before enough time has passed, nor once it has run out without the run's end."""
    now = 1.0
    left = TimeLeft(work=10, ends=math.inf, now=lambda: now)
    left.add(5)
    assert str(left) == ""
    now = 5.0
    left.add(0)
    assert str(left) == "about 4 s left"
    now = 30.0
    assert str(left) == ""


@pytest.mark.parametrize(
    ("done", "ends", "said"),
    [
        (2, math.inf, ""),
        (5, math.inf, "about 60 s left"),
        (4, math.inf, "about 90 s left"),
        (3, math.inf, "about 3 min left"),
        (9, math.inf, "about 7 s left"),
        (5, 66.0, "about 6 s left"),
        (5, 59.0, ""),
    ],
)
def test_time_left_is_measured(done: int, ends: float, said: str) -> None:
    """A minute was spent on so many tenths of the work; the run's own end comes first."""
    now = 0.0
    left = TimeLeft(work=10, ends=ends, now=lambda: now)
    now = 60.0
    left.add(done)

    assert str(left) == said
