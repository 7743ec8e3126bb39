"""The preflight: it names exactly the scopes that the key lacks, and a fault never looks like an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.key.preflight import CANARY, preflight, under_other_names
from scopecheck.model.key_facts import Preflight
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, SCOPES
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.key.auth_answers import CALLBACK, CLIENT, Endpoint, away

HASTY: Final = Patience(timeout=1, attempts=2, first_wait=0.0, longest_wait=0.0)
MANY: Final = tuple(f"url:GET|/api/v1/some_rather_long_resource_name/:resource_id/part_{n}/:id" for n in range(100))
QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
RENAMED: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:quiz_id"


def ask(handler: Callable[[httpx.Request], httpx.Response], scopes: Collection[str] = SCOPES) -> Preflight:
    """Run the preflight of the key CLIENT with prepared answers."""
    client = CanvasClient(BASE, None, Pace(4), HASTY, httpx.MockTransport(handler))
    return preflight(client, CLIENT, CALLBACK, list(scopes))


def ask_embedded(**state: Any) -> Preflight:
    """Run the preflight against an embedded Canvas in this state."""
    canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
    known = canvas.credentials
    client = CanvasClient(BASE, None, Pace(4), HASTY, transport(canvas))
    return preflight(client, known.client_id, known.redirect_uri, SCOPES)


Learned = tuple[bool | None, bool | None, bool | None, list[str] | None, bool | None]


def learned(found: Preflight) -> Learned:
    """Everything that was learned: key known, redirect URI accepted, enforced, missing, on."""
    return found.key_known, found.redirect_uri_accepted, found.enforced, found.missing, found.key_on


STATES: Final[list[tuple[str, dict[str, Any], Learned]]] = [
    ("correct", {}, (True, True, True, [], True)),
    ("two boxes not ticked", {"missing_on_key": frozenset(SCOPES[3:5])}, (True, True, True, list(SCOPES[3:5]), True)),
    ("off", {"key_state": "off"}, (True, True, True, [], False)),
    ("neither on nor off", {"key_state": "allow"}, (True, True, True, [], False)),
    ("off, and a box not ticked", {"key_state": "off", "missing_on_key": frozenset(SCOPES[:1])},
     (True, True, True, list(SCOPES[:1]), False)),
    ("not enforcing", {"enforce_scopes": False}, (True, True, False, None, True)),
    ("not enforcing, and off", {"enforce_scopes": False, "key_state": "off"}, (True, True, False, None, False)),
    # Scopes are checked before the account, so for a key without any nothing else is learned.
    ("an LTI key", {"key_kind": "lti"}, (True, True, True, list(SCOPES), None)),
    ("inactive", {"key_workflow": "inactive"}, (False, None, None, None, None)),
    ("deleted", {"key_workflow": "deleted"}, (False, None, None, None, None)),
    ("a different redirect URI", {"redirect_uris": ("https://prod.ally.test/",)}, (True, False, None, None, None)),
    ("behind a portal", {"faults": (Fault("sso-redirect"),)}, (None, None, None, None, None)),
    ("down", {"faults": (Fault("503-html"),)}, (None, None, None, None, None)),
    ("throttled through all retries", {"faults": (Fault("throttle-403"),)}, (None, None, None, None, None)),
    ("throttled at first", {"faults": (Fault("throttle-429", times=1),)}, (True, True, True, [], True)),
    ("cut off", {"faults": (Fault("reset"),)}, (None, None, None, None, None)),
    ("other software", {"faults": (Fault("other-software"),)}, (None, None, None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize(("state", "expected"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], expected: Learned, version: str) -> None:
    """Exactly this is learned about a Canvas in this state."""
    # Some years ago Canvas had two of the scopes under other names, which makes no difference.
    assert learned(ask_embedded(version=version, **state)) == expected


@settings(deadline=None, max_examples=25)
@given(
    taken=st.frozensets(st.sampled_from(SCOPES)),
    version=st.sampled_from(["new", "ancient"]),
    key_state=st.sampled_from(["on", "off"]),
)
def test_it_names_exactly_the_missing_scopes(taken: frozenset[str], version: str, key_state: str) -> None:
    """Whichever scopes the key lacks, these and no others are named, whether Canvas lists them or not."""
    found = ask_embedded(missing_on_key=taken, version=version, key_state=key_state)

    assert found.missing == [scope for scope in SCOPES if scope in taken]
    assert found.key_on is (None if found.missing == list(SCOPES) else key_state == "on")


@settings(deadline=None, max_examples=25)
@given(
    taken=st.frozensets(st.sampled_from(MANY)),
    lists=st.booleans(),
    longest_list=st.sampled_from([0, 90, 1000, 100_000]),
    knows_prompt=st.booleans(),
)
def test_long_profiles_are_asked_about_in_parts(
    taken: frozenset[str], lists: bool, longest_list: int, knows_prompt: bool
) -> None:
    """A hundred scopes take several requests, each within Canvas's limits; a list that is cut off is not trusted."""
    endpoint = Endpoint(taken, lists, longest_list, knows_prompt)
    found = ask(endpoint, MANY)

    assert learned(found)[:4] == (True, True, True, [scope for scope in MANY if scope in taken])
    assert found.key_on is (None if len(taken) == len(MANY) else True)
    for request in endpoint.asked:
        assert len(str(request.url.raw_path)) < 8000
        assert len(request.url.params["scope"].split()) <= 40


