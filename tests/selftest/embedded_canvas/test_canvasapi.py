"""A course's content through canvasapi: listed, read, edited, restored, created, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from canvasapi.exceptions import ResourceDoesNotExist

from scopecheck.embedded_canvas.known import BEGAN
from tests.selftest.embedded_canvas.other_client import Visit

NEW = "<h2>Reworked</h2><p>With a heading.</p>"


@dataclass(frozen=True)
class Kind:
    """One kind of content: how canvasapi lists, reads, edits and creates it, and which field has its text."""

    name: str
    text: str
    key: object
    """The argument that finds the seeded object."""
    read: Callable[[Any, Any], Any]
    every: Callable[[Any], Any]
    edit: Callable[[Any, str], Any]
    make: Callable[[Any, str], Any]
    says: dict[str, object]
    """The seeded object's own values."""

    def listed(self, course: Any, name: object) -> Any:
        """The object with this name in the course's list."""
        return next(each for each in self.every(course) if getattr(each, self.name) == name)


KINDS = {
    "pages": Kind(
        "title", "body", "reading-list",
        lambda course, key: course.get_page(key),
        lambda course: course.get_pages(),
        lambda page, html: page.edit(wiki_page={"body": html}),
        lambda course, name: course.create_page({"title": name, "body": NEW}),
        {"title": "Reading list", "page_id": 3002, "published": False},
    ),
    "assignments": Kind(
        "name", "description", 2001,
        lambda course, key: course.get_assignment(key),
        lambda course: course.get_assignments(),
        lambda assignment, html: assignment.edit(assignment={"description": html}),
        lambda course, name: course.create_assignment({"name": name, "description": NEW}),
        {"name": "Essay 1", "id": 2001, "published": False},
    ),
    "topics": Kind(
        "title", "message", 4001,
        lambda course, key: course.get_discussion_topic(key),
        lambda course: course.get_discussion_topics(),
        lambda topic, html: topic.update(message=html),
        lambda course, name: course.create_discussion_topic(title=name, message=NEW),
        {"title": "Introductions", "id": 4001, "is_announcement": False},
    ),
    "quizzes": Kind(
        "title", "description", 4501,
        lambda course, key: course.get_quiz(key),
        lambda course: course.get_quizzes(),
        lambda quiz, html: quiz.edit(quiz={"description": html}),
        lambda course, name: course.create_quiz({"title": name, "description": NEW, "quiz_type": "practice_quiz"}),
        {"title": "Self test", "id": 4501, "quiz_type": "practice_quiz"},
    ),
}  # fmt: skip

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@each_kind
def test_one_is_read(ally: Visit, kind: Kind) -> None:
    """A single object has its name, ID and text."""
    found = kind.read(ally.course, kind.key)

    assert {name: getattr(found, name) for name in kind.says} == kind.says
    assert getattr(found, kind.text).startswith("<p>Welcome to this ")


@each_kind
def test_what_is_listed_can_be_edited(ally: Visit, kind: Kind) -> None:
    """An object from a list can be edited like one that was read on its own."""
    kind.edit(kind.listed(ally.course, kind.says[kind.name]), NEW)

    assert getattr(kind.read(ally.course, kind.key), kind.text) == NEW


@each_kind
def test_an_edit_is_answered(ally: Visit, kind: Kind) -> None:
    """The answer to an edit contains the new text."""
    assert getattr(kind.edit(kind.read(ally.course, kind.key), NEW), kind.text) == NEW


@each_kind
def test_the_old_text_can_be_put_back(ally: Visit, kind: Kind) -> None:
    """After the old text is written back, nothing has changed."""
    before = ally.tables.digest()
    found = kind.read(ally.course, kind.key)
    old = getattr(found, kind.text)
    kind.edit(found, NEW)
    changed = ally.tables.digest()
    kind.edit(found, old)

    assert changed != before
    assert ally.tables.digest() == before


@each_kind
def test_what_is_made_is_listed(admin: Visit, kind: Kind) -> None:
    """A new object is immediately listed, under its name."""
    made = kind.make(admin.course, "Made by another")

    assert getattr(made, kind.text) == NEW
    assert kind.listed(admin.course, "Made by another")


@each_kind
def test_what_is_made_can_be_deleted(admin: Visit, kind: Kind) -> None:
    """Found through the list and deleted, it leaves the course unchanged."""
    before = admin.tables.digest()
    kind.make(admin.course, "Made by another")
    made = admin.tables.digest()
    kind.listed(admin.course, "Made by another").delete()

    assert made != before
    assert admin.tables.digest() == before


@pytest.mark.parametrize("name", ["pages", "assignments", "topics"])
def test_what_is_deleted_is_gone(admin: Visit, name: str) -> None:
    """A deleted object is no longer found; quizzes are the exception (see their own tests)."""
    kind = KINDS[name]
    kind.listed(admin.course, kind.says[kind.name]).delete()

    with pytest.raises(ResourceDoesNotExist):
        kind.read(admin.course, kind.key)


def test_a_list_of_pages_has_no_texts(ally: Visit) -> None:
    """The body comes with the single page, or with a list that is asked to include it."""
    pages, with_bodies = ally.course.get_pages(), ally.course.get_pages(include=["body"])

    assert not any(hasattr(page, "body") for page in pages)
    assert all(page.body for page in with_bodies)


def test_a_list_is_searched(ally: Visit) -> None:
    """A search term keeps the objects that have it in their name."""
    assert [str(page) for page in ally.course.get_pages(search_term="lab")] == ["Lab rules (lab-rules)"]


def test_announcements_are_topics(ally: Visit) -> None:
    """They are listed only on request."""
    assert [topic.id for topic in ally.course.get_discussion_topics(only_announcements=True)] == [4003]


def test_times_are_read(ally: Visit) -> None:
    """canvasapi parses times, and gets them right."""
    assert ally.course.get_assignment(2001).created_at_date == BEGAN


def test_the_syllabus_is_edited(ally: Visit) -> None:
    """The answer has the course without its syllabus, which is read back with an include."""
    course = ally.course
    course.update(course={"syllabus_body": NEW})

    assert not hasattr(course, "syllabus_body")
    assert ally.canvas.get_course(course.id, include=["syllabus_body"]).syllabus_body == NEW


def test_the_syllabus_is_put_back(ally: Visit) -> None:
    """After the old syllabus is written back, nothing has changed."""
    before = ally.tables.digest()
    course = ally.canvas.get_course(1001, include=["syllabus_body", "term"])
    old = course.syllabus_body
    for text in (NEW, old):
        course.update(course={"syllabus_body": text})

    assert old == "<p>Welcome to this syllabus.</p>"
    assert ally.tables.digest() == before


def test_a_page_that_is_not_there_is_made(ally: Visit) -> None:
    """Editing a page that does not exist creates it, so this must never be used as a probe."""
    page = ally.course.get_page("lab-rules")
    page.url = "field-trips"
    page.edit(wiki_page={"body": NEW})

    assert ally.course.get_page("field-trips").title == "Field Trips"


def test_a_long_list_is_read_to_its_end(ally: Visit) -> None:
    """The links lead through three pages of a hundred, and nothing is missing or duplicated."""
    first = ally.tables.pages[3002]
    copies = {number: replace(first, id=number, url=f"copy-{number}", title=f"Copy {number}")
              for number in range(60_001, 60_231)}  # fmt: skip
    ally.tables.pages |= copies
    course, before = ally.course, ally.server.requests
    ids = [page.page_id for page in course.get_pages()]

    assert ally.server.requests - before == 3
    assert sorted(ids) == [3001, 3002, 3003, *copies]
