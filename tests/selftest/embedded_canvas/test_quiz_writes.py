"""The embedded Canvas's changes to classic quizzes against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import NEW, QUIZ, QUIZ_DESCRIPTION, QUIZZES, put_quiz
from tests.selftest.embedded_canvas.driver import COURSE, NOT_PERMITTED, canvas, client

JSON_API = {"Accept": "application/vnd.api+json"}


def test_json_api_answers_an_update_with_nothing() -> None:
    """With JSON:API a PUT uses the first of `quizzes`, and is a 204 without a body."""
    of = canvas()
    answer = client(of).put(QUIZ, json={"quizzes": [{"description": NEW}]}, headers=JSON_API)

    assert (answer.status_code, answer.content) == (204, b"")
    assert of.tables.quizzes[4501].description == NEW


def test_json_api_reads_no_plain_quiz() -> None:
    """With JSON:API the member `quiz` is ignored."""
    of = canvas()
    client(of).put(QUIZ, json={"quiz": {"description": NEW}}, headers=JSON_API)

    assert of.tables.quizzes[4501].description == QUIZ_DESCRIPTION


def test_an_update_answers_with_the_quiz() -> None:
    """PUT is 200 with the new description; the rest stays."""
    answer = put_quiz(canvas(), description=NEW)

    assert (answer.status_code, answer.json()["description"]) == (200, NEW)
    assert answer.json()["title"] == "Self test"


def test_updating_needs_a_right() -> None:
    """Without `manage_assignments_edit` the PUT is refused."""
    answer = put_quiz(canvas(denied=frozenset({"manage_assignments_edit"})), description=NEW)

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        ({}, 1),
        ({"description": QUIZ_DESCRIPTION}, 1),
        ({"colour": "red"}, 1),
        ({"description": NEW}, 2),
        ({"time_limit": 5}, 2),
    ],
)
def test_the_version_rises_with_a_real_change(fields: dict[str, Any], version: int) -> None:
    """`version_number` rises only if something changed; unknown fields are dropped."""
    assert put_quiz(canvas(), **fields).json()["version_number"] == version


@pytest.mark.parametrize(
    ("fields", "field", "shown"),
    [
        ({"time_limit": "20"}, "time_limit", 20),
        ({"time_limit": -5}, "time_limit", None),
        ({"shuffle_answers": "yes"}, "shuffle_answers", True),
        ({"due_at": "2026-05-01T14:00:00+02:00"}, "due_at", "2026-05-01T12:00:00Z"),
        ({"allowed_attempts": -1}, "allowed_attempts", -1),
        ({"allowed_attempts": -7}, "allowed_attempts", 1),
        ({"allowed_attempts": None}, "allowed_attempts", -1),
        ({"scoring_policy": "keep_latest"}, "scoring_policy", "keep_highest"),
        ({"scoring_policy": "keep_latest", "allowed_attempts": 2}, "scoring_policy", "keep_latest"),
        ({"hide_results": "until_after_last_attempt"}, "hide_results", None),
        ({"hide_results": "always"}, "hide_results", "always"),
        ({"hide_results": "always", "one_time_results": True}, "one_time_results", False),
        ({"hide_results": "always", "show_correct_answers": False}, "show_correct_answers", True),
        (
            {"show_correct_answers": False, "show_correct_answers_at": "2026-05-01T12:00:00Z"},
            "show_correct_answers_at",
            None,
        ),
        ({"access_code": "letmein"}, "has_access_code", True),
        ({"assignment_group_id": 999}, "assignment_group_id", None),
        ({"published": True}, "published", True),
        ({"published": ""}, "published", False),
        ({"title": ""}, "title", "Unnamed Quiz"),
    ],
)
def test_fields_that_apply_and_fields_that_do_not(fields: dict[str, Any], field: str, shown: object) -> None:
    """A field is parsed by its type, and silently dropped if it does not apply."""
    answer = put_quiz(canvas(), **fields)

    assert (answer.status_code, answer.json()[field]) == (200, shown)


@pytest.mark.parametrize(
    ("fields", "attribute"),
    [
        ({"title": "x" * 256}, "title"),
        ({"description": "x" * 512_000}, "description"),
        ({"description": "<div>" * 2001}, "description"),
        ({"quiz_type": "riddle"}, "invalid_quiz_type"),
        ({"ip_filter": "everywhere"}, "invalid_ip_filter"),
    ],
)
def test_validation(fields: dict[str, Any], attribute: str) -> None:
    """Each of these is a 400 under its attribute, and changes nothing."""
    of = canvas()
    before = of.tables.digest()
    answer = put_quiz(of, **fields)

    assert answer.status_code == 400
    assert answer.json()["errors"][attribute][0].keys() == {"attribute", "type", "message"}
    assert of.tables.digest() == before


@pytest.mark.parametrize("addresses", ["192.168.217.1", "192.168.217.1/24", "192.168.217.1/255.255.255.0,10.0.0.1"])
def test_ip_filters(addresses: str) -> None:
    """Filters are addresses, with masks of either kind."""
    assert put_quiz(canvas(), ip_filter=addresses).json()["ip_filter"] == addresses


def test_text_under_quiz_crashes() -> None:
    """A text as `quiz` is a 500."""
    assert client(canvas()).put(QUIZ, json={"quiz": "text"}).status_code == 500


def test_a_locked_description_is_refused() -> None:
    """A blueprint's lock is a 400 under `base`; the same text passes."""
    of = canvas(blueprint_locked=True)
    text = "cannot change column(s): description - locked by Master Course"

    assert put_quiz(of, description=NEW).json()["errors"]["base"][0]["message"] == text
    assert put_quiz(of, description=QUIZ_DESCRIPTION).status_code == 200


def test_a_graded_quiz_copies_to_its_assignment() -> None:
    """A graded quiz has an assignment, which follows its title and description."""
    of = canvas()
    graded = put_quiz(of, quiz_type="assignment").json()
    put_quiz(of, description=NEW)
    copy = client(of).get(f"{COURSE}/assignments/{graded['assignment_id']}").json()

    assert (copy["name"], copy["description"], copy["quiz_id"]) == ("Self test", NEW, 4501)
    assert copy["is_quiz_assignment"] is True
    assert graded["assignment_group_id"] == copy["assignment_group_id"]


def test_a_quiz_is_made() -> None:
    """POST creates a quiz: 200, unpublished by default; a practice quiz has no assignment."""
    admin = client(canvas(), "admin")
    data = {"quiz[title]": "Probe", "quiz[description]": "<p>seed</p>", "quiz[quiz_type]": "practice_quiz"}
    answer = admin.post(QUIZZES, data=data)

    assert (answer.status_code, answer.json()["published"], answer.json()["assignment_id"]) == (200, False, None)
    assert admin.post(QUIZZES, data={"quiz[title]": "Graded"}).json()["assignment_id"] is not None


def test_a_locked_quiz_cannot_be_deleted() -> None:
    """Deleting a locked quiz gets the refusal of a missing right."""
    assert client(canvas(blueprint_locked=True), "admin").delete(QUIZ).json() == NOT_PERMITTED
