"""The embedded Canvas's courses against the fact sheet."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from embedded_canvas.app import Canvas
from tests.selftest.embedded.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client

KEYS = {
    "id", "name", "account_id", "root_account_id", "uuid", "course_code", "created_at", "start_at", "end_at",
    "default_view", "enrollment_term_id", "is_public", "is_public_to_auth_users", "public_syllabus",
    "public_syllabus_to_auth", "grading_standard_id", "storage_quota_mb", "license", "grade_passback_setting",
    "homeroom_course", "course_color", "friendly_name", "overridden_course_visibility",
    "apply_assignment_group_weights", "calendar", "time_zone", "blueprint", "template", "hide_final_grades",
    "workflow_state", "restrict_enrollments_to_course_dates", "sis_course_id", "integration_id", "sis_import_id",
}  # fmt: skip
SYLLABUS = {"include[]": "syllabus_body"}
DATES = {"start_at": "2026-01-15T09:00:00Z", "end_at": "2026-04-15T09:00:00Z"}


def put(of: Canvas, course: object) -> httpx.Response:
    """PUT the sandbox course, as JSON."""
    return client(of).put(COURSE, json={"course": course})


def listed(query: str, **state: Any) -> list[int]:
    """The ids of the root account's courses."""
    rows = client(canvas(**state)).get(f"/api/v1/accounts/1/courses?{query}").json()
    return [row["id"] for row in rows]


def test_the_keys_of_a_course() -> None:
    """To an administrator a course has these keys, and an empty list of enrolments."""
    assert client(canvas()).get(COURSE).json().keys() == KEYS | {"enrollments"}


def test_listed_courses_have_no_enrolments() -> None:
    """An account's list shows the same without `enrollments`."""
    assert client(canvas()).get("/api/v1/accounts/1/courses").json()[0].keys() == KEYS


def test_a_teacher_sees_own_enrolments_and_fewer_ids() -> None:
    """An enrolled teacher sees the enrolment, but not the import's id."""
    course = client(canvas(role="teacher")).get(COURSE).json()

    assert [each["type"] for each in course["enrollments"]] == ["teacher"]
    assert "sis_course_id" in course
    assert "sis_import_id" not in course


def test_a_blueprint_shows_its_restrictions() -> None:
    """A blueprint course says what it locks."""
    assert client(canvas(sandbox_is_blueprint=True)).get(COURSE).json()["blueprint_restrictions"]["content"] is True


@pytest.mark.parametrize("name", ["999", "abc", "self", "0"])
def test_an_unknown_course_is_not_found(name: str) -> None:
    """Unknown and malformed ids answer alike; there is no course `self`."""
    answer = client(canvas()).get(f"/api/v1/courses/{name}")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_a_deleted_course_is_not_found_but_on_request() -> None:
    """A deleted course is not found, unless `include[]=all_courses` asks for it."""
    browser = client(canvas(course_state="deleted"))

    assert browser.get(COURSE).status_code == 404
    assert browser.get(COURSE, params={"include[]": "all_courses"}).json()["workflow_state"] == "deleted"


@pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 401)])
def test_reading_needs_a_right(version: str, status: int) -> None:
    """An administrator whose role may not view course content is refused, by the version's status."""
    answer = client(canvas(denied=frozenset({"read_course_content"}), version=version)).get(COURSE)

    assert (answer.status_code, answer.json()) == (status, NOT_PERMITTED)


@pytest.mark.parametrize(("state", "status"), [("unpublished", 403), ("available", 200)])
def test_students_read_published_courses(state: str, status: int) -> None:
    """A student may read a course once it is published."""
    assert client(canvas(role="student", course_state=state)).get(COURSE).status_code == status


def test_a_teacher_has_no_rights_elsewhere() -> None:
    """A teacher of the sandbox course is nobody in another."""
    assert client(canvas(role="teacher")).get("/api/v1/courses/1003").json() == NOT_PERMITTED


def test_the_single_read_asks_for_no_user_first() -> None:
    """Without a token an unknown course is 404, a course that is not public 401."""
    anonymous = client(canvas(), None)

    assert anonymous.get("/api/v1/courses/999").status_code == 404
    assert anonymous.get(COURSE).json()["status"] == "unauthenticated"


def test_the_syllabus_comes_with_its_include() -> None:
    """`syllabus_body` is there on request only."""
    browser = client(canvas())

    assert "syllabus_body" not in browser.get(COURSE).json()
    assert browser.get(COURSE, params=SYLLABUS).json()["syllabus_body"] == "<p>Welcome to this syllabus.</p>"


