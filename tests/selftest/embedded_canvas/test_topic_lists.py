"""The embedded Canvas's lists of discussion topics against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import TOPIC_MESSAGE, TOPICS, put_topic, student, topic_ids
from tests.selftest.embedded_canvas.driver import canvas, client


def test_the_list_has_messages_and_no_announcements() -> None:
    """The list has each topic's message, and no announcements."""
    topics = client(canvas()).get(TOPICS).json()

    assert {topic["id"]: topic["message"] for topic in topics} == {4001: TOPIC_MESSAGE, 4002: TOPIC_MESSAGE}


def test_announcements_are_listed_alone() -> None:
    """`only_announcements=true` lists announcements and nothing else."""
    topics = client(canvas()).get(f"{TOPICS}?only_announcements=true").json()

    assert [(topic["id"], topic["is_announcement"]) for topic in topics] == [(4003, True)]


def test_plain_messages() -> None:
    """`plain_messages=1` returns the stored text, not rewritten."""
    of = canvas(content="linked", mobile_branding=True)
    browser = client(of)

    assert browser.get(TOPICS).json()[0]["message"].startswith("<link")
    assert browser.get(f"{TOPICS}?plain_messages=1").json()[0]["message"] == of.tables.topics[4002].message


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("scope=pinned", [4002]),
        ("scope=unpinned", [4001]),
        ("scope=locked", [4001]),
        ("scope=unlocked", [4002]),
        ("scope=pinned,unlocked", [4002]),
        ("scope=pinned,locked", []),
        ("search_term=ABOUT", [4002]),
        ("order_by=title", [4001, 4002]),
        ("order_by=position", [4002, 4001]),
        ("order_by=recent_activity", [4002, 4001]),
    ],
)
def test_filters_and_orders(query: str, found: list[int]) -> None:
    """The list is filtered by state and title, and ordered."""
    of = canvas()
    of.tables.topics[4002].pinned = True
    of.tables.topics[4001].locked = True

    assert topic_ids(of, query) == found


@pytest.mark.parametrize("scope", ["pinned,unpinned", "locked,unlocked"])
def test_a_contradictory_scope(scope: str) -> None:
    """A scope that contradicts itself is a 400 with a plain string."""
    answer = client(canvas()).get(f"{TOPICS}?scope={scope}")

    assert (answer.status_code, answer.json()) == (400, {"errors": {"scope": "scope is contradictory"}})


def test_states_are_filtered_after_paging() -> None:
    """`scope=locked` can leave a page short even though there are more."""
    of = canvas()
    of.tables.topics[4001].locked = True
    answer = client(of).get(f"{TOPICS}?scope=locked&per_page=1")

    assert answer.json() == []
    assert 'rel="next"' in answer.headers["link"]


def test_includes_of_sections() -> None:
    """`sections` and `sections_user_count` show where the topic is seen and by how many."""
    query = "include[]=sections&include[]=sections_user_count&include[]=all_dates&include[]=overrides"
    topic = client(canvas(active_students=3)).get(f"{TOPICS}?{query}").json()[0]

    assert [section["id"] for section in topic["sections"]] == [51001]
    assert (topic["user_count"], topic["all_dates"], topic["overrides"]) == (3, [], [])


def test_list_flags_are_for_moderators() -> None:
    """The list of an associated course flags its rows, for moderators."""
    moderator = client(canvas(blueprint_locked=True)).get(TOPICS).json()[0]
    reader = client(student(blueprint_locked=True)).get(TOPICS).json()[0]

    assert (moderator["restricted_by_master_course"], "restricted_by_master_course" in reader) == (True, False)


def test_assignment_descriptions_can_be_left_out() -> None:
    """`exclude_assignment_descriptions` leaves the assignment's copy of the text out of the list."""
    of = canvas()
    put_topic(of, assignment={"points_possible": 5})
    topics = client(of).get(f"{TOPICS}?exclude_assignment_descriptions=1&order_by=title").json()

    assert "description" not in topics[0]["assignment"]
