"""The eight key checks: each can be red, each cause has its state, and no fault is ever an answer."""

from __future__ import annotations

import json
from typing import Any, Final, get_args, get_type_hints

import pytest

from embedded_canvas.config import Fault
from embedded_canvas.seed import ADMIN_KEY, CREDENTIALS, SECOND_OTHER
from scopecheck.answer import Answer
from scopecheck.canary import Canaries
from scopecheck.causes import CAUSES
from scopecheck.findings import Findings
from scopecheck.preflight_answer import OUT_OF_BAND
from scopecheck.profile import load_profile
from scopecheck.secret import Secret
from scopecheck.tokenchecks import token_alive
from scopecheck.verdict import CheckVerdict, KeyCheck
from tests.selftest.engine.sweep import SCOPES, Sweep, sweep

OK, FAILED, UNPROVED, NOT_CHECKED = CheckVerdict
KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, ALIVE, FROM_KEY, INCLUDES = KeyCheck
Outcome = tuple[CheckVerdict, str | None]

FINE: Final[Outcome] = (OK, None)
NOT_ASKED: Final[Outcome] = (NOT_CHECKED, None)
RIGHT: Final[dict[KeyCheck, Outcome]] = dict.fromkeys(KeyCheck, FINE) | {FROM_KEY: NOT_ASKED}
"""Of a right key with a pasted token."""

ADMIN: Final = {"admin_token": Secret(CREDENTIALS.admin_token)}
REFRESH: Final = {"access_token": None, "refresh_token": Secret(CREDENTIALS.refresh_token)}
NO_PREFLIGHT: Final = {"redirect_uri": None}
BETA: Final = {"base_url": "https://school.beta.instructure.com"}
PAGES: Final = frozenset(scope for scope in SCOPES if ":url_or_id" in scope)
LIST: Final = "url:GET|/api/v1/courses/:course_id/pages"


def by(cause: str, *checks: KeyCheck, verdict: CheckVerdict = FAILED) -> dict[KeyCheck, Outcome]:
    """These checks with that verdict for one cause."""
    return dict.fromkeys(checks, (verdict, cause))


def silent(cause: str, *checks: KeyCheck) -> dict[KeyCheck, Outcome]:
    """These checks unproved for one cause."""
    return by(cause, *checks, verdict=UNPROVED)


def unasked(*checks: KeyCheck) -> dict[KeyCheck, Outcome]:
    """These checks not asked."""
    return dict.fromkeys(checks, NOT_ASKED)


DEAD: Final = unasked(INCLUDES)
"""What else is different where the token is dead: the key still refuses the canary at the preflight."""
API: Final = "/api/v1|/api/graphql"
AUTH: Final = "/login/oauth2/auth"
TOKEN: Final = "POST /login/oauth2/token"

