"""The embedded Canvas's changes to pages against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import NEW, PAGE, PAGE_BODY, PAGES, put_page
from tests.selftest.embedded_canvas.driver import canvas, client

MISSING = {"message": "page not found"}


def test_the_front_page_cannot_be_deleted() -> None:
    """Deleting the front page is a 400 under `front_page`."""
    answer = client(canvas(), "admin").delete(f"{PAGES}/welcome")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["front_page"])


def test_an_update_answers_with_the_page() -> None:
    """PUT is 200 with the new body; URL and title stay."""
    answer = put_page(canvas(), body=NEW)

    assert (answer.status_code, answer.json()["body"]) == (200, NEW)
    assert (answer.json()["url"], answer.json()["title"]) == ("reading-list", "Reading list")


def test_the_last_editor_is_kept() -> None:
    """Any PUT, even an empty one, makes the caller the last editor."""
    of = canvas()

    assert "last_edited_by" not in client(of).get(PAGE).json()
    assert put_page(of).json()["last_edited_by"]["display_name"] == "Ally Integration"


@pytest.mark.parametrize(
    ("fields", "revision"),
    [
        ({}, 1),
        ({"body": PAGE_BODY}, 1),
        ({"published": True}, 1),
        ({"editing_roles": "teachers,students"}, 1),
        ({"body": NEW}, 2),
        ({"title": "Books"}, 2),
        ({"student_todo_at": "2026-02-01T00:00:00Z"}, 2),
    ],
)
def test_revisions(fields: dict[str, Any], revision: int) -> None:
    """A revision is kept only if more than editor, times, state or roles changed."""
    of = canvas()
    put_page(of, **fields)

    assert of.tables.pages[3002].revision == revision


@pytest.mark.parametrize(
    ("fields", "moves"), [({"body": PAGE_BODY}, False), ({"published": True}, False), ({"body": NEW}, True)]
)
def test_updated_at_is_the_last_change_of_title_or_body(fields: dict[str, Any], *, moves: bool) -> None:
    """`updated_at` moves with title and body only."""
    assert (put_page(canvas(), **fields).json()["updated_at"] > "2026-01-15T09:00:00Z") is moves


def test_a_new_title_changes_the_url() -> None:
    """The slug follows the title, and the old slug no longer works."""
    of = canvas()

    assert put_page(of, title="Books & papers").json()["url"] == "books-and-papers"
    assert client(of).get(PAGE).json() == MISSING


def test_a_title_that_is_taken_is_numbered() -> None:
    """A duplicate title gets `-2`, and so does its slug."""
    shown = put_page(canvas(), title="Lab rules").json()

    assert (shown["title"], shown["url"]) == ("Lab rules-2", "lab-rules-2")


def test_a_numbered_title_that_is_taken_is_refused() -> None:
    """A duplicate title that already ends in a number is a 400."""
    of = canvas()
    put_page(of, title="Lab rules")
    answer = put_page(of, f"{PAGES}/welcome", title="Lab rules-2")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["title"])


@pytest.mark.parametrize(
    ("path", "fields", "attributes"),
    [
        (PAGE, {"editing_roles": "bogus"}, ["editing_roles"]),
        (PAGE, {"editing_roles": ""}, ["editing_roles"]),
        (f"{PAGES}/welcome", {"published": False}, ["published"]),
        (PAGE, {"front_page": True}, ["front_page"]),
        (PAGE, {"front_page": True, "published": False}, ["front_page", "published"]),
        (PAGE, {"title": " "}, ["title"]),
        (PAGE, {"title": "!?"}, ["title"]),
        (PAGE, {"title": "x" * 256}, ["title"]),
        (PAGE, {"body": "x" * 512_000}, ["body"]),
        (PAGE, {"body": "<div>" * 10_001}, ["body"]),
    ],
)
def test_validation(path: str, fields: dict[str, Any], attributes: list[str]) -> None:
    """Each of these is a 400 under its attributes, and changes nothing."""
    of = canvas()
    before = of.tables.digest()
    answer = put_page(of, path, **fields)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, attributes)
    assert answer.json()["errors"][attributes[0]][0].keys() == {"attribute", "type", "message"}
    assert of.tables.digest() == before


def test_older_parsers_know_no_depth() -> None:
    """Older Canvas has no limit on nesting."""
    assert put_page(canvas(version="old"), body="<div>" * 10_001).status_code == 200


@pytest.mark.parametrize("published", ["", None])
def test_a_blank_state_is_ignored(published: str | None) -> None:
    """A blank form field `published` is ignored; null unpublishes."""
    of = canvas()
    put_page(of, published=True)

    assert put_page(of, published=published).json()["published"] is (published == "")


def test_a_page_becomes_the_front_page() -> None:
    """There is only one front page; a new one replaces the old."""
    of = canvas()
    put_page(of, published=True, front_page=True)

    assert [page["url"] for page in client(of).get(PAGES).json() if page["front_page"]] == ["reading-list"]


def test_text_under_wiki_page_crashes() -> None:
    """A text as `wiki_page` is a 500."""
    assert client(canvas()).put(PAGE, json={"wiki_page": "text"}).status_code == 500


def test_a_missing_page_is_made_by_put() -> None:
    """PUT on a missing page creates it, unpublished for those who may publish, with a title from the slug."""
    answer = put_page(canvas(), f"{PAGES}/week-one_notes", body=NEW)
    shown = answer.json()

    assert answer.status_code == 200
    assert (shown["title"], shown["url"], shown["published"]) == ("Week One Notes", "week-one-notes", False)
    assert shown["body"] == NEW


def test_an_empty_put_makes_a_page_too() -> None:
    """No body is needed; an unknown number becomes a title."""
    assert put_page(canvas(), f"{PAGES}/999").json()["title"] == "999"


def test_a_bogus_field_keeps_a_page_from_being_made() -> None:
    """A PUT on a missing page that fails validation creates nothing."""
    of = canvas()

    assert put_page(of, f"{PAGES}/week-one", editing_roles="bogus").status_code == 400
    assert len(of.tables.pages) == 4


def test_a_page_is_made() -> None:
    """POST creates a page: 200, unpublished, with a default title if none is sent."""
    admin = client(canvas(), "admin")
    data = {"wiki_page[title]": "Probe page", "wiki_page[body]": "<p>seed</p>", "wiki_page[published]": "false"}
    answer = admin.post(PAGES, data=data)

    assert (answer.status_code, answer.json()["url"], answer.json()["published"]) == (200, "probe-page", False)
    assert admin.post(PAGES).json()["title"] == "Page"
