"""Probe mode changes nothing in any state of key, user and Canvas, according to the server's own log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.endtoend.runs import run
from tests.selftest.exercises.live_reads import READ, SYNCS
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, restore, to
from tests.selftest.sandbox.watching import Moment, watching

NOTHING_THERE: Final = re.compile(r"/(courses|accounts|files|media_objects)/9999999999999(/|$)|^/api/graphql$")
"""Paths of what cannot exist; and GraphQL, which is asked a question that changes nothing."""

STATES: Final[dict[str, dict[str, Any]]] = {
    "all right": {},
    "a teacher": {"role": "teacher"},
    "a student": {"role": "student"},
    "half the scopes": {"missing_on_token": frozenset(SCOPES[::2])},
    "no scope at all": {"missing_on_token": frozenset(SCOPES)},
    "a key that enforces nothing": {"enforce_scopes": False},
    "a key of another account": {"key_owner": "other-account"},
    "no includes": {"allow_includes": False},
    "an old Canvas": {"version": "old"},
    "a live course with students": {"course_state": "available", "active_students": 40, "course_dates": True},
    "a blueprint": {"sandbox_is_blueprint": True},
}


@pytest.mark.parametrize("state", [pytest.param(state, id=name) for name, state in STATES.items()])
def test_nothing_is_changed(reports: Path, state: dict[str, Any]) -> None:
    """No write changes anything or goes to anything that exists, even if an administrator's token is set.

    Nor does any read: no page has been viewed, and no folder was created for a course without files.
    """
    with watching(**state) as canvas:
        before = canvas.everything
        found = run(reports, "-n", "0", "--canvas-mode=probe", settings=to(canvas, admin=True))

        assert canvas.everything == before
    assert list(found.verdicts) == list(SCOPES), found.output
    exercised = {row["scope"] for row in found.document["scopes"] if row["proof"] == "exercised"}
    assert exercised <= READ | {SYNCS}
    assert state or exercised == READ
    assert canvas.changes == []
    assert [seen.path for seen in canvas.seen if seen.writes and not NOTHING_THERE.search(seen.path)] == []
    assert not (reports / "journal").exists()


@pytest.mark.parametrize("course", [{}, {"CANVAS_SANDBOX_COURSE_ID": "999", "CANVAS_SANDBOX_COURSE_NAME": "Gone"}])
def test_without_a_course(reports: Path, course: dict[str, str]) -> None:
    """Probe mode needs no sandbox course, and does not mind one that does not exist."""
    with watching() as canvas:
        settings = {name: value for name, value in to(canvas).items() if "SANDBOX" not in name} | course
        found = run(reports, "-n", "0", "--canvas-mode=probe", settings=settings)

    assert found.code == 0, found.output
    assert canvas.changes == []
    assert [seen.path for seen in canvas.seen if seen.writes and not NOTHING_THERE.search(seen.path)] == []


def test_probe_mode_leaves_an_open_journal_alone(reports: Path) -> None:
    """A probe run does not restore what a killed exercise run left: it never writes, not even for that."""
    with watching() as canvas:
        kill_at(canvas.hold("PUT .*/pages/", moment=Moment.AFTER), canvas, reports, "-n", "0", settings=to(canvas))
        left, number = canvas.content, len(canvas.changes)
        probed = run(reports, "-n", "0", "--canvas-mode=probe", settings=to(canvas))

        assert canvas.content == left
        assert len(canvas.changes) == number
        assert probed.code == 0, probed.output
        make_old(reports)
        assert restore(reports, to(canvas)).code == 0
        assert canvas.content != left
