"""What assignments, pages, topics and quizzes have in common, against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import ASSIGNMENTS, NO_READER, PAGE, PAGES, QUIZ, QUIZZES, TOPIC, TOPICS
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client


@pytest.mark.parametrize("collection", [ASSIGNMENTS, TOPICS, QUIZZES])
@pytest.mark.parametrize("number", ["0", "9", "x"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_one_is_not_found(method: str, number: str, collection: str) -> None:
    """Unknown and malformed IDs get the same answer, whatever the method; pages differ."""
    answer = client(canvas(), "admin").request(method, f"{collection}/{number}")

    assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("collection", [ASSIGNMENTS, PAGES, TOPICS, QUIZZES])
def test_lists_need_the_course(collection: str) -> None:
    """Without a permission to read the course its lists are refused; pages also go with the right to write them."""
    answer = client(canvas(denied=NO_READER)).get(collection)

    assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


@pytest.mark.parametrize(("tab", "collection", "one"), [("pages", PAGES, PAGE), ("quizzes", QUIZZES, QUIZ)])
def test_a_disabled_tab(tab: str, collection: str, one: str) -> None:
    """If the tab is disabled the list is a 404 with its own body, while single objects can still be read."""
    browser = client(canvas(disabled_tabs=frozenset({tab})))
    answer = browser.get(collection)

    assert (answer.status_code, answer.json()) == (404, {"message": "That page has been disabled for this course"})
    assert browser.get(one).status_code == 200


@pytest.mark.parametrize("path", [COURSE, PAGE, TOPIC, QUIZ])
def test_an_empty_update_changes_nothing(path: str) -> None:
    """A PUT without a body is 200, except for assignments, whose wrapper is required."""
    of = canvas()
    before = of.tables.digest()

    assert client(of).put(path).status_code == 200
    assert of.tables.digest() == before
