"""The preflight: what each answer of `/login/oauth2/auth` says, and that it names exactly what the key lacks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedded_canvas.app import Canvas
from embedded_canvas.config import CanvasConfig, Fault
from scopecheck.answer import Answer
from scopecheck.client import CanvasClient, Patience
from scopecheck.pace import Pace
from scopecheck.preflight import CANARY, Preflight, preflight
from scopecheck.preflight_answer import OUT_OF_BAND, Said, what_it_says
from scopecheck.secret import Secret
from tests.selftest.embedded.driver import BASE, SCOPES
from tests.selftest.embedded.transport import transport

HASTY: Final = Patience(timeout=1, attempts=2, first_wait=0.0, longest_wait=0.0)
CALLBACK: Final = "https://prod.ally.test/api/v2/7/auth/canvas/callback"
CLIENT: Final = "10000000000042"
MANY: Final = tuple(f"url:GET|/api/v1/some_rather_long_resource_name/:resource_id/part_{n}/:id" for n in range(100))


def refusal(error: str, description: str = "", to: str = CALLBACK) -> httpx.Response:
    """A redirect that carries an error, as Canvas makes them: keys in alphabetical order, spaces as plus signs."""
    beside = f"&error_description={quote_plus(description)}" if description else ""
    return httpx.Response(302, headers={"Location": f"{to}?error={error}{beside}&state=scope-conformance"})


@dataclass
class Endpoint:
    """`/login/oauth2/auth` of a Canvas with one enforcing key, by the rules of the fact sheet."""

    missing: Collection[str] = ()
    lists: bool = True
    """Whether a refusal lists the scopes; before about 2020 it was a 400 without a list."""
    longest_list: int = 100_000
    """Characters after which something on the way cuts the list off."""
    knows_prompt: bool = True
    down_from: int | None = None
    """The number of the request from which on Canvas is down."""
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.down_from is not None and len(self.asked) >= self.down_from:
            return httpx.Response(503, text="<html>Down for maintenance</html>")
        query = request.url.params
        if query["client_id"] != CLIENT:
            return httpx.Response(401, json={"error": "invalid_client", "error_description": "unknown client"})
        wanted = query["scope"].split()
        refused = [scope for scope in wanted if scope in self.missing or scope == CANARY]
        if refused and not self.lists:
            return httpx.Response(400, json={"error": "invalid_scope", "error_description": "A requested scope is …"})
        if refused:
            listed = ", ".join(refused)[: self.longest_list]
            return refusal("invalid_scope", f"The following scopes were requested, but not granted: {listed}")
        if not self.knows_prompt:
            return httpx.Response(302, headers={"Location": f"{BASE}/login"})
        return refusal("login_required", "prompt=none but there is no current session")


def ask(handler: Callable[[httpx.Request], httpx.Response], scopes: Collection[str] = SCOPES) -> Preflight:
    """Hold the preflight of the key CLIENT over a prepared wire."""
    client = CanvasClient(BASE, None, Pace(4), HASTY, httpx.MockTransport(handler))
    return preflight(client, CLIENT, CALLBACK, list(scopes))


def ask_embedded(**state: Any) -> Preflight:
    """Hold the preflight of an embedded Canvas in this state."""
    canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
    known = canvas.credentials
    client = CanvasClient(BASE, None, Pace(4), HASTY, transport(canvas))
    return preflight(client, known.client_id, known.redirect_uri, SCOPES)


Learned = tuple[bool | None, bool | None, bool | None, list[str] | None, bool | None]


def learned(found: Preflight) -> Learned:
    """All that was learned: key known, redirect URI accepted, enforced, missing, on."""
    return found.key_known, found.redirect_uri_accepted, found.enforced, found.missing, found.key_on


UNKNOWN: Final = {"error": "invalid_client", "error_description": "unknown client"}
MISMATCH: Final = {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"}


def page(text: str, status: int = 200) -> httpx.Response:
    """A page in place of an answer."""
    return httpx.Response(status, text=text)


def away(location: str) -> httpx.Response:
    """A redirect."""
    return httpx.Response(302, headers={"Location": location})


ANSWERS: Final[list[tuple[str, httpx.Response, str, Said]]] = [
    # oauth2_provider_controller.rb, in its order
    ("unknown key", httpx.Response(401, json=UNKNOWN), CALLBACK, Said.UNKNOWN_KEY),
    ("redirect URI refused", httpx.Response(400, json=MISMATCH), CALLBACK, Said.REDIRECT_URI_REFUSED),
    ("scopes refused", refusal("invalid_scope"), CALLBACK, Said.SCOPES_REFUSED),
    ("scopes refused, before 2020", httpx.Response(400, json={"error": "invalid_scope"}), CALLBACK,
     Said.SCOPES_REFUSED),
    ("key off", refusal("unauthorized_client"), CALLBACK, Said.KEY_OFF),
    ("passed", refusal("login_required"), CALLBACK, Said.PASSED),
    ("passed, not knowing this prompt", refusal("unsupported_prompt_type"), CALLBACK, Said.PASSED),
    ("passed, knowing no prompt", away(f"{BASE}/login"), CALLBACK, Said.LOG_IN),
    ("passed, to a log-in by SAML", away("/login/saml"), CALLBACK, Said.LOG_IN),
    ("the default port is no other host", away("http://CANVAS.test:80/login"), CALLBACK, Said.LOG_IN),
    # redirect URIs of other shapes
    ("a redirect URI with a query", away(f"{CALLBACK}?region=eu&error=login_required"), f"{CALLBACK}?region=eu",
     Said.PASSED),
    ("a redirect URI without a path", refusal("login_required", to="https://ally.test/"), "https://ally.test",
     Said.PASSED),
    ("out of band, to Canvas itself", refusal("invalid_scope", to="/login/oauth2/auth"), OUT_OF_BAND,
     Said.SCOPES_REFUSED),
    ("out of band, refused by newest Canvas", httpx.Response(400, json=MISMATCH), OUT_OF_BAND,
     Said.REDIRECT_URI_REFUSED),
    # what is no answer about the key
    ("newest Canvas to a script", page("", 403), CALLBACK, Said.NOTHING),
    ("an error that is not known", refusal("server_error"), CALLBACK, Said.NOTHING),
    ("an error to another host", refusal("invalid_scope", to="https://elsewhere.test/callback"), CALLBACK,
     Said.NOTHING),
    ("an error to another path", refusal("invalid_scope", to="https://prod.ally.test/"), CALLBACK, Said.NOTHING),
    ("an error to a page of Canvas", refusal("invalid_scope", to=f"{BASE}/login"), CALLBACK, Said.NOTHING),
    ("a portal", away("https://sso.school.test/login"), CALLBACK, Said.NOTHING),
    ("a portal with a look-alike name", away("http://canvas.test.evil.test/login"), CALLBACK, Said.NOTHING),
    ("a move to another path", away(f"{BASE}/login-help"), CALLBACK, Said.NOTHING),
    ("a redirect to nowhere", httpx.Response(302), CALLBACK, Said.NOTHING),
    ("a redirect to no address", away("https://[broken"), CALLBACK, Said.NOTHING),
    ("a redirect to no port", away("https://canvas.test:port/login"), CALLBACK, Said.NOTHING),
    ("a redirect URI that is no address", refusal("invalid_scope"), "https://[broken", Said.NOTHING),
    ("a page", page("<html>Welcome</html>"), CALLBACK, Said.NOTHING),
    ("maintenance", page("<html>Down</html>", 503), CALLBACK, Said.NOTHING),
    ("a crash that quotes the refusal", httpx.Response(500, json=UNKNOWN), CALLBACK, Said.NOTHING),
    ("other software's refusal", httpx.Response(401, json={"error": "invalid_client"}), CALLBACK, Said.NOTHING),
    ("other software's 400", httpx.Response(400, json={"error": "bad_request"}), CALLBACK, Said.NOTHING),
    ("a list", httpx.Response(400, json=["invalid_scope"]), CALLBACK, Said.NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("response", "redirect_uri", "said"), [row[1:] for row in ANSWERS], ids=[r[0] for r in ANSWERS]
)
def test_answer(response: httpx.Response, redirect_uri: str, said: Said) -> None:
    """Each answer in the table says exactly this."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    answer = Answer("GET", f"{BASE}/login/oauth2/auth?scope=x", response.status_code, headers, response.content)

    assert what_it_says(answer, BASE, redirect_uri) is said


