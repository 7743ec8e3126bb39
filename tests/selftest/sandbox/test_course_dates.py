"""A course's dates, which any PUT to the course may clear, survive every run and every restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scopecheck.embedded_canvas.records import Course
from tests.selftest.endtoend.runs import run
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, restore, to
from tests.selftest.sandbox.watching import Moment, Watched, watching

SYLLABUS = "url:PUT|/api/v1/courses/:id"


def course(canvas: Watched) -> Course:
    """The sandbox course in its present state."""
    return canvas.canvas.tables.courses[1001]


@pytest.mark.parametrize(
    ("state", "at_risk"),
    [({"course_state": "unpublished"}, "end_at and start_at"), ({"course_state": "available"}, "end_at")],
)
def test_dates_at_risk(reports: Path, state: dict[str, Any], at_risk: str) -> None:
    """If a PUT would clear a date, the syllabus is probed and the result says why; the course gets no PUT at all."""
    with watching(course_dates=True, **state) as canvas:
        before, dates = canvas.content, (course(canvas).start_at, course(canvas).end_at)
        found = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
        assert (course(canvas).start_at, course(canvas).end_at) == dates
    assert found.code == 0, found.output
    row = next(row for row in found.document["scopes"] if row["scope"] == SYLLABUS)
    assert row["proof"] == "probed"
    assert f"any update would clear the course's {at_risk}" in row["message"]
    assert "/api/v1/courses/1001" not in {seen.path for seen in canvas.seen if seen.writes}


def test_dates_that_restrict_enrollment(reports: Path) -> None:
    """A course whose dates restrict enrollment keeps them: its syllabus is written and restored."""
    with watching(course_dates=True) as canvas:
        course(canvas).restrict_enrollments_to_course_dates = True
        before = canvas.content
        found = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert found.code == 0, found.output
    assert {row["proof"] for row in found.document["scopes"]} == {"exercised"}


def test_dates_set_after_a_kill(reports: Path) -> None:
    """Dates set before the syllabus is restored are not cleared: it is reported, and restored once they are gone."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold("PUT .*/courses/1001$", moment=Moment.AFTER), canvas, reports, "-n", "0",
                settings=to(canvas))  # fmt: skip
        make_old(reports)
        course(canvas).end_at = ends = datetime(2027, 1, 1, tzinfo=UTC)
        refused = restore(reports, to(canvas))

        assert refused.code == 1
        assert "Not restored: course 1001: syllabus_body: The course now has dates" in refused.words
        assert course(canvas).end_at == ends
        course(canvas).end_at = None
        assert restore(reports, to(canvas)).code == 0
        assert canvas.content == before
