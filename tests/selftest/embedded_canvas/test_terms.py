"""The embedded Canvas's enrollment terms against the fact sheet."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, canvas, client


def get(path: str, **state: Any) -> httpx.Response:
    """One GET with the integration's token below `/api/v1/accounts`."""
    return client(canvas(**state)).get(f"/api/v1/accounts{path}")


def test_terms_belong_to_root_accounts() -> None:
    """Terms of a sub-account are a 400, even for a caller without the right."""
    answer = get("/11/terms", role="student")

    assert (answer.status_code, answer.json()) == (400, {"message": "Terms only belong to root_accounts."})


def test_terms_need_a_right() -> None:
    """Students may not read terms."""
    answer = get("/1/terms", role="student")

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


def test_a_teacher_reads_terms() -> None:
    """Any teacher below the root account can read its terms, without the IDs that need another right."""
    terms = get("/self/terms", role="teacher").json()["enrollment_terms"]

    assert not {"sis_term_id", "sis_import_id"} & terms[0].keys()


def test_terms_stand_under_a_wrapper() -> None:
    """The list is in `enrollment_terms`, with a total; terms without dates come first."""
    answer = get("/1/terms")

    assert [term["name"] for term in answer.json()["enrollment_terms"]] == ["Default Term", "Spring 2026"]
    assert 'rel="last"' in answer.headers["link"]


def test_the_keys_of_a_term() -> None:
    """For an administrator a term has these keys."""
    term = get("/1/terms").json()["enrollment_terms"][0]

    assert term.keys() == {
        "id", "name", "start_at", "end_at", "created_at", "workflow_state", "grading_period_group_id", "sis_term_id",
        "sis_import_id",
    }  # fmt: skip


def test_terms_include_overrides_and_course_counts() -> None:
    """`overrides` is an object by enrollment type, `course_count` a number."""
    query = "include[]=overrides&include[]=course_count"
    term = get(f"/1/terms?{query}").json()["enrollment_terms"][0]

    assert (term["overrides"], term["course_count"]) == ({}, 4)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Spring 2026"]),
        ("workflow_state[]=deleted", ["Default Term"]),
        ("workflow_state[]=all", ["Default Term", "Spring 2026"]),
        ("workflow_state[]=nonsense", ["Spring 2026"]),
        ("term_name=SPRING", ["Spring 2026"]),
        ("term_name=autumn", []),
    ],
)
def test_terms_are_filtered(query: str, names: list[str]) -> None:
    """They are filtered by state (an unknown one counts as `active`) and by a part of the name."""
    of = canvas()
    of.tables.terms[301].workflow_state = "deleted"

    terms = client(of).get(f"/api/v1/accounts/1/terms?{query}").json()["enrollment_terms"]

    assert [term["name"] for term in terms] == names


def test_a_term_is_made() -> None:
    """An administrator of the root account creates a term."""
    of = canvas()
    data = {"enrollment_term[name]": "Autumn", "enrollment_term[start_at]": "2026-09-01T00:00:00Z"}

    assert client(of, "admin").post("/api/v1/accounts/1/terms", data=data).json()["start_at"] == "2026-09-01T00:00:00Z"
    assert [term["name"] for term in client(of).get("/api/v1/accounts/1/terms").json()["enrollment_terms"]] == [
        "Default Term", "Autumn", "Spring 2026",
    ]  # fmt: skip
