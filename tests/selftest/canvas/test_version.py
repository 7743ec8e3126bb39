"""How old a Canvas is, by what its answers have in them; it tells no version."""

from __future__ import annotations

from typing import Literal

import pytest

from scopecheck.canvas.scope_names import Names
from scopecheck.canvas.version import version_signs
from tests.selftest.embedded_canvas.answering import answers

PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
OLDER = PAGE.replace("_or_id", "")
QUIZ = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
NEW, OLD = {"id": 1, "workflow_state": "available", "template": False}, {"id": 1, "workflow_state": "available"}


@pytest.mark.parametrize(
    ("names", "course", "told"),
    [
        ({PAGE: PAGE}, None, "later than spring 2022, by its signs: scopes have /pages/:url_or_id"),
        ({PAGE: OLDER}, None, "spring 2022 or earlier, by its signs: scopes have /pages/:url"),
        ({}, NEW, "later than spring 2022, by its signs: courses have template"),
        ({}, OLD, "spring 2022 or earlier, by its signs: courses have no overridden_course_visibility"),
        ({PAGE: PAGE}, OLD, "about 2022, by its signs: scopes have /pages/:url_or_id, courses have no "
         "overridden_course_visibility"),
        ({PAGE: None, QUIZ: QUIZ}, {"errors": []}, None),
        ({}, None, None),
        ({}, "<html>", None),
    ],
)  # fmt: skip
def test_the_signs_are_named(names: Names, course: object, told: str | None) -> None:
    """What shows the age stands beside it; without any sign nothing is said."""
    assert version_signs(names, course) == told


@pytest.mark.parametrize(("version", "age"), [("old", "spring 2022 or earlier"), ("new", "later than spring 2022")])
def test_a_courses_record_shows_it(version: Literal["old", "new"], age: str) -> None:
    """The records of a Canvas of spring 2022 and of today's are told apart."""
    assert str(version_signs({}, answers(version)["GET courses/:id"])).startswith(age)
