"""The embedded Canvas's refusals through canvasapi: each raises the exception that canvasapi has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from canvasapi.exceptions import (
    BadRequest,
    CanvasException,
    Forbidden,
    InvalidAccessToken,
    RateLimitExceeded,
    ResourceDoesNotExist,
    Unauthorized,
)

from scopecheck.embedded_canvas.config import Fault
from tests.selftest.embedded_canvas.other_client import Visit, visiting

INSUFFICIENT = [{"message": "Insufficient scopes on access token."}]
PUT_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"

Call = Callable[[Visit], Any]

OUTSIDE: dict[str, Call] = {
    "enrollments": lambda visit: list(visit.course.get_enrollments()),
    "new page": lambda visit: visit.course.create_page({"title": "x"}),
    "own user": lambda visit: visit.canvas.get_user("self"),
    "conversations": lambda visit: visit.canvas.conversations_unread_count(),
}
ABSENT: dict[str, Call] = {
    "course": lambda visit: visit.canvas.get_course(0),
    "account": lambda visit: visit.canvas.get_account(99),
    "page": lambda visit: visit.course.get_page("nowhere"),
    "assignment": lambda visit: visit.course.get_assignment(9),
    "topic": lambda visit: visit.course.get_discussion_topic(9),
    "quiz": lambda visit: visit.course.get_quiz(9),
    "file": lambda visit: visit.course.get_file(9),
}
UNUSABLE: dict[str, Call] = {
    "editing_roles": lambda visit: visit.course.get_page("welcome").edit(wiki_page={"editing_roles": "bogus"}),
    "assignment is missing": lambda visit: visit.course.get_assignment(2001).edit(),
    "invalid_quiz_type": lambda visit: visit.course.get_quiz(4501).edit(quiz={"quiz_type": "oral"}),
    "3 or more characters": lambda visit: list(visit.course.get_pages(search_term="x")),
}
"""Requests that fail validation, by words in the answer."""


def edit_page(visit: Visit) -> None:
    """Edit a page that was read first."""
    visit.course.get_page("reading-list").edit(wiki_page={"body": "<p>New</p>"})


def test_a_missing_scope() -> None:
    """It is Unauthorized with Canvas's message, not a bad token, since the answer has no WWW-Authenticate."""
    with visiting(missing_on_token=frozenset({PUT_PAGE})) as visit, pytest.raises(Unauthorized) as caught:
        edit_page(visit)

    assert caught.value.message == INSUFFICIENT


def test_a_missing_scope_closes_one_endpoint_only() -> None:
    """Other calls to the same object go through, and nothing is changed."""
    with visiting(missing_on_token=frozenset({PUT_PAGE})) as visit:
        before = visit.tables.digest()
        page = visit.course.get_page("reading-list")
        with pytest.raises(Unauthorized):
            page.edit(wiki_page={"body": "<p>New</p>"})

        assert visit.course.get_page("reading-list").body == page.body
        assert visit.tables.digest() == before


@pytest.mark.parametrize("call", OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_outside_the_scopes(ally: Visit, call: Call) -> None:
    """Endpoints outside the integration's scopes are refused in the same way."""
    with pytest.raises(Unauthorized) as caught:
        call(ally)

    assert caught.value.message == INSUFFICIENT


def test_the_number_of_an_error_report() -> None:
    """If Canvas sends one, canvasapi has it along with the message."""
    with (
        visiting(missing_on_token=frozenset({PUT_PAGE}), error_report_ids=True) as visit,
        pytest.raises(Unauthorized) as caught,
    ):
        edit_page(visit)

    assert caught.value.error_report_id > 0
    assert caught.value.message == INSUFFICIENT


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"token_state": "unknown"}, "Invalid access token."),
        ({"token_state": "expired"}, "Invalid access token."),
        ({"token_state": "permanently-expired"}, "Expired access token."),
        ({"token_state": "revoked"}, "Revoked access token."),
        ({"token_state": "revoked", "version": "old"}, "Invalid access token."),
        ({"key_state": "off"}, "Invalid access token."),
        ({"key_workflow": "inactive"}, "Invalid access token."),
    ],
)
def test_a_bad_token(state: dict[str, Any], message: str) -> None:
    """It is InvalidAccessToken, whatever is wrong with token or key, since the answer has WWW-Authenticate."""
    with visiting(**state) as visit, pytest.raises(InvalidAccessToken) as caught:
        _ = visit.course

    assert caught.value.message[0]["message"] == message


def test_no_token() -> None:
    """It is InvalidAccessToken too, with another message."""
    with visiting(None) as visit, pytest.raises(InvalidAccessToken, match="user authorization required"):
        list(visit.canvas.get_accounts())


@pytest.mark.parametrize(("version", "expected"), [("new", Forbidden), ("old", Unauthorized)])
def test_a_missing_right(version: str, expected: type[CanvasException]) -> None:
    """Today it is Forbidden; on older Canvas only its message tells it from a missing scope."""
    state = {"version": version, "denied": frozenset({"manage_wiki_update"})}
    with visiting(**state) as visit, pytest.raises(expected, match="user not authorized to perform that action"):
        edit_page(visit)


@pytest.mark.parametrize("call", ABSENT.values(), ids=ABSENT)
def test_what_is_not_there(ally: Visit, call: Call) -> None:
    """It is ResourceDoesNotExist, whatever the body says."""
    with pytest.raises(ResourceDoesNotExist):
        call(ally)


@pytest.mark.parametrize("words", UNUSABLE)
def test_what_canvas_cannot_use(ally: Visit, words: str) -> None:
    """It is BadRequest, with the body as text."""
    with pytest.raises(BadRequest, match=words):
        UNUSABLE[words](ally)


@pytest.mark.parametrize(("kind", "expected"), [("throttle-403", Forbidden), ("throttle-429", RateLimitExceeded)])
def test_the_throttle(kind: Any, expected: type[CanvasException]) -> None:
    """With 403 only its text tells it from a missing right; 429 has an exception of its own."""
    with visiting(faults=(Fault(kind),)) as visit, pytest.raises(expected, match="Rate Limit Exceeded"):
        _ = visit.course


def test_a_crash() -> None:
    """Without an exception of its own, it is named by its status."""
    with visiting(faults=(Fault("500"),)) as visit, pytest.raises(CanvasException, match="status code 500"):
        _ = visit.course


@pytest.mark.parametrize(("allowed", "syllabus"), [(True, True), (False, False)])
def test_includes_are_dropped_silently(allowed: bool, syllabus: bool) -> None:
    """Without Allow Include Parameters nothing is raised, and the included field is missing."""
    with visiting(allow_includes=allowed) as visit:
        course = visit.canvas.get_course(1001, include=["syllabus_body"])

        assert hasattr(course, "syllabus_body") is syllabus