@settings(deadline=None, max_examples=25)
@given(
    taken=st.frozensets(st.sampled_from(MANY), max_size=8),
    lists=st.booleans(),
    down_from=st.integers(1, 30),
    knows_prompt=st.booleans(),
)
def test_an_outage_never_looks_like_an_answer(
    taken: frozenset[str], lists: bool, down_from: int, knows_prompt: bool
) -> None:
    """Whenever Canvas goes down in the middle, what is not known stays unknown, and the rest is right."""
    found = ask(Endpoint(taken, lists, knows_prompt=knows_prompt, down_from=down_from), MANY)

    assert found.key_known in {None, True}
    assert found.redirect_uri_accepted in {None, True}
    assert found.enforced in {None, True}
    assert found.missing in (None, [scope for scope in MANY if scope in taken])
    assert found.key_on in {None, True}
    assert (found.key_known is None) == (down_from == 1)


def test_a_portal_in_front_of_canvas_is_not_an_unscoped_key() -> None:
    """A login page for everything looks like a Canvas that accepts the canary; a request without a key shows it."""
    asked: list[str] = []

    def portal(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["client_id"])
        return away(f"{BASE}/login?next=%2F")

    assert learned(ask(portal)) == (None, None, None, None, None)
    assert asked == [CLIENT, "0"]


def test_a_canvas_without_prompt_is_checked_for_a_portal_once() -> None:
    """The request without a key is made only the first time."""
    endpoint = Endpoint(knows_prompt=False)
    found = ask(endpoint)

    assert learned(found) == (True, True, True, [], True)
    assert [request.url.params["client_id"] for request in endpoint.asked] == [CLIENT, CLIENT, "0"]


NEW: Final = [scope for scope in SCOPES if ":url_or_id" in scope]
OLD: Final = [scope.replace(":url_or_id", ":url") for scope in NEW]
OTHER: Final = [scope for scope in SCOPES if scope not in NEW][:2]

NAMES: Final[list[tuple[str, list[str], list[str], list[str], dict[str, str], int]]] = [
    # asked for, what the key lacks, what is missing, the names here, requests
    ("newer Canvas", [*OTHER, *NEW], OLD, [], dict(zip(NEW, NEW, strict=True)), 2),
    ("older Canvas", [*OTHER, *NEW], NEW, [], dict(zip(NEW, OLD, strict=True)), 3),
    ("older profile, older Canvas", [*OTHER, *OLD], NEW, [], dict(zip(OLD, OLD, strict=True)), 2),
    ("older profile, newer Canvas", [*OTHER, *OLD], OLD, [], dict(zip(OLD, NEW, strict=True)), 3),
    ("one not ticked, newer", [*OTHER, *NEW], [*OLD, NEW[1]], NEW[1:], dict(zip(NEW, NEW, strict=True)), 3),
    ("one not ticked, older", [*OTHER, *NEW], [*NEW, OLD[1]], NEW[1:], dict(zip(NEW, OLD, strict=True)), 3),
    ("none ticked", [*OTHER, *NEW], [*NEW, *OLD], NEW, {}, 3),
    ("another not ticked", [*OTHER, *NEW], [*OLD, OTHER[0]], OTHER[:1], dict(zip(NEW, NEW, strict=True)), 2),
]


