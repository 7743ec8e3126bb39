"""Routes that the embedded Canvas lacks: their gates are there, and behind them is nothing."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.driver import NOT_FOUND, canvas, client

TABS = "url:GET|/api/v1/courses/:course_id/tabs"
DATA = "url:PUT|/api/v1/users/:user_id/custom_data(/*scope)"


@pytest.mark.parametrize(
    ("scope", "verb", "path"),
    [
        (TABS, "GET", "/api/v1/courses/9999999999999/tabs"),
        (DATA, "PUT", "/api/v1/users/9999999999999/custom_data"),
        (DATA, "PUT", "/api/v1/users/9999999999999/custom_data/a/b"),
    ],
)
def test_scope_check_first_then_nothing_is_found(scope: str, verb: str, path: str) -> None:
    """With the scope the answer is Canvas's 404, with its headers; without it the scope refusal."""
    granted = client(canvas(scopes=(scope,))).request(verb, path)
    refused = client(canvas()).request(verb, path)

    assert (granted.status_code, granted.json()) == (404, NOT_FOUND)
    assert "dk=" in granted.headers["X-Canvas-Meta"]
    assert "o=" not in granted.headers["X-Canvas-Meta"].replace("to=", "")
    assert (refused.status_code, refused.json()) == (401, INSUFFICIENT)


@pytest.mark.parametrize(
    ("version", "path", "status"),
    [
        ("new", "/api/v1/courses/1/date_details_x", 404),
        ("old", "/api/v1/courses/1/smartsearch", 404),
        ("new", "/api/v1/announcements", 404),
    ],
)
def test_what_is_no_route_here_is_a_page(version: str, path: str, status: int) -> None:
    """An unknown path, one that this Canvas is too old for, and one without an ID, of which nothing is known."""
    answer = client(canvas(version=version), "admin").get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_a_route_of_its_own_goes_first() -> None:
    """What the embedded Canvas has answers as before."""
    assert client(canvas()).get("/api/v1/courses/1001").json()["id"] == 1001
