"""States of an embedded Canvas with settings, and for each the key checks that differ from a correct key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import ADMIN_KEY, CREDENTIALS, SECOND_OTHER
from scopecheck.model.profile import Requirement
from scopecheck.model.scope import Scope
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from tests.selftest.exercises.sweep import ALLY, SCOPES

OK, FAILED, UNPROVED, NOT_CHECKED = CheckVerdict
KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, ALIVE, FROM_KEY, INCLUDES, ADMINISTERS = KeyCheck
Outcome = tuple[CheckVerdict, str | None]

FINE: Final[Outcome] = (OK, None)
NOT_ASKED: Final[Outcome] = (NOT_CHECKED, None)
RIGHT: Final[dict[KeyCheck, Outcome]] = dict.fromkeys(KeyCheck, FINE)
"""The outcomes for a correct key with a pasted token."""

ADMIN: Final = {"admin_token": Secret(CREDENTIALS.admin_token)}
REFRESH: Final = {"access_token": None, "refresh_token": Secret(CREDENTIALS.refresh_token)}
NO_PREFLIGHT: Final = {"redirect_uri": None}
BETA: Final = {"base_url": "https://school.beta.instructure.com"}
PAGES: Final = frozenset(scope for scope in SCOPES if ":url_or_id" in scope)
RENAMED: Final = {scope: scope.replace(":url_or_id", ":url") for scope in PAGES}
QUIZ: Final = frozenset({"url:PUT|/api/v1/courses/:course_id/quizzes/:id"})
UNKNOWN: Final = {scope: scope.replace(":id", ":quiz_id") for scope in QUIZ}
NO_SUCH: Final = "url:GET|/api/v1/courses/:course_id/no_such_thing"
WITH_UNKNOWN: Final = replace(
    ALLY, requirements=(*ALLY.requirements, Requirement(Scope.parse(NO_SUCH), "Courses"))
)  # fmt: skip
"""Ally's profile and a scope that the embedded Canvas does not have."""
ACCOUNTS: Final = "url:GET|/api/v1/accounts"
NO_ACCOUNTS: Final = replace(
    ALLY, requirements=tuple(row for row in ALLY.requirements if str(row.scope) != ACCOUNTS)
)  # fmt: skip
LIST: Final = "url:GET|/api/v1/courses/:course_id/pages"


def by(cause: str, *checks: KeyCheck, verdict: CheckVerdict = FAILED) -> dict[KeyCheck, Outcome]:
    """These checks with one verdict and one cause."""
    return dict.fromkeys(checks, (verdict, cause))


def unproved(cause: str, *checks: KeyCheck) -> dict[KeyCheck, Outcome]:
    """These checks unproved, with one cause."""
    return by(cause, *checks, verdict=UNPROVED)


def unasked(*checks: KeyCheck) -> dict[KeyCheck, Outcome]:
    """These checks not checked."""
    return dict.fromkeys(checks, NOT_ASKED)


DEAD: Final = unasked(FROM_KEY, INCLUDES, ADMINISTERS)
"""What else differs if the token is dead: the key still refuses the canary in the preflight."""
EVERY: Final = [check for check in KeyCheck if check is not FROM_KEY]
API: Final = "/api/v1|/api/graphql"
AUTH: Final = "/login/oauth2/auth"
TOKEN: Final = "POST /login/oauth2/token"