def test_every_meaning_is_in_the_table() -> None:
    """Nothing can be said that no answer of the table says."""
    assert {row[3] for row in ANSWERS} == set(Said)


def test_no_answer_says_nothing() -> None:
    """A time-out is no answer."""
    assert what_it_says(Answer("GET", BASE, None, fault="reset"), BASE, CALLBACK) is Said.NOTHING


STATES: Final[list[tuple[str, dict[str, Any], Learned]]] = [
    ("right", {}, (True, True, True, [], True)),
    ("two boxes not ticked", {"missing_on_key": frozenset(SCOPES[3:5])}, (True, True, True, list(SCOPES[3:5]), True)),
    ("off", {"key_state": "off"}, (True, True, True, [], False)),
    ("deferring to nobody", {"key_state": "allow"}, (True, True, True, [], False)),
    ("off, and a box not ticked", {"key_state": "off", "missing_on_key": frozenset(SCOPES[:1])},
     (True, True, True, list(SCOPES[:1]), False)),
    ("not enforcing", {"enforce_scopes": False}, (True, True, False, None, True)),
    ("not enforcing, and off", {"enforce_scopes": False, "key_state": "off"}, (True, True, False, None, False)),
    # Scopes are tested before the account, so of a key without any nothing else is learned.
    ("an LTI key", {"key_kind": "lti"}, (True, True, True, list(SCOPES), None)),
    ("inactive", {"key_workflow": "inactive"}, (False, None, None, None, None)),
    ("deleted", {"key_workflow": "deleted"}, (False, None, None, None, None)),
    ("another redirect URI", {"redirect_uris": ("https://prod.ally.test/",)}, (True, False, None, None, None)),
    ("behind a portal", {"faults": (Fault("sso-redirect"),)}, (None, None, None, None, None)),
    ("down", {"faults": (Fault("503-html"),)}, (None, None, None, None, None)),
    ("throttled to the end", {"faults": (Fault("throttle-403"),)}, (None, None, None, None, None)),
    ("throttled at first", {"faults": (Fault("throttle-429", times=1),)}, (True, True, True, [], True)),
    ("cut off", {"faults": (Fault("reset"),)}, (None, None, None, None, None)),
    ("other software", {"faults": (Fault("other-software"),)}, (None, None, None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize(("state", "expected"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], expected: Learned, version: str) -> None:
    """Of a Canvas in this state exactly this is learned."""
    pages = [scope for scope in SCOPES if ":url_or_id" in scope] if version == "old" else []
    found = learned(ask_embedded(version=version, **state))
    known, accepted, enforced, missing, on = expected
    # Canvas of some years ago has two of the scopes under another name.
    lacking = missing if missing is None else [s for s in SCOPES if s in missing or s in pages]

    assert found == (known, accepted, enforced, lacking, on)


@settings(deadline=None, max_examples=60)
@given(
    taken=st.frozensets(st.sampled_from(SCOPES)),
    version=st.sampled_from(["new", "ancient"]),
    key_state=st.sampled_from(["on", "off"]),
)
def test_it_names_exactly_what_was_taken_off(taken: frozenset[str], version: str, key_state: str) -> None:
    """Whichever scopes an embedded Canvas's key lacks, they are named and no others, with a list or without one."""
    renamed = frozenset(scope for scope in SCOPES if ":url_or_id" in scope) if version == "ancient" else frozenset()
    found = ask_embedded(missing_on_key=taken, version=version, key_state=key_state)

    assert found.missing == [scope for scope in SCOPES if scope in taken | renamed]
    assert found.key_on is (None if found.missing == list(SCOPES) else key_state == "on")


@settings(deadline=None, max_examples=60)
@given(
    taken=st.frozensets(st.sampled_from(MANY)),
    lists=st.booleans(),
    longest_list=st.sampled_from([0, 90, 1000, 100_000]),
    knows_prompt=st.booleans(),
)
def test_long_profiles_are_asked_about_in_parts(
    taken: frozenset[str], lists: bool, longest_list: int, knows_prompt: bool
) -> None:
    """A hundred scopes take several requests, each within Canvas's limits; a list that is cut off is not believed."""
    endpoint = Endpoint(taken, lists, longest_list, knows_prompt)
    found = ask(endpoint, MANY)

    assert learned(found)[:4] == (True, True, True, [scope for scope in MANY if scope in taken])
    assert found.key_on is (None if len(taken) == len(MANY) else True)
    for request in endpoint.asked:
        assert len(str(request.url.raw_path)) < 8000
        assert len(request.url.params["scope"].split()) <= 40


@settings(deadline=None, max_examples=60)
@given(
    taken=st.frozensets(st.sampled_from(MANY), max_size=8),
    lists=st.booleans(),
    down_from=st.integers(1, 30),
    knows_prompt=st.booleans(),
)
def test_an_outage_never_looks_like_an_answer(
    taken: frozenset[str], lists: bool, down_from: int, knows_prompt: bool
) -> None:
    """Wherever Canvas goes down in the middle, what is not known is said to be unknown, and the rest is right."""
    found = ask(Endpoint(taken, lists, knows_prompt=knows_prompt, down_from=down_from), MANY)

    assert found.key_known in {None, True}
    assert found.redirect_uri_accepted in {None, True}
    assert found.enforced in {None, True}
    assert found.missing in (None, [scope for scope in MANY if scope in taken])
    assert found.key_on in {None, True}
    assert (found.key_known is None) == (down_from == 1)


def test_a_portal_before_canvas_is_not_an_unscoped_key() -> None:
    """A log-in page for everybody looks like a Canvas that lets the canary pass; a question without a key tells."""
    asked: list[str] = []

    def portal(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["client_id"])
        return away(f"{BASE}/login?next=%2F")

    assert learned(ask(portal)) == (None, None, None, None, None)
    assert asked == [CLIENT, "0"]


def test_a_canvas_without_prompt_is_told_from_a_portal_once() -> None:
    """The question without a key is asked the first time only."""
    endpoint = Endpoint(knows_prompt=False)
    found = ask(endpoint)

    assert learned(found) == (True, True, True, [], True)
    assert [request.url.params["client_id"] for request in endpoint.asked] == [CLIENT, CLIENT, "0"]


def test_two_requests_are_enough() -> None:
    """One with the canary, one without."""
    endpoint = Endpoint(SCOPES[:3])
    found = ask(endpoint)

    assert len(endpoint.asked) == len(found.answers) == 2
    assert CANARY in endpoint.asked[0].url.params["scope"]
    assert CANARY not in endpoint.asked[1].url.params["scope"]


def test_canvas_is_asked_as_by_a_logged_out_browser() -> None:
    """No token is sent, nothing that newest Canvas refuses of scripts, and no redirect is followed."""
    endpoint = Endpoint()
    client = CanvasClient(BASE, Secret("1~secret"), Pace(4), HASTY, httpx.MockTransport(endpoint))
    preflight(client, CLIENT, CALLBACK, list(SCOPES))

    for request in endpoint.asked:
        assert request.url.path == "/login/oauth2/auth"
        assert not {"authorization", "cookie", "sec-fetch-mode", "sec-fetch-dest"}.intersection(request.headers)
        assert request.url.params["prompt"] == "none"


def test_what_broke_off_is_the_evidence() -> None:
    """The answer that ended the interview is kept, to be shown."""
    found = ask(Endpoint(down_from=2))

    assert (found.answered.status, found.answers[-1].status) == (302, 503)
