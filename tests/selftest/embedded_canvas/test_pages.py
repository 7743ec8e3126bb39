"""The embedded Canvas's pages against the fact sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftest.embedded_canvas.content import NEW, NO_READER, PAGE, PAGE_BODY, PAGES, put_page, student
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

KEYS = {
    "page_id", "url", "title", "created_at", "updated_at", "editing_roles", "published", "hide_from_students",
    "front_page", "html_url", "todo_date", "publish_at", "locked_for_user",
}  # fmt: skip
MISSING = {"message": "page not found"}


def urls(query: str = "", **state: Any) -> list[str]:
    """The listed slugs."""
    return [page["url"] for page in client(canvas(**state)).get(f"{PAGES}?{query}").json()]


def test_the_list_has_no_bodies() -> None:
    """A listed page has these keys, and `last_edited_by` if somebody has edited it."""
    edited, imported, _ = client(canvas(blueprint=False)).get(PAGES).json()

    assert (edited.keys(), imported.keys()) == (KEYS | {"last_edited_by"}, KEYS)


def test_the_list_gives_bodies_on_request() -> None:
    """`include[]=body` adds the body."""
    page = client(canvas()).get(PAGES, params={"include[]": "body"}).json()[1]

    assert page["body"] == PAGE_BODY


@pytest.mark.parametrize("state", [{"version": "old"}, {"allow_includes": False}])
def test_bodies_that_are_not_given(state: dict[str, Any]) -> None:
    """Older Canvas has no such include, and without Allow Include Parameters it is dropped."""
    answer = client(canvas(**state)).get(PAGES, params={"include[]": "body"})

    assert (answer.status_code, "body" in answer.json()[1]) == (200, False)


def test_the_single_read_has_the_body() -> None:
    """A single page has the listed keys and a body."""
    page = client(canvas()).get(PAGE).json()

    assert page.keys() == KEYS | {"body"}
    assert page["hide_from_students"] is not page["published"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["welcome", "reading-list", "lab-rules"]),
        ("order=desc", ["lab-rules", "reading-list", "welcome"]),
        ("sort=title", ["lab-rules", "reading-list", "welcome"]),
        ("sort=title&order=desc", ["welcome", "reading-list", "lab-rules"]),
        ("sort=nonsense", ["welcome", "reading-list", "lab-rules"]),
        ("search_term=LIST", ["reading-list"]),
        ("published=true", ["welcome"]),
        ("published=false", ["reading-list", "lab-rules"]),
    ],
)
def test_filters_and_orders(query: str, found: list[str]) -> None:
    """The list is sorted by ID or by `sort` and `order`, and filtered by title and state."""
    assert urls(query) == found


def test_sorting_by_time() -> None:
    """`sort=updated_at` follows the last change."""
    of = canvas()
    put_page(of, f"{PAGES}/welcome", body=NEW)

    assert client(of).get(f"{PAGES}?sort=updated_at&order=desc").json()[0]["url"] == "welcome"


def test_a_short_search_term_is_refused() -> None:
    """Fewer than three characters are a 400."""
    assert client(canvas()).get(f"{PAGES}?search_term=ab").status_code == 400


def test_students_see_published_pages() -> None:
    """For students unpublished pages are neither listed nor readable."""
    browser = client(student())

    assert [page["url"] for page in browser.get(PAGES).json()] == ["welcome"]
    assert browser.get(PAGE).json() == NOT_PERMITTED
    assert browser.get(f"{PAGES}/welcome").json()["body"] == PAGE_BODY


def test_unpublished_pages_need_a_right() -> None:
    """Without `view_unpublished_items` an unpublished page is refused."""
    denied = frozenset({"view_unpublished_items"})

    assert urls(denied=denied) == ["welcome"]
    assert client(canvas(denied=denied)).get(PAGE).json() == NOT_PERMITTED


def test_the_right_is_tested_before_the_tab() -> None:
    """Users who may not read are refused, whether or not the tab is enabled."""
    of = canvas(disabled_tabs=frozenset({"pages"}), denied=NO_READER)

    assert client(of).get(PAGES).json() == NOT_PERMITTED


@pytest.mark.parametrize("identifier", ["reading-list", "Reading%20list", "page_id:3002", "3002", "3002-gone"])
def test_identifiers(identifier: str) -> None:
    """A page is found by its slug, its title, `page_id:`, and an ID that the identifier starts with."""
    assert client(canvas()).get(f"{PAGES}/{identifier}").json()["page_id"] == 3002


def test_a_slug_wins_over_an_id() -> None:
    """A numeric slug is found before the page with that ID."""
    of = canvas()
    put_page(of, f"{PAGES}/lab-rules", title="3002")

    assert client(of).get(f"{PAGES}/3002").json()["page_id"] == 3003


@pytest.mark.parametrize("identifier", ["nothing", "99-nothing", "page_id:99"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_missing_page(method: str, identifier: str) -> None:
    """A missing page is a 404 with its own body."""
    answer = client(canvas(), "admin").request(method, f"{PAGES}/{identifier}")

    assert (answer.status_code, answer.json()) == (404, MISSING)


def test_a_missing_course_comes_first() -> None:
    """A missing course is the standard 404, also for PUT, which then creates no page."""
    of = canvas()
    answer = put_page(of, "/api/v1/courses/0/pages/x")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)
    assert len(of.tables.pages) == 4


def test_a_deleted_page() -> None:
    """A deleted page is a 404 by its slug, and refused by `page_id:`."""
    of = canvas()
    client(of, "admin").delete(PAGE)
    browser = client(of)

    assert browser.get(PAGE).json() == MISSING
    assert browser.get(f"{PAGES}/page_id:3002").json() == NOT_PERMITTED
    assert put_page(of, f"{PAGES}/page_id:3002", body=NEW).json() == NOT_PERMITTED


def test_a_public_action_asks_for_no_user_first() -> None:
    """List and single read look up course and page before they require a user."""
    anonymous = client(canvas(), None)

    assert anonymous.get(f"{PAGES}/nothing").json() == MISSING
    assert anonymous.get(PAGE).json()["status"] == "unauthenticated"


@pytest.mark.parametrize("query", ["", "?include[]=body"])
def test_pages_of_the_block_editor(query: str) -> None:
    """Where Canvas has two editors, a page names its own; one of the block editor has blocks instead of a body."""
    of = canvas(block_editor="some", blueprint=False)
    listed = {page["url"]: page for page in client(of).get(PAGES + query).json()}

    assert {url: page["editor"] for url, page in listed.items()} == {
        "welcome": "block_editor", "reading-list": "block_editor", "lab-rules": "rce",
    }  # fmt: skip
    read = client(of).get(PAGES + "/reading-list").json()
    assert read["block_editor_attributes"]["blocks"] == "[]"
    assert "body" not in read
    assert "body" in client(of).get(PAGES + "/lab-rules").json()
    assert ("block_editor_attributes" in listed["reading-list"]) is bool(query)


def test_older_canvas_has_one_editor() -> None:
    """There a page has a body and no editor."""
    page = client(canvas(block_editor="all", version="old")).get(PAGE).json()

    assert page["body"] == PAGE_BODY
    assert "editor" not in page