STATES: Final[list[tuple[str, dict[str, Any], dict[str, Any], dict[KeyCheck, Outcome]]]] = [
    # name, state of the embedded Canvas, settings, and what differs from a correct key
    ("correct", {}, {}, {}),
    ("correct, some years ago", {"version": "old"}, {}, {}),
    ("the user is a teacher", {"role": "teacher"}, {}, by("user-lacks-permission", ADMINISTERS)),
    ("the key belongs to another account", {"key_owner": "other-account"}, {}, {}),
    ("without a sandbox course", {}, {"course_id": None, "course_name": None}, {}),
    # the key
    ("a scope is not on the key", {"missing_on_key": frozenset({LIST})}, {},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("an LTI key", {"key_kind": "lti"}, {},
     by("wrong-kind-of-key", SCOPES_ON_KEY) | unproved("wrong-kind-of-key", ON)),
    ("an API key without any scopes, by its record", {"missing_on_key": frozenset(SCOPES)}, ADMIN,
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("an LTI key, by its record", {"key_kind": "lti"}, ADMIN, by("wrong-kind-of-key", SCOPES_ON_KEY)),
    ("scopes are not enforced", {"enforce_scopes": False}, {},
     by("scopes-not-enforced", ENFORCED) | unproved("scopes-not-enforced", SCOPES_ON_KEY, INCLUDES)),
    ("includes are not allowed", {"allow_includes": False}, {}, by("includes-not-allowed", INCLUDES)),
    ("includes are not allowed, without a sandbox course", {"allow_includes": False},
     {"course_id": None, "course_name": None}, by("includes-not-allowed", INCLUDES)),
    ("the redirect URI is different", {"redirect_uris": ("https://prod.ally.ac/",)}, {},
     by("redirect-uri-mismatch", URI) | unproved("redirect-uri-mismatch", ON, SCOPES_ON_KEY)),
    ("the key is off", {"key_state": "off"}, {}, DEAD | by("key-off", ON, ALIVE)),
    ("the key is deleted", {"key_workflow": "deleted"}, {},
     DEAD | by("key-unknown-here", KNOWN, ALIVE) | unproved("key-unknown-here", URI, ON, SCOPES_ON_KEY, ENFORCED)),
    ("the key is unknown to a Canvas that was overwritten", {"key_workflow": "deleted"}, BETA,
     DEAD | by("environment-reset", KNOWN, ALIVE) | unproved("environment-reset", URI, ON, SCOPES_ON_KEY, ENFORCED)),
    ("the key is inactive, by its record", {"key_workflow": "inactive"}, ADMIN,
     DEAD | by("key-inactive", KNOWN, ALIVE) | {INCLUDES: FINE}),
    ("the same, without a preflight", {"key_workflow": "inactive"}, {**NO_PREFLIGHT, **ADMIN},
     unasked(URI) | DEAD | by("key-inactive", KNOWN, ALIVE) | {INCLUDES: FINE}),
    ("the key is inactive, by its record, some years ago", {"key_workflow": "inactive", "version": "old"}, ADMIN,
     DEAD | by("key-inactive", KNOWN, ALIVE) | {INCLUDES: FINE}),
    ("the same, and there is a refresh token", {"key_workflow": "inactive"}, {**ADMIN, **REFRESH},
     DEAD | by("key-inactive", KNOWN, ALIVE) | {INCLUDES: FINE}),
    ("the same, in a Canvas that is overwritten", {"key_workflow": "inactive"}, {**ADMIN, **REFRESH, **BETA},
     DEAD | by("key-inactive", KNOWN, ALIVE) | {INCLUDES: FINE}),
    ("the same, and the redirect URI is different",
     {"key_workflow": "inactive", "redirect_uris": ("https://prod.ally.ac/",)}, ADMIN,
     DEAD | by("key-inactive", KNOWN, ALIVE) | unproved("key-inactive", URI) | {INCLUDES: FINE}),
    ("Canvas has scopes under another name", {"scopes_renamed": RENAMED}, {}, {}),
    ("the same, and one is not on the key", {"scopes_renamed": RENAMED, "missing_on_key": PAGES}, {},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("Canvas has scopes under a name that nobody knew of", {"scopes_renamed": UNKNOWN}, {},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the same, and its list of scopes can be read", {"scopes_renamed": UNKNOWN}, ADMIN, {}),
    ("the same, and only the key's record can be read", {"scopes_renamed": UNKNOWN}, {**NO_PREFLIGHT, **ADMIN},
     unasked(URI)),
    ("the same, and one is not on the key, by its list", {"scopes_renamed": UNKNOWN, "missing_on_key": QUIZ}, ADMIN,
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("an LTI key, some years ago", {"key_kind": "lti", "version": "old"}, {},
     by("wrong-kind-of-key", SCOPES_ON_KEY) | unproved("wrong-kind-of-key", ON)),
    ("Canvas has no such scope", {}, {**ADMIN, "profile": WITH_UNKNOWN}, by("scope-name-stale", SCOPES_ON_KEY)),
    ("the same, and its list of scopes cannot be read", {}, {"profile": WITH_UNKNOWN},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the same, and another is not on the key", {"missing_on_key": QUIZ}, {**ADMIN, "profile": WITH_UNKNOWN},
     by("scope-missing-on-key", SCOPES_ON_KEY)),
    # the token
    ("the token's hour is over", {"token_state": "expired"}, {}, DEAD | by("token-expired", ALIVE)),
    ("the token belongs to another Canvas", {"token_state": "unknown"}, {}, DEAD | by("token-expired", ALIVE)),
    ("the token was revoked", {"token_state": "revoked"}, {}, DEAD | by("token-killed-by-scope-removal", ALIVE)),
    ("the token was created by hand, and has expired", {"token_state": "permanently-expired"}, {},
     DEAD | by("token-policy", ALIVE)),
    ("the token was created by hand", {"token_state": "personal"}, {},
     by("token-from-another-key", ENFORCED, FROM_KEY) | unproved("token-from-another-key", INCLUDES)),
    ("the token was created by hand, behind a proxy that strips headers",
     {"token_state": "personal", "proxy_strips_headers": True}, {},
     by("token-from-another-key", ENFORCED, FROM_KEY) | unproved("token-from-another-key", INCLUDES)),
    ("the token was created by hand, and the key does not enforce scopes either",
     {"token_state": "personal", "enforce_scopes": False}, {},
     by("scopes-not-enforced", ENFORCED) | unproved("scopes-not-enforced", SCOPES_ON_KEY, INCLUDES)
     | by("token-from-another-key", FROM_KEY)),
    ("the client ID is of no key", {}, {"client_id": "424242"},
     by("key-unknown-here", KNOWN, FROM_KEY) | unproved("key-unknown-here", URI, ON, SCOPES_ON_KEY)),
    ("the client ID is of no key, behind a proxy that strips headers", {"proxy_strips_headers": True},
     {"client_id": "424242"},
     by("key-unknown-here", KNOWN, FROM_KEY) | unproved("key-unknown-here", URI, ON, SCOPES_ON_KEY)),
    ("the token is alive, the key is off", {"key_state": "off", "token_state": "personal"}, {},
     by("token-from-another-key", ENFORCED, FROM_KEY) | unproved("token-from-another-key", INCLUDES)
     | by("key-off", ON)),
    ("the token is alive, the key is unknown", {"key_workflow": "deleted", "token_state": "personal"}, {},
     by("token-from-another-key", ENFORCED, FROM_KEY) | unproved("token-from-another-key", INCLUDES)
     | by("key-unknown-here", KNOWN) | unproved("key-unknown-here", URI, ON, SCOPES_ON_KEY)),
    ("the token is limited to scopes, the key does not enforce them", {"version": "old"},
     {"client_id": str(ADMIN_KEY), "redirect_uri": OUT_OF_BAND},
     by("redirect-uri-malformed", URI) | by("scopes-not-enforced", ENFORCED)
     | unproved("scopes-not-enforced", SCOPES_ON_KEY) | by("token-from-another-key", FROM_KEY)),
    ("the same, by the key's record", {}, {"client_id": str(ADMIN_KEY), **NO_PREFLIGHT, **ADMIN},
     unasked(URI) | by("scopes-not-enforced", ENFORCED) | by("token-from-another-key", FROM_KEY)
     | by("scope-missing-on-key", SCOPES_ON_KEY)),
    # the user
    ("the user's accounts may not be listed", {"missing_on_token": frozenset({ACCOUNTS})}, {}, unasked(ADMINISTERS)),
    ("the profile asks for no role", {}, {"profile": replace(ALLY, role=None)}, unasked(ADMINISTERS)),
    ("the profile asks for a role, not for the scope of accounts", {}, {"profile": NO_ACCOUNTS}, unasked(ADMINISTERS)),
    # the refresh token
    ("refreshed", {}, REFRESH, {FROM_KEY: FINE}),
    ("the secret belongs to another key", {}, {**REFRESH, "client_secret": Secret("wrong")},
     DEAD | by("refresh-failed", ALIVE)),
    ("the refresh token is unknown", {}, {**REFRESH, "refresh_token": Secret("1~gone")},
     DEAD | by("refresh-failed", ALIVE)),
    ("the refresh token is unknown, some years ago", {"version": "old"},
     {**REFRESH, "refresh_token": Secret("1~gone")},
     DEAD | by("refresh-failed", ALIVE)),
    ("the refresh token is unknown to a Canvas that was overwritten", {},
     {**REFRESH, **BETA, "refresh_token": Secret("1~gone")}, DEAD | by("environment-reset", ALIVE)),
    ("the refresh token belongs to another key", {},
     {**REFRESH, "client_id": str(ADMIN_KEY), "client_secret": Secret("admin-key-secret"), "redirect_uri": None},
     unasked(KNOWN, URI, ON, SCOPES_ON_KEY, ENFORCED, INCLUDES, ADMINISTERS)
     | by("token-from-another-key", ALIVE, FROM_KEY)),
    ("refreshed, and never saved", {"missing_on_key": frozenset({LIST})}, REFRESH,
     DEAD | by("scope-missing-on-key", SCOPES_ON_KEY) | by("scopes-sent-to-unscoped-key", ALIVE) | {FROM_KEY: FINE}),
    ("the token endpoint is down", {"faults": (Fault("502", TOKEN),)}, REFRESH,
     DEAD | unproved("not-canvas-answering", ALIVE)),
    ("the token endpoint is throttled", {"faults": (Fault("throttle-403", TOKEN),)}, REFRESH,
     DEAD | unproved("throttled", ALIVE)),
    # not checked
    ("no redirect URI is set", {}, NO_PREFLIGHT, unasked(KNOWN, URI, ON, SCOPES_ON_KEY)),
    ("no token is set", {}, {"access_token": None}, DEAD | unasked(ALIVE)),
    ("neither is set", {}, {"access_token": None, **NO_PREFLIGHT}, unasked(*KeyCheck)),
    # the key's record instead of the preflight
    ("no redirect URI, but an administrator's token", {}, {**NO_PREFLIGHT, **ADMIN}, unasked(URI)),
    ("the same, some years ago", {"version": "old"}, {**NO_PREFLIGHT, **ADMIN}, unasked(URI)),
    ("the same, and the key is off", {"key_state": "off"}, {**NO_PREFLIGHT, **ADMIN},
     unasked(URI) | DEAD | by("key-off", ON, ALIVE) | {INCLUDES: FINE}),
    ("the same, and the key is inactive", {"key_workflow": "inactive"}, {**NO_PREFLIGHT, **ADMIN, "access_token": None},
     unasked(URI, ALIVE, FROM_KEY, ADMINISTERS) | by("key-inactive", KNOWN)),
    ("the same, and includes are not allowed", {"allow_includes": False},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None},
     unasked(URI, ALIVE, FROM_KEY, ADMINISTERS) | by("includes-not-allowed", INCLUDES)),
    ("the same, and scopes are not enforced", {"enforce_scopes": False},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None},
     unasked(URI, ALIVE, FROM_KEY, ADMINISTERS) | by("scopes-not-enforced", ENFORCED)),
    ("the same, and a scope is not on the key", {"missing_on_key": frozenset({LIST})},
     {**NO_PREFLIGHT, **ADMIN}, unasked(URI) | by("scope-missing-on-key", SCOPES_ON_KEY)),
    ("the preflight is down, the record is correct", {"faults": (Fault("503-html", AUTH),)}, ADMIN, {}),
    ("the key is inherited, and off", {"key_owner": "site-admin", "key_state": "off"},
     {**NO_PREFLIGHT, **ADMIN, "access_token": None}, DEAD | unasked(URI, SCOPES_ON_KEY, ENFORCED, ALIVE)
     | by("key-off", ON)),
    # no answer from Canvas
    ("everything is down", {"faults": (Fault("503-html"),)}, {},
     unasked(FROM_KEY) | unproved("not-canvas-answering", *EVERY)),
    ("the API is throttled through all retries", {"faults": (Fault("throttle-429", API),)}, {},
     unasked(FROM_KEY) | unproved("throttled", ENFORCED, ALIVE, INCLUDES, ADMINISTERS)),
    ("a portal is in front of everything", {"faults": (Fault("sso-redirect"),)}, {},
     unasked(FROM_KEY) | unproved("not-canvas-answering", *EVERY)),
    ("there is no course that the user may read", {"course_state": "deleted", "role": "student"},
     {"course_id": str(SECOND_OTHER), "course_name": "Drawing I"},
     unproved("user-lacks-permission", INCLUDES) | by("user-lacks-permission", ADMINISTERS)),
    ("the same, and the profile says nothing of a role", {"course_state": "deleted", "role": "student"},
     {"course_id": str(SECOND_OTHER), "course_name": "Drawing I", "profile": replace(ALLY, role=None)},
     unproved("sandbox-unfit", INCLUDES) | unasked(ADMINISTERS)),
]  # fmt: skip
