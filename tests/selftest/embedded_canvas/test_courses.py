"""The embedded Canvas's courses against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import COURSE_KEYS, put_course
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client

SYLLABUS = {"include[]": "syllabus_body"}


def test_the_keys_of_a_course() -> None:
    """For an administrator a course has these keys, and an empty list of enrollments."""
    assert client(canvas()).get(COURSE).json().keys() == COURSE_KEYS | {"enrollments"}


def test_a_teacher_sees_own_enrollments_and_fewer_ids() -> None:
    """An enrolled teacher sees the enrollment, but not the SIS import's ID."""
    course = client(canvas(role="teacher")).get(COURSE).json()

    assert [each["type"] for each in course["enrollments"]] == ["teacher"]
    assert "sis_course_id" in course
    assert "sis_import_id" not in course


def test_a_blueprint_shows_its_restrictions() -> None:
    """A blueprint course lists what it locks."""
    assert client(canvas(sandbox_is_blueprint=True)).get(COURSE).json()["blueprint_restrictions"]["content"] is True


@pytest.mark.parametrize("name", ["999", "abc", "self", "0"])
def test_an_unknown_course_is_not_found(name: str) -> None:
    """Unknown and malformed IDs get the same answer; there is no course `self`."""
    answer = client(canvas()).get(f"/api/v1/courses/{name}")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


def test_a_deleted_course_is_not_found_but_on_request() -> None:
    """A deleted course is not found, unless `include[]=all_courses` asks for it."""
    browser = client(canvas(course_state="deleted"))

    assert browser.get(COURSE).status_code == 404
    assert browser.get(COURSE, params={"include[]": "all_courses"}).json()["workflow_state"] == "deleted"


@pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 401)])
def test_reading_needs_a_right(version: str, status: int) -> None:
    """An administrator whose role may not view course content is refused, with the version's status."""
    answer = client(canvas(denied=frozenset({"read_course_content"}), version=version)).get(COURSE)

    assert (answer.status_code, answer.json()) == (status, NOT_PERMITTED)


@pytest.mark.parametrize(("state", "status"), [("unpublished", 403), ("available", 200)])
def test_students_read_published_courses(state: str, status: int) -> None:
    """A student may read a course once it is published."""
    assert client(canvas(role="student", course_state=state)).get(COURSE).status_code == status


def test_a_teacher_has_no_rights_elsewhere() -> None:
    """A teacher of the sandbox course has no rights in another."""
    assert client(canvas(role="teacher")).get("/api/v1/courses/1003").json() == NOT_PERMITTED


def test_the_single_read_asks_for_no_user_first() -> None:
    """Without a token an unknown course is 404, and a course that is not public is 401."""
    anonymous = client(canvas(), None)

    assert anonymous.get("/api/v1/courses/999").status_code == 404
    assert anonymous.get(COURSE).json()["status"] == "unauthenticated"


def test_the_syllabus_comes_with_its_include() -> None:
    """`syllabus_body` is returned only on request."""
    browser = client(canvas())

    assert "syllabus_body" not in browser.get(COURSE).json()
    assert browser.get(COURSE, params=SYLLABUS).json()["syllabus_body"] == "<p>Welcome to this syllabus.</p>"


def test_an_empty_syllabus_is_null() -> None:
    """A course that never had a syllabus has the key, with null."""
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


def test_a_null_public_description_has_no_key() -> None:
    """`public_description` is absent if it is null, even if it is asked for."""
    of = canvas()
    query = {"include[]": "public_description"}

    assert "public_description" not in client(of).get(COURSE, params=query).json()
    put_course(of, {"public_description": "Labs"})
    assert client(of).get(COURSE, params=query).json()["public_description"] == "Labs"


def test_updated_at_comes_as_an_include() -> None:
    """`updated_at` is shown only if included by its column's name, and moves with a real change."""
    of = canvas()
    query = {"include[]": "updated_at"}
    seeded = client(of).get(COURSE, params=query).json()["updated_at"]
    put_course(of, {"syllabus_body": "<p>Welcome to this syllabus.</p>"})

    assert client(of).get(COURSE, params=query).json()["updated_at"] == seeded == "2026-01-15T09:00:00Z"
    put_course(of, {"syllabus_body": "<p>New</p>"})
    assert client(of).get(COURSE, params=query).json()["updated_at"] > seeded