def test_an_empty_syllabus_is_null() -> None:
    """A course that never had a syllabus has null, with the key."""
    assert client(canvas(content="empty")).get(COURSE, params=SYLLABUS).json()["syllabus_body"] is None


def test_a_key_without_includes_loses_the_syllabus() -> None:
    """Without Allow Include Parameters the answer is 200 without the syllabus."""
    answer = client(canvas(allow_includes=False)).get(COURSE, params=SYLLABUS)

    assert (answer.status_code, "syllabus_body" in answer.json()) == (200, False)


def test_includes_of_the_single_read() -> None:
    """Each of these includes adds its key."""
    includes = ["term", "account", "teachers", "total_students", "course_image", "concluded", "permissions",
                "storage_quota_used_mb", "lti_context_id", "tabs", "sections"]  # fmt: skip
    shown = client(canvas()).get(COURSE, params={"include[]": includes}).json()

    assert set(includes) <= shown.keys()
    assert (shown["term"]["name"], shown["account"]["id"]) == ("Default Term", 11)
    assert [teacher["display_name"] for teacher in shown["teachers"]] == ["Casey Colleague"]


def test_the_list_drops_some_includes() -> None:
    """An account's list silently drops `permissions` and `sections`."""
    query = {"include[]": ["permissions", "sections", "term"]}
    shown = client(canvas()).get("/api/v1/accounts/1/courses", params=query).json()[0]

    assert shown.keys() == KEYS | {"term"}


def test_a_null_public_description_has_no_key() -> None:
    """`public_description` is absent where it is null, even if it is asked for."""
    of = canvas()
    query = {"include[]": "public_description"}

    assert "public_description" not in client(of).get(COURSE, params=query).json()
    put(of, {"public_description": "Labs"})
    assert client(of).get(COURSE, params=query).json()["public_description"] == "Labs"


def test_updated_at_comes_as_an_include() -> None:
    """`updated_at` is shown only where it is included by its column's name, and moves with a real change."""
    of = canvas()
    query = {"include[]": "updated_at"}
    seeded = client(of).get(COURSE, params=query).json()["updated_at"]
    put(of, {"syllabus_body": "<p>Welcome to this syllabus.</p>"})

    assert client(of).get(COURSE, params=query).json()["updated_at"] == seeded == "2026-01-15T09:00:00Z"
    put(of, {"syllabus_body": "<p>New</p>"})
    assert client(of).get(COURSE, params=query).json()["updated_at"] > seeded


def test_an_update_does_not_show_the_syllabus() -> None:
    """The answer to a PUT ignores includes and shows neither syllabus nor enrolments."""
    of = canvas()
    answer = client(of).put(COURSE, params=SYLLABUS, data={"course[syllabus_body]": "<p>New</p>"})

    assert (answer.status_code, answer.json().keys()) == (200, KEYS)
    assert of.tables.courses[1001].syllabus_body == "<p>New</p>"


@pytest.mark.parametrize(("sent", "stored"), [(None, None), ("", "")])
def test_null_and_blank_syllabuses_differ(sent: str | None, stored: str | None) -> None:
    """JSON null restores null; a blank text reads back blank."""
    of = canvas()
    put(of, {"syllabus_body": sent})

    assert client(of).get(COURSE, params=SYLLABUS).json()["syllabus_body"] == stored


def test_an_update_without_course_changes_nothing() -> None:
    """An empty PUT is 200."""
    of = canvas()
    before = of.tables.digest()

    assert client(of).put(COURSE).status_code == 200
    assert of.tables.digest() == before


@pytest.mark.parametrize(
    ("state", "restricted", "kept"),
    [
        ("unpublished", False, {"start_at": None, "end_at": None}),
        ("available", False, DATES | {"end_at": None}),
        ("unpublished", True, DATES),
    ],
)
def test_any_update_nulls_dates(state: str, *, restricted: bool, kept: dict[str, str | None]) -> None:
    """Any PUT nulls `end_at`, and `start_at` of an unpublished course, unless dates restrict enrolment."""
    of = canvas(course_dates=True, course_state=state)
    of.tables.courses[1001].restrict_enrollments_to_course_dates = restricted
    answer = put(of, {"syllabus_body": "<p>New</p>"}).json()

    assert {name: answer[name] for name in DATES} == kept