@pytest.mark.parametrize("lists", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize(
    ("scopes", "lacks", "missing", "names", "requests"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES]
)
def test_a_scope_has_several_names(
    scopes: list[str], lacks: list[str], missing: list[str], names: dict[str, str], requests: int, lists: bool
) -> None:
    """Any name of a route satisfies it and tells the others; asking for it is one request, made only if needed."""
    endpoint = Endpoint(lacks, lists)
    found = ask(endpoint, scopes)

    assert (found.missing, found.names, found.key_on) == (missing, names, True)
    assert not lists or len(endpoint.asked) == requests
    # The last request, for whether the key is on, has only names that the key carries.
    last = endpoint.asked[-1].url.params["scope"].split()
    assert not lists or not set(last) & {*lacks, CANARY}


def test_other_names_are_asked_for_in_parts_too() -> None:
    """A hundred scopes that are all refused are asked for again within Canvas's limits."""
    newer = [f"url:GET|/api/v1/courses/:course_id/pages/:url_or_id/part_{n}/:id" for n in range(100)]
    older = [scope.replace(":url_or_id", ":url") for scope in newer]
    endpoint = Endpoint([*newer, older[7]])
    found = ask(endpoint, newer)

    assert (found.missing, found.key_on) == ([newer[7]], True)
    assert found.names == dict(zip(newer, older, strict=True))
    assert all(len(request.url.params["scope"].split()) <= 40 for request in endpoint.asked)


@pytest.mark.parametrize("down_from", [2, 3])
def test_an_outage_before_the_other_names_were_asked_for(down_from: int) -> None:
    """What was refused under one name is not missing before the other was asked for."""
    found = ask(Endpoint(NEW, down_from=down_from), SCOPES)

    assert found.missing == (None if down_from == 2 else [])
    assert found.key_on is None


@pytest.mark.parametrize(
    ("lacks", "down_from", "missing"),
    [([QUIZ], None, [OTHER[0]]), ([QUIZ, RENAMED], None, [QUIZ, OTHER[0]]), ([QUIZ], 2, None)],
)
def test_names_that_turn_up_later(lacks: list[str], down_from: int | None, missing: list[str] | None) -> None:
    """A rename from the account's list is asked for as well; if that gets no answer, what is missing is not known."""
    endpoint = Endpoint([*lacks, OTHER[0]], down_from=down_from)
    client = CanvasClient(BASE, None, Pace(4), HASTY, httpx.MockTransport(endpoint))
    first = preflight(client, CLIENT, CALLBACK, [QUIZ, OTHER[0]])
    found = under_other_names(client, CLIENT, CALLBACK, first, {QUIZ: RENAMED})

    assert first.missing == [QUIZ, OTHER[0]]
    assert found.missing == missing
    assert found.answers[: len(first.answers)] == first.answers
    assert len(found.answers) > len(first.answers)


def test_two_requests_are_enough() -> None:
    """One with the canary, one without."""
    endpoint = Endpoint(SCOPES[:3])
    found = ask(endpoint)

    assert len(endpoint.asked) == len(found.answers) == 2
    assert CANARY in endpoint.asked[0].url.params["scope"]
    assert CANARY not in endpoint.asked[1].url.params["scope"]


def test_canvas_is_asked_as_by_a_logged_out_browser() -> None:
    """No token is sent, nothing that the newest Canvas refuses from scripts, and no redirect is followed."""
    endpoint = Endpoint()
    client = CanvasClient(BASE, Secret("1~secret"), Pace(4), HASTY, httpx.MockTransport(endpoint))
    preflight(client, CLIENT, CALLBACK, list(SCOPES))

    for request in endpoint.asked:
        assert request.url.path == "/login/oauth2/auth"
        assert not {"authorization", "cookie", "sec-fetch-mode", "sec-fetch-dest"}.intersection(request.headers)
        assert request.url.params["prompt"] == "none"


def test_the_answer_that_ended_the_preflight_is_the_evidence() -> None:
    """The answer that ended the preflight is kept and shown."""
    found = ask(Endpoint(down_from=2))

    assert (found.answered.status, found.answers[-1].status) == (302, 503)


def limited(endpoint: Endpoint, longest: int, refuse: Callable[[], httpx.Response]) -> list[int]:
    """Let something in between refuse addresses of more characters; gives the lengths of those let through."""
    passed: list[int] = []

    def between(request: httpx.Request) -> httpx.Response:
        if len(str(request.url)) > longest:
            return refuse()
        passed.append(len(str(request.url)))
        return endpoint(request)

    found = ask(between, MANY)
    assert learned(found) == (True, True, True, [scope for scope in MANY if scope in endpoint.missing], True)
    assert found.too_long is not None
    assert len(found.too_long.url) > longest
    return passed


def cut() -> httpx.Response:
    """A connection that ends without an answer."""
    raise httpx.RemoteProtocolError("Server disconnected without sending a response")


@pytest.mark.parametrize("lists", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("status", [400, 403, 404, 413, 414, None])
def test_a_firewall_that_refuses_long_addresses(status: int | None, lists: bool) -> None:
    """Where 2,048 bytes are the limit, all is learned in parts within it, and the answer to the long one is kept."""
    page = cut if status is None else lambda: httpx.Response(status, html="<html>Request rejected</html>")
    passed = limited(Endpoint(MANY[2:5], lists), 2048, page)

    assert max(passed) <= 2048
    assert not lists or len(passed) < 10


@pytest.mark.parametrize("status", [401, 500, 503])
def test_other_refusals_are_not_asked_again_in_parts(status: int) -> None:
    """An outage or a login has nothing to do with an address's length."""
    asked: list[int] = []

    def down(request: httpx.Request) -> httpx.Response:
        asked.append(len(str(request.url)))
        return httpx.Response(status, html="<html></html>")

    found = ask(down)

    assert min(asked) > 2048
    assert (learned(found), found.too_long) == ((None, None, None, None, None), None)


def test_what_refuses_short_addresses_too_is_not_about_length() -> None:
    """A firewall that lets nothing through is tried with a short address once, and no limit is claimed."""
    asked: list[int] = []

    def closed(request: httpx.Request) -> httpx.Response:
        asked.append(len(str(request.url)))
        return httpx.Response(403, html="<html>Request rejected</html>")

    found = ask(closed)

    assert [length > 2048 for length in asked] == [True, False]
    assert (learned(found), found.too_long) == ((None, None, None, None, None), None)
