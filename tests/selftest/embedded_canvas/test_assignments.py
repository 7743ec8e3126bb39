"""The embedded Canvas's assignments against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import ASSIGNMENT, ASSIGNMENTS
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

ALWAYS = {
    "id", "name", "description", "course_id", "assignment_group_id", "position", "points_possible", "grading_type",
    "submission_types", "due_at", "lock_at", "unlock_at", "created_at", "updated_at", "workflow_state", "published",
    "html_url", "submissions_download_url", "has_submitted_submissions", "graded_submissions_exist",
    "due_date_required", "max_name_length", "allowed_attempts", "peer_reviews", "automatic_peer_reviews",
    "anonymous_peer_reviews", "intra_group_peer_reviews", "post_to_sis", "grade_group_students_individually",
    "group_category_id", "grading_standard_id", "final_grader_id", "grader_count", "annotatable_attachment_id",
    "moderated_grading", "omit_from_final_grade", "hide_in_gradebook", "anonymous_grading", "anonymize_students",
    "anonymous_instructor_annotations", "graders_anonymous_to_graders", "grader_comments_visible_to_graders",
    "grader_names_visible_to_final_grader", "muted", "is_quiz_assignment", "can_duplicate", "original_course_id",
    "original_assignment_id", "original_lti_resource_link_id", "original_assignment_name", "original_quiz_id",
    "important_dates", "in_closed_grading_period", "only_visible_to_overrides", "visible_to_everyone",
    "post_manually", "require_lockdown_browser", "restrict_quantitative_data", "locked_for_user", "secure_params",
    "lti_context_id",
}  # fmt: skip
FOR_MANAGERS = {"has_overrides", "unpublishable"}
FOR_SIS = {"sis_assignment_id", "integration_id", "integration_data"}


def names(query: str, **state: Any) -> list[str]:
    """The listed names."""
    return [row["name"] for row in client(canvas(**state)).get(f"{ASSIGNMENTS}?per_page=100&{query}").json()]


def test_the_keys_of_an_assignment() -> None:
    """To an administrator an assignment has these keys."""
    shown = client(canvas()).get(ASSIGNMENT).json().keys()

    assert shown == ALWAYS | FOR_MANAGERS | FOR_SIS | {"needs_grading_count"}


@pytest.mark.parametrize(
    ("denied", "hidden"),
    [
        ("manage_assignments_edit", FOR_MANAGERS),
        ("manage_grades", {"needs_grading_count"}),
        ("read_sis", FOR_SIS),
    ],
)
def test_keys_go_with_rights(denied: str, hidden: set[str]) -> None:
    """Some keys need a right."""
    shown = client(canvas(denied=frozenset({denied}))).get(ASSIGNMENT).json().keys()

    assert (FOR_MANAGERS | FOR_SIS | {"needs_grading_count"}) - shown == hidden


def test_the_list_is_by_position_with_a_total() -> None:
    """The first page has ten of twelve, ordered by position, and a link to the last page."""
    answer = client(canvas()).get(ASSIGNMENTS)

    assert [row["name"] for row in answer.json()] == [f"Essay {number}" for number in range(1, 11)]
    assert 'rel="last"' in answer.headers["link"]


def test_blueprint_flags_are_in_the_list_only() -> None:
    """The list of an associated course flags each row; the single read does not."""
    browser = client(canvas(blueprint_locked=True))
    row = browser.get(ASSIGNMENTS).json()[0]

    assert row["is_master_course_child_content"] is True
    assert row["restricted_by_master_course"] is True
    assert row["master_course_restrictions"]["content"] is True
    assert not [key for key in browser.get(ASSIGNMENT).json() if "master_course" in key]


def test_an_unlocked_child_names_no_restrictions() -> None:
    """If the blueprint locks nothing, the restrictions are absent."""
    row = client(canvas()).get(ASSIGNMENTS).json()[0]

    assert (row["restricted_by_master_course"], "master_course_restrictions" in row) == (False, False)


def test_a_blueprint_flags_its_own_content() -> None:
    """The blueprint's own list flags its rows as master content."""
    row = client(canvas(blueprint=False, sandbox_is_blueprint=True)).get(ASSIGNMENTS).json()[0]

    assert (row["is_master_course_master_content"], "is_master_course_child_content" in row) == (True, False)


def test_a_course_without_blueprint_flags_nothing() -> None:
    """Other courses have no flags."""
    assert not [key for key in client(canvas(blueprint=False)).get(ASSIGNMENTS).json()[0] if "master_course" in key]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search_term=ESSAY 12", ["Essay 12"]),
        ("search_term=poem", []),
        ("assignment_ids[]=2003&assignment_ids[]=2001", ["Essay 1", "Essay 3"]),
        ("bucket=undated&search_term=essay 2", ["Essay 2"]),
        ("bucket=past", []),
        ("order_by=name&search_term=Essay 1", ["Essay 1", "Essay 10", "Essay 11", "Essay 12"]),
    ],
)
def test_filters_and_orders(query: str, found: list[str]) -> None:
    """The list takes a search term, IDs, a bucket and an order."""
    assert names(query) == found


def test_order_by_due_date() -> None:
    """`order_by=due_at` puts assignments without a date last."""
    of = canvas()
    client(of).put(f"{ASSIGNMENTS}/2005", json={"assignment": {"due_at": "2026-05-01T12:00:00Z"}})

    assert client(of).get(ASSIGNMENTS, params={"order_by": "due_at"}).json()[0]["id"] == 2005


def test_unknown_ids_are_refused() -> None:
    """The refusal names the unknown ID."""
    answer = client(canvas()).get(f"{ASSIGNMENTS}?assignment_ids[]=2001&assignment_ids[]=9")

    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid assignment_ids: 9"})


def test_too_many_ids_are_refused() -> None:
    """More than a hundred IDs are refused."""
    query = "&".join(["assignment_ids[]=2001"] * 101)

    assert client(canvas()).get(f"{ASSIGNMENTS}?{query}").json()["message"].startswith("Invalid assignment_ids: 2001")


def test_an_unknown_bucket_is_refused() -> None:
    """An unknown bucket is a 400 under `bucket`."""
    answer = client(canvas()).get(f"{ASSIGNMENTS}?bucket=someday")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["bucket"])


def test_students_see_published_ones() -> None:
    """Students see only published assignments."""
    of = canvas(role="student", course_state="available")
    of.tables.assignments[2002].workflow_state = "published"

    assert [row["id"] for row in client(of).get(ASSIGNMENTS).json()] == [2002]
    assert client(of).get(ASSIGNMENT).json() == NOT_PERMITTED


def test_another_courses_assignment_is_not_found() -> None:
    """An assignment is only found in its own course."""
    assert client(canvas()).get("/api/v1/courses/1003/assignments/2001").json() == NOT_FOUND
