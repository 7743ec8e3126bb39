"""The headers beside each kind of answer, by which refusals can be told apart without reading a word of them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import INTEGRATION_USER, KEY
from tests.selftest.embedded_canvas.calling import UNSCOPED
from tests.selftest.embedded_canvas.driver import COURSE, canvas, client
from tests.selftest.embedded_canvas.exchanging import exchange

ALWAYS = {"x-request-context-id", "x-canvas-meta", "x-runtime", "x-rate-limit-remaining"}
USER = "x-canvas-user-id"
OWN = ALWAYS | {USER, "x-session-id", "x-request-cost", "www-authenticate", "retry-after"}
"""Every header that these tests are about."""
TO_TOKENS = ALWAYS | {USER, "x-session-id", "x-request-cost"}
BEFORE = ALWAYS | {"x-request-cost"}

KINDS: list[tuple[str, dict[str, Any], str, int, set[str], set[str]]] = [
    ("granted", {}, COURSE, 200, TO_TOKENS, {"at", "dk", "o", "n", "t", "i"}),
    ("not found", {}, "/api/v1/courses/9", 404, TO_TOKENS, {"at", "dk", "o", "n"}),
    ("right missing", {"role": "student"}, COURSE, 403, TO_TOKENS, {"at", "dk", "o", "n", "t", "i"}),
    ("right missing", {"role": "student", "version": "old"}, COURSE, 401, TO_TOKENS, {"at", "dk", "o", "n", "t", "i"}),
    ("scope missing", {}, UNSCOPED, 401, BEFORE, {"o", "n"}),
    ("token dead", {"token_state": "revoked"}, COURSE, 401, BEFORE | {"www-authenticate"}, {"o", "n"}),
    ("key off", {"key_state": "off"}, COURSE, 401, BEFORE | {"www-authenticate"}, {"o", "n"}),
    ("throttled", {"throttle": True, "bucket_size": 49}, COURSE, 403, ALWAYS, set()),
    ("no such path", {}, "/api/v1/nothing", 404, BEFORE, set()),
    ("crashed", {"faults": (Fault("500"),)}, COURSE, 500, BEFORE, set()),
    ("throttled by a fault", {"faults": (Fault("throttle-429"),)}, COURSE, 429, ALWAYS, set()),
    ("a proxy's page", {"faults": (Fault("html-200"),)}, COURSE, 200, set(), set()),
    ("behind a proxy", {"proxy_strips_headers": True}, COURSE, 200, set(), set()),
    ("behind a proxy", {"proxy_strips_headers": True, "key_state": "off"}, COURSE, 401, {"www-authenticate"}, set()),
]


def meta(answer: httpx.Response) -> dict[str, str]:
    """X-Canvas-Meta, without memory and times."""
    found = dict(re.findall(r"(\w+)=([^;]*);", answer.headers.get("x-canvas-meta", "")))
    return {name: value for name, value in found.items() if name not in "bmuyd" or name == "dk"}


@pytest.mark.parametrize(("_kind", "state", "path", "status", "names", "facts"), KINDS)
def test_the_headers_of_each_kind_of_answer(
    _kind: str, state: dict[str, Any], path: str, status: int, names: set[str], facts: set[str]
) -> None:
    """Each kind of answer has its own set of headers, and its meta data say how far the request got."""
    answer = client(canvas(**state)).get(path)

    assert (answer.status_code, answer.headers.keys() & OWN, set(meta(answer))) == (status, names, facts)


def test_the_meta_data_name_token_key_action_and_course() -> None:
    """Token and key are global IDs, so an answer to a pasted token tells which key issued it."""
    answer = client(canvas()).get(f"{COURSE}/discussion_topics/4001")

    assert meta(answer) == {
        "at": "10000000000201", "dk": str(KEY), "o": "discussion_topics_api", "n": "show", "t": "Course", "i": "1001",
    }  # fmt: skip
    assert answer.headers[USER] == str(10_000_000_000_000 + INTEGRATION_USER)


@pytest.mark.parametrize("path", ["accounts/1", "courses/1002/pages", "courses/1002/discussion_topics"])
def test_some_refusals_of_a_right_do_not_name_the_action(path: str) -> None:
    """The lists of terms, topics, content migrations and blueprint subscriptions are refused before they are noted."""
    answer = client(canvas(role="teacher", version="old")).get(f"/api/v1/{path}")

    assert answer.status_code == 401
    assert ("o" in meta(answer)) is not path.endswith("discussion_topics")


@pytest.mark.parametrize("path", ["blueprint_subscriptions", "media_objects?exclude[]=sources"])
def test_some_actions_have_no_context(path: str) -> None:
    """Blueprints and media look up their course without making it the request's context."""
    assert meta(client(canvas()).get(f"{COURSE}/{path}")).keys() == {"at", "dk", "o", "n"}


def test_issuing_a_token_costs_more() -> None:
    """A token costs 200 units of the caller's bucket; this bucket is that of the address, not a token's."""
    answer = exchange(canvas(throttle=True))

    assert answer.headers["x-request-cost"] == "200.5"
    assert float(answer.headers["x-rate-limit-remaining"]) < 500
    assert answer.headers[USER] == str(10_000_000_000_000 + INTEGRATION_USER)


def test_cookies() -> None:
    """API answers set cookies: one against forged forms always, a session's once a token is accepted."""
    granted, refused = client(canvas(version="old")).get(COURSE), client(canvas()).get(UNSCOPED)

    assert set(granted.cookies) == {"_csrf_token", "log_session_id", "_legacy_normandy_session", "_normandy_session"}
    assert set(refused.cookies) == {"_csrf_token"}


def test_uploads_say_nothing_of_a_token() -> None:
    """Canvas's own storage is given none, and other storages are no part of Canvas."""
    local = client(canvas(), token=None).post("/files_api")
    elsewhere = client(canvas(storage="s3"), token=None).post("/canvas-uploads")

    assert meta(local) == {"o": "files", "n": "api_create"}
    assert not elsewhere.headers.keys() & OWN


def test_a_browser_has_a_user_too() -> None:
    """The login page names its action, and after the login the user."""
    by = client(canvas(), token=None)
    before = by.get("/login")
    by.post("/login", data={"pseudonym_session[unique_id]": "ally", "pseudonym_session[password]": "ally"})

    assert (meta(before), USER in before.headers) == ({"o": "login/canvas", "n": "new"}, False)
    assert USER in by.get("/").headers


def test_the_scopes_list_names_the_same_actions() -> None:
    """Controller and action of an answer find the scope that its route needs."""
    rows = client(canvas(), "admin").get("/api/v1/accounts/self/scopes").json()
    said = meta(client(canvas()).get(COURSE))

    found = [row["scope"] for row in rows if (row["controller"], row["action"]) == (said["o"], said["n"])]
    assert found == ["url:GET|/api/v1/courses/:id"]
