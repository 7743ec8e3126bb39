"""The embedded Canvas's classic quizzes against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import QUIZ, QUIZ_DESCRIPTION, QUIZZES, put_quiz, student
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

KEYS = {
    "id", "title", "html_url", "mobile_url", "description", "quiz_type", "time_limit", "shuffle_answers",
    "show_correct_answers", "scoring_policy", "allowed_attempts", "one_question_at_a_time", "question_count",
    "points_possible", "cant_go_back", "ip_filter", "due_at", "lock_at", "unlock_at", "published", "can_update",
    "locked_for_user", "hide_results", "show_correct_answers_at", "hide_correct_answers_at",
    "require_lockdown_browser", "require_lockdown_browser_for_results", "require_lockdown_browser_monitor",
    "lockdown_browser_monitor_data", "permissions", "quiz_reports_url", "quiz_statistics_url",
    "quiz_submission_versions_html_url", "assignment_id", "one_time_results", "assignment_group_id",
    "show_correct_answers_last_attempt", "version_number", "has_access_code", "post_to_sis", "migration_id",
}  # fmt: skip
FOR_EDITORS = {"unpublishable", "can_unpublish", "all_dates"}
FOR_GRADERS = {"speed_grader_url", "message_students_url", "section_count", "only_visible_to_overrides"}
JSON_API = {"Accept": "application/vnd.api+json"}


def test_the_keys_of_a_listed_quiz() -> None:
    """For an administrator a listed quiz has these keys."""
    row = client(canvas(blueprint=False)).get(QUIZZES).json()[0]

    assert row.keys() == KEYS | FOR_EDITORS | FOR_GRADERS | {"access_code"}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_question_types_are_in_single_answers(method: str) -> None:
    """The single read and the answer to a PUT add `question_types`; the list does not."""
    browser = client(canvas(blueprint=False))

    assert browser.request(method, QUIZ, json={}).json().keys() - browser.get(QUIZZES).json()[0].keys() == {
        "question_types"
    }


@pytest.mark.parametrize(
    ("denied", "hidden"),
    [
        ({"manage_assignments_edit"}, FOR_EDITORS),
        ({"manage_grades"}, FOR_GRADERS),
        ({"manage_assignments_edit", "manage_grades"}, FOR_EDITORS | FOR_GRADERS | {"access_code"}),
    ],
)
def test_keys_go_with_rights(denied: set[str], hidden: set[str]) -> None:
    """Editors and graders see more."""
    shown = client(canvas(denied=frozenset(denied))).get(QUIZ).json().keys()

    assert (FOR_EDITORS | FOR_GRADERS | {"access_code"}) - shown == hidden


def test_surveys_say_whether_they_are_anonymous() -> None:
    """`anonymous_submissions` is shown for surveys only."""
    of = canvas()

    assert "anonymous_submissions" not in put_quiz(of, anonymous_submissions=True).json()
    assert put_quiz(of, quiz_type="survey").json()["anonymous_submissions"] is True


def test_the_list_is_searched() -> None:
    """The list is sorted by ID, has a total, and takes a search term."""
    browser = client(canvas())
    answer = browser.get(QUIZZES)

    assert [quiz["id"] for quiz in answer.json()] == [4501, 4502]
    assert 'rel="last"' in answer.headers["link"]
    assert [quiz["id"] for quiz in browser.get(f"{QUIZZES}?search_term=SAFE").json()] == [4502]


def test_students_see_published_quizzes() -> None:
    """For students an unpublished quiz is neither listed nor readable."""
    browser = client(student())

    assert [quiz["id"] for quiz in browser.get(QUIZZES).json()] == [4501]
    assert browser.get(f"{QUIZZES}/4502").json() == NOT_PERMITTED
    assert browser.get(QUIZ).json()["description"] == QUIZ_DESCRIPTION


def test_assignments_are_no_quizzes() -> None:
    """A New Quiz is an assignment, so its ID is not found here."""
    assert client(canvas()).get(f"{QUIZZES}/2001").json() == NOT_FOUND


def test_a_deleted_quiz_is_still_read_by_managers() -> None:
    """The single read finds deleted quizzes; the list does not, and students are refused."""
    of = canvas()
    client(of, "admin").delete(QUIZ)

    assert client(of).get(QUIZ).status_code == 200
    assert [quiz["id"] for quiz in client(of).get(QUIZZES).json()] == [4502]
    of = student()
    client(of, "admin").delete(QUIZ)
    assert client(of).get(QUIZ).json() == NOT_PERMITTED


def test_json_api_lists_under_a_key() -> None:
    """With the Accept header of JSON:API the list is an object."""
    answer = client(canvas()).get(QUIZZES, headers=JSON_API)

    assert [quiz["id"] for quiz in answer.json()["quizzes"]] == [4501, 4502]


def test_list_flags_are_for_editors() -> None:
    """The list of an associated course flags its rows, for callers who may edit."""
    editor = client(canvas(blueprint_locked=True)).get(QUIZZES).json()[0]
    denied = frozenset({"manage_assignments_edit"})
    reader = client(canvas(blueprint_locked=True, denied=denied)).get(QUIZZES).json()[0]

    assert (editor["restricted_by_master_course"], "restricted_by_master_course" in reader) == (True, False)


def test_descriptions_are_rewritten_for_readers() -> None:
    """A quiz's links are returned as absolute ones."""
    read = client(canvas(content="linked")).get(QUIZ).json()["description"]

    assert 'href="http://canvas.test/courses/1001/pages/welcome"' in read
