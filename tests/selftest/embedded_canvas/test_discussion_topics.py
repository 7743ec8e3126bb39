"""The embedded Canvas's discussion topics against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import ANNOUNCEMENT, NEW, TOPIC, TOPICS, put_topic, student, topic_ids
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

KEYS = {
    "id", "title", "message", "html_url", "url", "created_at", "posted_at", "delayed_post_at", "lock_at",
    "last_reply_at", "todo_date", "assignment_id", "root_topic_id", "position", "discussion_type",
    "podcast_has_student_posts", "podcast_url", "require_initial_post", "user_can_see_posts", "allow_rating",
    "only_graders_can_rate", "sort_by_rating", "is_section_specific", "anonymous_state", "user_name",
    "discussion_subentry_count", "read_state", "unread_count", "subscribed", "permissions", "published",
    "can_unpublish", "locked", "can_lock", "comments_disabled", "pinned", "group_category_id", "can_group",
    "topic_children", "group_topic_children", "author", "attachments", "locked_for_user", "is_announcement",
    "sections",
}  # fmt: skip
NEWER = {"summary_enabled", "ungraded_discussion_overrides", "sort_order", "sort_order_locked", "expanded",
         "expanded_locked"}  # fmt: skip


@pytest.mark.parametrize(("version", "keys"), [("new", KEYS | NEWER), ("old", KEYS)])
def test_the_keys_of_a_topic(version: str, keys: set[str]) -> None:
    """Listed or read on its own, a topic has these keys; newer Canvas has more."""
    browser = client(canvas(blueprint=False, version=version))

    assert browser.get(TOPIC).json().keys() == keys
    assert browser.get(TOPICS).json()[0].keys() == keys


def test_the_author_is_shown() -> None:
    """The author is shown with name and picture."""
    topic = client(canvas()).get(TOPIC).json()

    assert topic["author"]["display_name"] == topic["user_name"] == "Casey Colleague"


@pytest.mark.parametrize("version", ["new", "old"])
def test_permissions_follow_the_right(version: str) -> None:
    """`permissions` say what the caller may do; newer Canvas has one more."""
    allowed = client(canvas(version=version)).get(TOPIC).json()["permissions"]
    denied = client(student(version=version)).get(TOPIC).json()["permissions"]

    assert ("manage_assign_to" in allowed) is (version == "new")
    assert (allowed["update"], denied["update"]) == (True, False)


@pytest.mark.parametrize(("path", "right"), [(TOPICS, "read"), (TOPICS, "read_forum"), (TOPIC, "read_forum"),
                                             (ANNOUNCEMENT, "read_announcements")])  # fmt: skip
def test_reading_needs_rights(path: str, right: str) -> None:
    """Course, forum and announcements each need their own right."""
    answer = client(canvas(denied=frozenset({right}))).get(path)

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


def test_a_deleted_topic_is_not_found() -> None:
    """A soft-deleted topic is gone for the API, including PUT."""
    of = canvas()
    answer = client(of, "admin").delete(TOPIC).json()

    assert (answer["workflow_state"], "deleted_at" in answer) == ("deleted", True)
    assert client(of).get(TOPIC).json() == NOT_FOUND
    assert put_topic(of, message=NEW).json() == NOT_FOUND
    assert topic_ids(of) == [4002]


def test_students_see_published_topics() -> None:
    """For students an unpublished topic is neither listed nor readable."""
    of = student()

    assert topic_ids(of) == [4001]
    assert client(of).get(f"{TOPICS}/4002").json() == NOT_PERMITTED


def test_a_delayed_topic_is_null_to_students() -> None:
    """A delayed topic is answered with a literal null."""
    of = student()
    of.tables.topics[4001].settings["delayed_post_at"] = "2999-01-01T00:00:00Z"
    answer = client(of).get(TOPIC)

    assert (answer.status_code, answer.json()) == (200, None)
    assert topic_ids(of) == []


def test_an_initial_post_is_owed() -> None:
    """Students who have to post first get a 403 in plain text; moderators do not."""
    of = student()
    of.tables.topics[4001].settings["require_initial_post"] = True
    answer = client(of).get(TOPIC)

    assert (answer.status_code, answer.text) == (403, "require_initial_post")
    assert client(of, "admin").get(TOPIC).json()["require_initial_post"] is True
