"""Refused changes to the embedded Canvas's discussion topics, against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import ANNOUNCEMENT, NEW, TOPIC, TOPIC_MESSAGE, put_topic
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, canvas, client


@pytest.mark.parametrize("right", ["read_forum", "moderate_forum"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_changing_needs_rights(method: str, right: str) -> None:
    """Changing and deleting need the right to read the forum and to moderate it."""
    scope = f"url:{method}|/api/v1/courses/:course_id/discussion_topics/:topic_id"
    of = canvas(scopes=(scope,), denied=frozenset({right}))
    answer = client(of).request(method, TOPIC, json={"message": NEW})

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


@pytest.mark.parametrize(
    ("path", "fields", "errors"),
    [
        (TOPIC, {"sort_order": "sideways"}, {"sort_order": "is not a sort order"}),
        (
            ANNOUNCEMENT,
            {"group_category_id": 5},
            {"group": "announcements have no groups"},
        ),
        (
            TOPIC,
            {"todo_date": "2026-05-01T12:00:00Z", "assignment": {"points_possible": 5}},
            {"todo_date": "graded topics have none"},
        ),
    ],
)
def test_refusals_in_bare_strings(path: str, fields: dict[str, Any], errors: dict[str, str]) -> None:
    """The controller's own rules are refused with plain strings, and nothing changes."""
    of = canvas()
    before = of.tables.digest()
    answer = put_topic(of, path, message=NEW, **fields)

    assert (answer.status_code, answer.json()) == (400, {"errors": errors})
    assert of.tables.digest() == before


def test_to_do_dates_need_a_right() -> None:
    """Without `manage_course_content_add` a to-do date is refused with a plain string."""
    answer = put_topic(canvas(denied=frozenset({"manage_course_content_add"})), todo_date="2026-05-01T12:00:00Z")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["todo_date"])


@pytest.mark.parametrize(
    ("fields", "attribute"),
    [
        ({"title": "x" * 256}, "title"),
        ({"message": "x" * 512_000}, "message"),
        ({"message": "<div>" * 2001}, "message"),
        ({"discussion_type": "shouting"}, "discussion_type"),
    ],
)
def test_validation(fields: dict[str, Any], attribute: str) -> None:
    """The model's refusals are a 400 with objects, and nothing changes."""
    of = canvas()
    before = of.tables.digest()
    answer = put_topic(of, **fields)

    assert answer.status_code == 400
    assert answer.json()["errors"][attribute][0].keys() == {"attribute", "type", "message"}
    assert of.tables.digest() == before


@pytest.mark.parametrize(("sections", "status"), [("all", 200), ("51001", 200), ("9", 404)])
def test_specific_sections(sections: str, status: int) -> None:
    """Sections that the course does not have are a 404."""
    assert put_topic(canvas(), specific_sections=sections).status_code == status


def test_a_locked_message_is_refused() -> None:
    """A blueprint's lock is a 400 under `base`; the same text passes."""
    of = canvas(blueprint_locked=True)
    text = "cannot change column(s): message - locked by Master Course"

    assert put_topic(of, message=NEW).json()["errors"]["base"][0]["message"] == text
    assert put_topic(of, message=TOPIC_MESSAGE).status_code == 200


def test_a_locked_topic_cannot_be_deleted() -> None:
    """Deleting a locked topic gets the refusal of a missing right."""
    assert client(canvas(blueprint_locked=True), "admin").delete(TOPIC).json() == NOT_PERMITTED