STATES: Final[list[tuple[str, dict[str, Any], dict[str, Any], dict[KeyCheck, Outcome]]]] = [
    # name, state of the embedded Canvas, settings, and what differs from a right key
    ("right", {}, {}, {}),
    ("right, of some years ago", {"version": "old", "missing_on_key": frozenset()}, {},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the user is a teacher", {"role": "teacher"}, {}, {}),
    ("the key is of another account", {"key_owner": "other-account"}, {}, {}),
    ("without a sandbox course", {}, {"course_id": None, "course_name": None}, {}),
    # the key
    ("a scope is not on the key", {"missing_on_key": frozenset({LIST})}, {},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("an LTI key", {"key_kind": "lti"}, {},
     by("wrong-kind-of-key", SCOPES_ON_KEY) | silent("wrong-kind-of-key", ON)),
    ("an API key without a tick, says its record", {"missing_on_key": frozenset(SCOPES)}, ADMIN,
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("an LTI key, says its record", {"key_kind": "lti"}, ADMIN, by("wrong-kind-of-key", SCOPES_ON_KEY)),
    ("scopes are not enforced", {"enforce_scopes": False}, {},
     by("scopes-not-enforced", ENFORCED) | silent("scopes-not-enforced", SCOPES_ON_KEY, INCLUDES)),
    ("includes are not allowed", {"allow_includes": False}, {}, by("includes-not-allowed", INCLUDES)),
    ("includes are not allowed, without a sandbox course", {"allow_includes": False},
     {"course_id": None, "course_name": None}, by("includes-not-allowed", INCLUDES)),
    ("the redirect URI is another", {"redirect_uris": ("https://prod.ally.ac/",)}, {},
     by("redirect-uri-mismatch", URI) | silent("redirect-uri-mismatch", ON, SCOPES_ON_KEY)),
    ("the key is off", {"key_state": "off"}, {}, DEAD | by("key-off", ON, ALIVE)),
    ("the key is deleted", {"key_workflow": "deleted"}, {},
     DEAD | by("key-unknown-here", KNOWN, ALIVE) | silent("key-unknown-here", URI, ON, SCOPES_ON_KEY, ENFORCED)),
    ("the key is unknown to an overwritten Canvas", {"key_workflow": "deleted"}, BETA,
     DEAD | by("environment-reset", KNOWN, ALIVE) | silent("environment-reset", URI, ON, SCOPES_ON_KEY, ENFORCED)),
    ("Canvas has scopes under another name", {"scopes_renamed": {s: s.replace(":url_or_id", ":url") for s in PAGES}},
     ADMIN, by("scope-name-stale", SCOPES_ON_KEY)),
    # the token
    ("the token has run its hour", {"token_state": "expired"}, {}, DEAD | by("token-expired", ALIVE)),
    ("the token is of another Canvas", {"token_state": "unknown"}, {}, DEAD | by("token-expired", ALIVE)),
    ("the token was revoked", {"token_state": "revoked"}, {}, DEAD | by("token-killed-by-scope-removal", ALIVE)),
    ("the token was made by hand, and is past its date", {"token_state": "permanently-expired"}, {},
     DEAD | by("token-policy", ALIVE)),
    ("the token was made by hand", {"token_state": "personal"}, {},
     by("scopes-not-enforced", ENFORCED) | silent("scopes-not-enforced", INCLUDES)
     | by("token-from-another-key", FROM_KEY)),
    ("the token lives, the key is off", {"key_state": "off", "token_state": "personal"}, {},
     by("scopes-not-enforced", ENFORCED) | silent("scopes-not-enforced", INCLUDES) | by("key-off", ON)
     | by("token-from-another-key", FROM_KEY)),
    ("the token lives, the key is unknown", {"key_workflow": "deleted", "token_state": "personal"}, {},
     by("scopes-not-enforced", ENFORCED) | silent("scopes-not-enforced", INCLUDES)
     | by("key-unknown-here", KNOWN) | silent("key-unknown-here", URI, ON, SCOPES_ON_KEY)
     | by("token-from-another-key", FROM_KEY)),
    ("the token is held to scopes, the key does not enforce them", {"version": "old"},
     {"client_id": str(ADMIN_KEY), "redirect_uri": OUT_OF_BAND},
     by("scopes-not-enforced", ENFORCED) | silent("scopes-not-enforced", SCOPES_ON_KEY)
     | by("token-from-another-key", FROM_KEY)),
    ("the same, says the key's record", {}, {"client_id": str(ADMIN_KEY), **NO_PREFLIGHT, **ADMIN},
     unasked(URI) | by("scopes-not-enforced", ENFORCED) | by("token-from-another-key", FROM_KEY)
     | by("scope-missing-on-key", SCOPES_ON_KEY)),
    # the refresh token
    ("refreshed", {}, REFRESH, {FROM_KEY: FINE}),
    ("the secret is another's", {}, {**REFRESH, "client_secret": Secret("wrong")},
     unasked(INCLUDES) | by("refresh-failed", ALIVE)),
    ("the refresh token is not known", {}, {**REFRESH, "refresh_token": Secret("1~gone")},
     unasked(INCLUDES) | by("refresh-failed", ALIVE)),
    ("the refresh token is not known, of some years ago", {"version": "old"},
     {**REFRESH, "refresh_token": Secret("1~gone")},
     unasked(INCLUDES) | by("refresh-failed", ALIVE) | by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the refresh token is not known to an overwritten Canvas", {},
     {**REFRESH, **BETA, "refresh_token": Secret("1~gone")}, unasked(INCLUDES) | by("environment-reset", ALIVE)),
    ("the refresh token is another key's", {},
     {**REFRESH, "client_id": str(ADMIN_KEY), "client_secret": Secret("admin-key-secret"), "redirect_uri": None},
     unasked(KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, INCLUDES) | by("token-from-another-key", ALIVE, FROM_KEY)),
    ("refreshed, and never saved", {"missing_on_key": frozenset({LIST})}, REFRESH,
     DEAD | by("scope-missing-on-key", SCOPES_ON_KEY) | by("scopes-sent-to-unscoped-key", ALIVE) | {FROM_KEY: FINE}),
    ("the token endpoint is down", {"faults": (Fault("502", TOKEN),)}, REFRESH,
     unasked(INCLUDES) | silent("not-canvas-answering", ALIVE)),
    ("the token endpoint is throttled", {"faults": (Fault("throttle-403", TOKEN),)}, REFRESH,
     unasked(INCLUDES) | silent("throttled", ALIVE)),
    # what was not asked
    ("no redirect URI is set", {}, NO_PREFLIGHT, unasked(KNOWN, URI, ON, SCOPES_ON_KEY)),
    ("no token is set", {}, {"access_token": None}, unasked(ALIVE, INCLUDES)),
    ("neither is set", {}, {"access_token": None, **NO_PREFLIGHT}, unasked(*KeyCheck)),
    # the key's record in place of the preflight
    ("no redirect URI, but an administrator", {}, {**NO_PREFLIGHT, **ADMIN}, unasked(URI)),
    ("the same, and the key is off", {"key_state": "off"}, {**NO_PREFLIGHT, **ADMIN},
     unasked(URI) | DEAD | by("key-off", ON, ALIVE) | {INCLUDES: FINE}),
    ("the same, and the key is inactive", {"key_workflow": "inactive"}, {**NO_PREFLIGHT, **ADMIN, "access_token": None},
     unasked(URI, ALIVE) | by("key-unknown-here", KNOWN)),
    ("the same, and includes are not allowed", {"allow_includes": False},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None}, unasked(URI, ALIVE) | by("includes-not-allowed", INCLUDES)),
    ("the same, and scopes are not enforced", {"enforce_scopes": False},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None}, unasked(URI, ALIVE) | by("scopes-not-enforced", ENFORCED)),
    ("the same, and a scope is not on the key", {"missing_on_key": frozenset({LIST})},
     {**NO_PREFLIGHT, **ADMIN}, unasked(URI) | by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the preflight is down, the record is right", {"faults": (Fault("503-html", AUTH),)}, ADMIN, {}),
    ("the key is inherited, and off", {"key_owner": "site-admin", "key_state": "off"},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None}, unasked(URI, SCOPES_ON_KEY, ENFORCED, ALIVE, INCLUDES)
     | by("key-off", ON)),
    # what is no answer
    ("everything is down", {"faults": (Fault("503-html"),)}, {},
     silent("not-canvas-answering", KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, ALIVE, INCLUDES)),
    ("the API is throttled to the end", {"faults": (Fault("throttle-429", API),)}, {},
     silent("throttled", ENFORCED, ALIVE, INCLUDES)),
    ("a portal stands before everything", {"faults": (Fault("sso-redirect"),)}, {},
     silent("not-canvas-answering", KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, ALIVE, INCLUDES)),
    ("there is no course that the user may read", {"course_state": "deleted", "role": "student"},
     {"course_id": str(SECOND_OTHER), "course_name": "Drawing I"}, silent("sandbox-unfit", INCLUDES)),
]  # fmt: skip


def checked(state: dict[str, Any], given: dict[str, Any]) -> Sweep:
    """A run in probe mode that judges no scope."""
    return sweep("probe", only=("none",), settings=given, **state)


def outcomes(found: Sweep) -> dict[KeyCheck, Outcome]:
    """Verdict and cause of each check."""
    return {result.check: (result.verdict, result.cause) for result in found.setup.key}


@pytest.mark.parametrize(("state", "given", "differs"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_state(state: dict[str, Any], given: dict[str, Any], differs: dict[KeyCheck, Outcome]) -> None:
    """In this state exactly these checks are not right, for this cause."""
    assert outcomes(checked(state, given)) == RIGHT | differs


def test_each_check_can_be_red() -> None:
    """For each of the eight there is a state in which it fails."""
    red = {check for row in STATES for check, outcome in row[3].items() if outcome[0] is FAILED}

    assert red == set(KeyCheck)


def test_a_check_that_is_not_right_says_why_and_what_to_do() -> None:
    """Whatever fails or is unproved has a sentence, a known cause, and a remedy without a gap in it."""
    for _, state, given, _ in STATES:
        for result in checked(state, given).setup.key:
            assert result.message.endswith(".")
            if result.verdict in {FAILED, UNPROVED}:
                assert result.cause in CAUSES
                assert result.remedy
                assert result.remedy[0].isupper()
                assert "{" not in result.remedy


FAULTS: Final = sorted(set(get_args(get_type_hints(Fault)["kind"])) - {"hang"})


@pytest.mark.parametrize("where", [AUTH, API, TOKEN, "/enrollments", "/courses/1001", "/developer_keys|/scopes", ""])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_never_an_answer(kind: Any, where: str) -> None:
    """Whatever goes wrong on the way to a right Canvas, no check fails: it is right, or unproved."""
    for times in (None, 1):
        found = checked({"faults": (Fault(kind, where, times),)}, REFRESH | ADMIN)

        assert {outcome[0] for outcome in outcomes(found).values()} <= {OK, UNPROVED, NOT_CHECKED}


def test_a_dead_token_is_said_once() -> None:
    """What keeps every scope from being judged is what the check of the token says, with the same remedy."""
    found = checked({"key_state": "off"}, {})
    alive = next(result for result in found.setup.key if result.check is ALIVE)
    dead = found.setup.dead

    assert dead is not None
    assert (dead.cause, dead.message, dead.remedy) == (alive.cause, alive.message, alive.remedy)


def test_an_environment_that_is_overwritten_is_named() -> None:
    """Where a key or token is lost in a test environment, the environment and its fate are printed."""
    known = next(r for r in checked({"key_workflow": "deleted"}, BETA).setup.key if r.check is KNOWN)
    alive = next(r for r in checked({"token_state": "expired"}, BETA).setup.key if r.check is ALIVE)

    beta = "This is Canvas's beta environment, which production is copied over every Saturday"
    assert beta in (known.remedy or "")
    assert beta in alive.message


def test_another_name_of_a_scope_is_told() -> None:
    """With an administrator's token the remedy names what this Canvas calls the scope."""
    renamed = {scope: scope.replace(":url_or_id", ":url") for scope in PAGES}
    lacking = next(r for r in checked({"scopes_renamed": renamed}, ADMIN).setup.key if r.check is SCOPES_ON_KEY)

    for scope, other in renamed.items():
        assert f"{other} (this Canvas's name of {scope})" in (lacking.remedy or "")


def test_the_key_s_record_gives_no_secret_away() -> None:
    """The record carries the secrets of keys; the evidence does not."""
    found = checked({"key_kind": "lti"}, {**NO_PREFLIGHT, **ADMIN, "access_token": None})
    evidence = str(found.setup.key)

    assert "developer_keys" in evidence
    assert "api_key" in evidence
    assert CREDENTIALS.client_secret not in evidence


def test_a_profile_that_needs_no_includes_does_not_ask_for_them() -> None:
    """Allow Include Parameters is no fault where the profile does not require it."""
    found = sweep("probe", profile=load_profile("example-reader"), only=("none",), allow_includes=False)

    assert found.check(INCLUDES) == NOT_ASKED


SCOPE = {"errors": [{"message": "Insufficient scopes on access token."}]}
GONE = {"errors": [{"message": "The specified resource does not exist."}]}
DENIED = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
INVALID = {"errors": [{"message": "Invalid access token."}]}


def said(status: int | None, body: object = None, path: str = "/api/v1/courses/0/enrollments") -> Answer:
    """An answer to a canary call."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer("GET", f"https://canvas.test{path}", status, {}, text.encode(), None if status else "reset")


GRAPHQL = "/api/graphql"


@pytest.mark.parametrize(
    ("answers", "enforced"),
    [
        ([], None),
        ([said(401, SCOPE)], True),
        ([said(404, GONE), said(401, SCOPE)], True),
        # A key may carry the first canary's scope: then the fault of the second leaves it open.
        ([said(404, GONE), said(None)], None),
        ([said(404, GONE), said(503, "<html>")], None),
        ([said(404, GONE), said(302)], None),
        ([said(401, INVALID)], None),
        ([said(404, GONE), said(403, DENIED), said(200, {"data": {}}, GRAPHQL)], False),
        ([said(404, GONE), said(404, "<html>Page Not Found</html>", GRAPHQL)], False),
        ([said(404, "<html>Page Not Found</html>"), said(404, GONE)], False),
        # Nothing but what any web server says.
        ([said(404, {"message": "no Route matched with those values"})], None),
        ([said(200, {"status": "ok"}), said(200, {"status": "ok"}, GRAPHQL)], None),
        ([said(404, "<html>Page Not Found</html>")], None),
    ],
)
def test_canaries(answers: list[Answer], enforced: bool | None) -> None:
    """Refused once means enforced; let through everywhere means not; anything else tells nothing."""
    assert Canaries(answers).enforced is enforced


def test_canaries_end_at_the_first_refusal() -> None:
    """A key that enforces scopes is asked once, before any course is looked up."""
    found = checked({}, {})
    evidence = next(r for r in found.setup.key if r.check is ENFORCED).evidence

    assert len(evidence) == 1
    assert found.setup.probes_prove


def test_other_software_is_not_a_living_token() -> None:
    """A success for everything is no sign of Canvas."""
    welcome = said(200, {"status": "ok"})
    found = Findings("Key", SCOPES, canaries=Canaries([welcome]), course=welcome)

    assert found.alive is None
    assert token_alive(found).verdict is UNPROVED