def test_without_update_only_the_syllabus_is_set() -> None:
    """Without the right `update` every other field is dropped silently."""
    of = canvas(denied=frozenset({"update"}))
    answer = put(of, {"syllabus_body": "<p>New</p>", "name": "Other"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Ally scope check sandbox")
    assert of.tables.courses[1001].syllabus_body == "<p>New</p>"


def test_updating_needs_a_right() -> None:
    """Without `manage_course_content_edit` the PUT is refused and nothing changes."""
    of = canvas(denied=frozenset({"manage_course_content_edit"}))
    answer = put(of, {"syllabus_body": "<p>New</p>"})

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)
    assert not [write for write in of.tables.writes if write.changed]


def test_an_update_finds_deleted_courses() -> None:
    """PUT looks up deleted courses too, unlike GET."""
    assert put(canvas(course_state="deleted"), {"syllabus_body": "x"}).status_code == 200


def test_dates_need_a_right_of_their_own() -> None:
    """Changing dates needs `edit_course_availability`; the refused PUT sets no syllabus either."""
    of = canvas(denied=frozenset({"edit_course_availability"}))
    before = of.tables.digest()

    assert put(of, {"start_at": "2026-02-01T00:00:00Z", "syllabus_body": "x"}).json() == NOT_PERMITTED
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
    answer = put(of, course)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [attribute])
    assert answer.json()["errors"][attribute][0].keys() == {"attribute", "type", "message"}
    assert of.tables.digest() == before


def test_the_longest_syllabus() -> None:
    """500 KiB less one character is just accepted."""
    assert put(canvas(), {"syllabus_body": "x" * 511_999}).status_code == 200


def test_text_under_course_crashes() -> None:
    """`course` as a text is a 500."""
    answer = put(canvas(), "text")

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (500, "internal_server_error")


def test_a_course_with_students_cannot_become_a_blueprint() -> None:
    """Students keep a course from being a blueprint."""
    of = canvas(blueprint=False, active_students=3)

    assert "students" in put(of, {"blueprint": True}).json()["errors"]["master_course"][0]["message"]


def test_a_locked_blueprint_locks_no_syllabus() -> None:
    """An associated course's syllabus is never refused as locked."""
    assert put(canvas(blueprint_locked=True), {"syllabus_body": "<p>New</p>"}).status_code == 200


@pytest.mark.parametrize(
    ("event", "state"), [("offer", "available"), ("claim", "unpublished"), ("conclude", "completed")]
)
def test_events(event: str, state: str) -> None:
    """`course[event]` alone moves the course's state."""
    assert put(canvas(), {"event": event}).json()["workflow_state"] == state


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
    """The list spans the whole tree and takes these filters; a single value for a list of states is ignored."""
    assert listed(query) == ids


def test_a_sub_accounts_courses() -> None:
    """A sub-account's list has its own courses and those below."""
    rows = client(canvas()).get("/api/v1/accounts/11/courses").json()

    assert [row["id"] for row in rows] == [1001, 1002, 1003]


def test_the_list_has_no_last_page() -> None:
    """The total is not computed: `next`, but no `last`."""
    links = client(canvas()).get("/api/v1/accounts/1/courses?per_page=1").headers["link"]

    assert ('rel="next"' in links, 'rel="last"' in links) == (True, False)


def test_an_unknown_term_is_not_found() -> None:
    """A filter by a term that is not there is 404."""
    assert client(canvas()).get("/api/v1/accounts/1/courses?enrollment_term_id=9").json() == NOT_FOUND


def test_a_short_search_term_is_refused() -> None:
    """Fewer than three characters are a 400 that names the field."""
    answer = client(canvas()).get("/api/v1/accounts/1/courses?search_term=ab")
    error = {"field": "search_term", "code": "invalid", "message": "3 or more characters is required"}

    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_a_teacher_may_not_list_an_accounts_courses() -> None:
    """`read_course_list` is an administrator's right."""
    assert client(canvas(role="teacher")).get("/api/v1/accounts/11/courses").json() == NOT_PERMITTED


def test_a_course_is_made() -> None:
    """An administrator makes a course: 200, offered on request, without the syllabus in the answer."""
    of = canvas()
    data = {"course[name]": "Made", "course[syllabus_body]": "<p>Hello</p><script>x</script>", "offer": "true"}
    answer = client(of, "admin").post("/api/v1/accounts/11/courses", data=data)
    made = answer.json()

    assert (answer.status_code, made["name"], made["workflow_state"]) == (200, "Made", "available")
    assert "syllabus_body" not in made
    assert of.tables.courses[made["id"]].syllabus_body == "<p>Hello</p>"
    assert of.tables.courses[1001].name == "Ally scope check sandbox"


def test_a_course_is_deleted_softly() -> None:
    """DELETE wants an event, and deletes softly."""
    admin = client(canvas(), "admin")

    assert admin.delete(COURSE).status_code == 400
    assert admin.delete(COURSE, params={"event": "delete"}).json() == {"delete": True}
    assert admin.get(COURSE).json() == NOT_FOUND
