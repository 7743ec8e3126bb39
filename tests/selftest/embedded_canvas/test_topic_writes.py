"""The embedded Canvas's changes to discussion topics against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import ANNOUNCEMENT, NEW, TOPIC, TOPIC_MESSAGE, TOPICS, put_topic, topic_ids
from tests.selftest.embedded_canvas.driver import COURSE, canvas, client


def test_an_update_answers_with_the_topic() -> None:
    """PUT takes the message at the top level, and is a 200 with the new text and the number of users."""
    answer = put_topic(canvas(active_students=3), message=NEW)

    assert (answer.status_code, answer.json()["message"], answer.json()["user_count"]) == (200, NEW, 3)
    assert answer.json()["title"] == "Introductions"


def test_a_form_does_as_well() -> None:
    """A form body means the same as JSON."""
    assert client(canvas()).put(TOPIC, data={"message": NEW}).json()["message"] == NEW


def test_a_wrapped_message_is_ignored() -> None:
    """There is no wrapper; a message inside one is ignored."""
    of = canvas()
    put_topic(of, discussion_topic={"message": NEW})

    assert of.tables.topics[4001].message == TOPIC_MESSAGE


@pytest.mark.parametrize("sent", [None, ""])
def test_a_message_can_be_emptied(sent: str | None) -> None:
    """Null and blank read back as sent."""
    assert put_topic(canvas(), message=sent).json()["message"] == sent


@pytest.mark.parametrize(
    ("field", "sent", "shown"),
    [
        ("published", True, True),
        ("pinned", "true", True),
        ("locked", "1", True),
        ("discussion_type", "threaded", "threaded"),
        ("lock_at", "2026-05-01T14:00:00+02:00", "2026-05-01T12:00:00Z"),
        ("require_initial_post", True, True),
        ("allow_rating", True, True),
        ("todo_date", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z"),
        ("sort_order", "asc", "asc"),
        ("expanded", True, True),
        ("title", "", "No Title"),
    ],
)
def test_fields_are_read_by_their_type(field: str, sent: object, shown: object) -> None:
    """Each field is parsed by its type."""
    assert put_topic(canvas(), **{field: sent}).json()[field] == shown


def test_older_canvas_drops_newer_fields() -> None:
    """Older Canvas ignores `sort_order`, right or wrong."""
    assert put_topic(canvas(version="old"), sort_order="nonsense").status_code == 200


def test_a_changed_date_unlocks() -> None:
    """A new `lock_at` overrides the lock."""
    of = canvas()
    put_topic(of, locked=True)

    assert put_topic(of, lock_at="2999-01-01T00:00:00Z").json()["locked"] is False


@pytest.mark.parametrize(("version", "locked"), [("new", False), ("old", True)])
def test_updating_an_announcement_may_unlock_it(version: str, *, locked: bool) -> None:
    """Newer Canvas unlocks an announcement whose update does not say `locked`."""
    of = canvas(version=version)
    of.tables.topics[4003].locked = True

    assert put_topic(of, ANNOUNCEMENT, message=NEW).json()["locked"] is locked


def test_a_graded_topic_copies_to_its_assignment() -> None:
    """`assignment` makes a topic graded; the assignment follows its title and message."""
    of = canvas()
    graded = put_topic(of, assignment={"points_possible": 5}).json()
    put_topic(of, title="Graded", message=NEW)
    copy = client(of).get(f"{COURSE}/assignments/{graded['assignment_id']}").json()

    assert (copy["name"], copy["description"]) == ("Graded", NEW)
    assert copy["discussion_topic"]["id"] == 4001
    assert graded["assignment"]["id"] == graded["assignment_id"]


def test_a_topic_is_made() -> None:
    """POST creates a topic: 200, unpublished by default."""
    admin = client(canvas(), "admin")
    answer = admin.post(TOPICS, data={"title": "Probe", "message": "<p>seed</p>", "published": "false"})

    assert (answer.status_code, answer.json()["published"]) == (200, False)
    assert answer.json()["author"]["display_name"] == "Alex Administrator"


def test_an_announcement_is_made() -> None:
    """`is_announcement` creates an announcement, which is published immediately."""
    of = canvas()
    made = client(of, "admin").post(TOPICS, data={"title": "News", "is_announcement": "true"}).json()

    assert (made["published"], made["is_announcement"]) == (True, True)
    assert made["id"] in topic_ids(of, "only_announcements=true")
