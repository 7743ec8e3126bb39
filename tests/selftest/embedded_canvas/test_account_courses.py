"""The embedded Canvas's courses of an account against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import COURSE_KEYS
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client


def listed(query: str, **state: Any) -> list[int]:
    """The IDs of the root account's courses."""
    rows = client(canvas(**state)).get(f"/api/v1/accounts/1/courses?{query}").json()
    return [row["id"] for row in rows]


def test_listed_courses_have_no_enrollments() -> None:
    """A course in an account's list has no `enrollments`."""
    assert client(canvas()).get("/api/v1/accounts/1/courses").json()[0].keys() == COURSE_KEYS


def test_the_list_drops_some_includes() -> None:
    """An account's list silently drops `permissions` and `sections`."""
    query = {"include[]": ["permissions", "sections", "term"]}
    shown = client(canvas()).get("/api/v1/accounts/1/courses", params=query).json()[0]

    assert shown.keys() == COURSE_KEYS | {"term"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [1001, 1002, 1003, 1004]),
        ("published=true", [1002, 1003, 1004]),
        ("published=false", [1001]),
        ("state[]=available", [1002, 1003, 1004]),
        ("state[]=created", [1001]),
        ("state=available", [1001, 1002, 1003, 1004]),
        ("state[]=deleted", []),
        ("completed=true", []),
        ("blueprint=true", [1002]),
        ("blueprint_associated=true", [1001]),
        ("with_enrollments=true", [1001]),
        ("by_subaccounts[]=12", [1004]),
        ("enrollment_term_id=301", [1001, 1002, 1003, 1004]),
        ("enrollment_term_id=302", []),
        ("search_term=DRAW", [1004]),
        ("sort=course_name", [1001, 1004, 1003, 1002]),
        ("sort=course_name&order=desc", [1002, 1003, 1004, 1001]),
        ("order=desc", [1001, 1002, 1003, 1004]),
    ],
)
def test_an_accounts_courses(query: str, ids: list[int]) -> None:
    """The list spans the whole tree and takes these filters; a single value instead of a list of states is ignored."""
    assert listed(query) == ids


def test_a_sub_accounts_courses() -> None:
    """A sub-account's list has its own courses and those of accounts below."""
    rows = client(canvas()).get("/api/v1/accounts/11/courses").json()

    assert [row["id"] for row in rows] == [1001, 1002, 1003]


def test_the_list_has_no_last_page() -> None:
    """The total is not computed, so there is `next` but no `last`."""
    links = client(canvas()).get("/api/v1/accounts/1/courses?per_page=1").headers["link"]

    assert ('rel="next"' in links, 'rel="last"' in links) == (True, False)


def test_an_unknown_term_is_not_found() -> None:
    """Filtering by an unknown term is a 404."""
    assert client(canvas()).get("/api/v1/accounts/1/courses?enrollment_term_id=9").json() == NOT_FOUND


def test_a_short_search_term_is_refused() -> None:
    """Fewer than three characters are a 400 with the field's name."""
    answer = client(canvas()).get("/api/v1/accounts/1/courses?search_term=ab")
    error = {"field": "search_term", "code": "invalid", "message": "3 or more characters is required"}

    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_a_teacher_may_not_list_an_accounts_courses() -> None:
    """`read_course_list` is an administrator's right."""
    assert client(canvas(role="teacher")).get("/api/v1/accounts/11/courses").json() == NOT_PERMITTED
