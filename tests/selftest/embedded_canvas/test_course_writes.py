"""The embedded Canvas's changes to courses against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import COURSE_KEYS, put_course
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client

SYLLABUS = {"include[]": "syllabus_body"}
DATES = {"start_at": "2026-01-15T09:00:00Z", "end_at": "2026-04-15T09:00:00Z"}


def test_an_update_does_not_show_the_syllabus() -> None:
    """The answer to a PUT ignores includes and has neither syllabus nor enrollments."""
    of = canvas()
    answer = client(of).put(COURSE, params=SYLLABUS, data={"course[syllabus_body]": "<p>New</p>"})

    assert (answer.status_code, answer.json().keys()) == (200, COURSE_KEYS)
    assert of.tables.courses[1001].syllabus_body == "<p>New</p>"


@pytest.mark.parametrize(("sent", "stored"), [(None, None), ("", "")])
def test_null_and_blank_syllabuses_differ(sent: str | None, stored: str | None) -> None:
    """JSON null is stored as null; a blank text reads back blank."""
    of = canvas()
    put_course(of, {"syllabus_body": sent})

    assert client(of).get(COURSE, params=SYLLABUS).json()["syllabus_body"] == stored


@pytest.mark.parametrize(
    ("state", "restricted", "kept"),
    [
        ("unpublished", False, {"start_at": None, "end_at": None}),
        ("available", False, DATES | {"end_at": None}),
        ("unpublished", True, DATES),
    ],
)
def test_any_update_nulls_dates(state: str, *, restricted: bool, kept: dict[str, str | None]) -> None:
    """Any PUT nulls `end_at`, and `start_at` of an unpublished course, unless dates restrict enrollment."""
    of = canvas(course_dates=True, course_state=state)
    of.tables.courses[1001].restrict_enrollments_to_course_dates = restricted
    answer = put_course(of, {"syllabus_body": "<p>New</p>"}).json()

    assert {name: answer[name] for name in DATES} == kept


def test_without_update_only_the_syllabus_is_set() -> None:
    """Without the right `update` every other field is silently dropped."""
    of = canvas(denied=frozenset({"update"}))
    answer = put_course(of, {"syllabus_body": "<p>New</p>", "name": "Other"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Ally scope check sandbox")
    assert of.tables.courses[1001].syllabus_body == "<p>New</p>"


def test_updating_needs_a_right() -> None:
    """Without `manage_course_content_edit` the PUT is refused and nothing changes."""
    of = canvas(denied=frozenset({"manage_course_content_edit"}))
    answer = put_course(of, {"syllabus_body": "<p>New</p>"})

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)
    assert not [write for write in of.tables.writes if write.changed]


def test_an_update_finds_deleted_courses() -> None:
    """Unlike GET, PUT also finds deleted courses."""
    assert put_course(canvas(course_state="deleted"), {"syllabus_body": "x"}).status_code == 200


def test_dates_need_a_right_of_their_own() -> None:
    """Changing dates needs `edit_course_availability`; the refused PUT does not set the syllabus either."""
    of = canvas(denied=frozenset({"edit_course_availability"}))
    before = of.tables.digest()

    assert put_course(of, {"start_at": "2026-02-01T00:00:00Z", "syllabus_body": "x"}).json() == NOT_PERMITTED
    assert of.tables.digest() == before


@pytest.mark.parametrize(
    ("course", "attribute"),
    [
        ({"syllabus_body": "x" * 512_000}, "syllabus_body"),
        ({"syllabus_body": "<div>" * 2001}, "unparsable_content"),
        ({"course_color": "reddish"}, "course_color"),
        ({"restrict_enrollments_to_course_dates": "perhaps"}, "restrict_enrollments_to_course_dates"),
        ({"blueprint": True}, "master_course"),
        ({"name": "x" * 256}, "name"),
    ],
)
def test_validation(course: dict[str, object], attribute: str) -> None:
    """Each of these is a 400 with the attribute's error, and changes nothing."""
    of = canvas()
    before = of.tables.digest()
    answer = put_course(of, course)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [attribute])
    assert answer.json()["errors"][attribute][0].keys() == {"attribute", "type", "message"}
    assert of.tables.digest() == before


def test_the_longest_syllabus() -> None:
    """500 KiB minus one character is still accepted."""
    assert put_course(canvas(), {"syllabus_body": "x" * 511_999}).status_code == 200


def test_text_under_course_crashes() -> None:
    """A text as `course` is a 500."""
    answer = put_course(canvas(), "text")

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (500, "internal_server_error")


def test_a_course_with_students_cannot_become_a_blueprint() -> None:
    """A course with students cannot become a blueprint."""
    of = canvas(blueprint=False, active_students=3)

    assert "students" in put_course(of, {"blueprint": True}).json()["errors"]["master_course"][0]["message"]


def test_a_locked_blueprint_locks_no_syllabus() -> None:
    """An associated course's syllabus is never refused as locked."""
    assert put_course(canvas(blueprint_locked=True), {"syllabus_body": "<p>New</p>"}).status_code == 200


@pytest.mark.parametrize(
    ("event", "state"), [("offer", "available"), ("claim", "unpublished"), ("conclude", "completed")]
)
def test_events(event: str, state: str) -> None:
    """`course[event]` alone changes the course's state."""
    assert put_course(canvas(), {"event": event}).json()["workflow_state"] == state


def test_a_course_is_made() -> None:
    """An administrator creates a course: 200, published on request, without the syllabus in the answer."""
    of = canvas()
    data = {"course[name]": "Made", "course[syllabus_body]": "<p>Hello</p><script>x</script>", "offer": "true"}
    answer = client(of, "admin").post("/api/v1/accounts/11/courses", data=data)
    made = answer.json()

    assert (answer.status_code, made["name"], made["workflow_state"]) == (200, "Made", "available")
    assert "syllabus_body" not in made
    assert of.tables.courses[made["id"]].syllabus_body == "<p>Hello</p>"
    assert of.tables.courses[1001].name == "Ally scope check sandbox"


def test_a_course_is_deleted_softly() -> None:
    """DELETE requires an event, and soft-deletes."""
    admin = client(canvas(), "admin")

    assert admin.delete(COURSE).status_code == 400
    assert admin.delete(COURSE, params={"event": "delete"}).json() == {"delete": True}
    assert admin.get(COURSE).json() == NOT_FOUND
