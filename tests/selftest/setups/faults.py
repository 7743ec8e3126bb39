"""Each known way in which a set-up is wrong: one state of the embedded Canvas, or one difference in the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, Literal

from scopecheck.embedded_canvas.known import ADMIN_KEY, CREDENTIALS
from scopecheck.model.secret import Secret
from tests.selftest.exercises.sweep import SCOPES

PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
TERMS: Final = "url:GET|/api/v1/accounts/:account_id/terms"
COURSE: Final = "url:GET|/api/v1/courses/:id"
PLACEHOLDER: Final = "https://prod.ally.ac/api/v2/[ClientId]/auth/canvas/callback"
REFRESH: Final = {"access_token": None, "refresh_token": Secret(CREDENTIALS.refresh_token)}
BOXES, TOKEN, WHICH_KEY, USER = (frozenset({part}) for part in ("boxes", "token", "which key", "user"))
_UNITED: Final = frozenset({"missing_on_key", "missing_on_token"})
"""What two faults can both have."""


@dataclass(frozen=True)
class Fault:
    """One thing that somebody did wrong."""

    name: str
    state: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    """What it is about, where two faults exclude each other though they have no option in common."""
    unseen: Literal["", "probing", "without the record"] = ""
    """Where nobody can see it who has no administrator's token: in probe mode, or in both."""


def _off(*scopes: str) -> dict[str, frozenset[str]]:
    """Boxes that were never selected: the token was issued without them, too."""
    return {"missing_on_key": frozenset(scopes), "missing_on_token": frozenset(scopes)}


def _token(name: str, state: str, **more: Any) -> Fault:
    return Fault(name, {"token_state": state}, more, TOKEN)


FAULTS: Final[tuple[Fault, ...]] = (
    Fault("a box is off", _off(QUIZ)),
    Fault("the box that includes are read with is off", _off(COURSE)),
    Fault("three boxes are off", _off(PAGE, QUIZ, TERMS)),
    Fault("no box is on", _off(*SCOPES), parts=BOXES),
    Fault("a box was taken off", {"missing_on_key": frozenset({TERMS}), "token_state": "revoked"}, parts=TOKEN),
    Fault("an LTI key", {"key_kind": "lti", "missing_on_token": frozenset(SCOPES)}, parts=BOXES | WHICH_KEY),
    Fault("scopes are not enforced", {"enforce_scopes": False}),
    Fault("scopes are not enforced, and no box is on", {"enforce_scopes": False, **_off(*SCOPES)}, parts=BOXES),
    Fault("includes are not allowed", {"allow_includes": False}),
    Fault("another redirect URI", {"redirect_uris": ("https://prod.ally.ac/api/v2/4321/auth/canvas/callback",)}),
    Fault(
        "a placeholder is left in the redirect URI", {"redirect_uris": (PLACEHOLDER,)}, {"redirect_uri": PLACEHOLDER}
    ),
    Fault("the key is off", {"key_state": "off"}),
    Fault("the key is inactive", {"key_workflow": "inactive"}),
    Fault("the key is deleted", {"key_workflow": "deleted"}, parts=WHICH_KEY),
    _token("the token's hour is over", "expired"),
    _token("the token was revoked", "revoked"),
    _token("the token is of another Canvas", "unknown"),
    _token("the token was made by hand, and has expired", "permanently-expired"),
    _token("the token was made by hand", "personal"),
    _token("the authorization was revoked", "revoked", **REFRESH),
    Fault("the token is older than a box", {"missing_on_token": frozenset({PAGE})}),
    Fault("the token has no scopes", {"missing_on_token": frozenset(SCOPES)}, parts=BOXES),
    Fault("another key's secret", given={**REFRESH, "client_secret": Secret("another")}, parts=TOKEN),
    Fault("the ID of no key", given={"client_id": "424242"}),
    Fault(
        "the ID of another key",
        given={"client_id": str(ADMIN_KEY), "client_secret": Secret("admin-key-secret")},
        parts=WHICH_KEY,
    ),
    Fault("a proxy strips Canvas's headers", {"proxy_strips_headers": True}),
    Fault("the number of no account", given={"account_id": "999"}),
    Fault("the user is a teacher", {"role": "teacher"}, parts=USER),
    Fault("the user administers a sub-account", {"role": "sub-account-admin"}, parts=USER),
    Fault(
        "Ally's role, but pages cannot be updated",
        {"role": "ally", "denied": frozenset({"manage_wiki_update"})},
        unseen="probing",
    ),
    Fault(
        "Ally's role, but users cannot be acted as",
        {"role": "ally", "denied": frozenset({"become_user"})},
        unseen="without the record",
    ),
    Fault("courses cannot be listed", {"denied": frozenset({"read_course_list"})}, parts=USER),
)


def together(*faults: Fault) -> tuple[dict[str, Any], dict[str, Any]]:
    """State and settings with all of these faults."""
    state: dict[str, Any] = {}
    for fault in faults:
        for name, value in fault.state.items():
            state[name] = state[name] | value if name in _UNITED and name in state else value
    return state, {name: value for fault in faults for name, value in fault.given.items()}


def pairs() -> Iterator[tuple[Fault, Fault]]:
    """All pairs of faults that can be at the same time."""
    return ((one, other) for one, other in combinations(FAULTS, 2) if _can_meet(one, other))


def _can_meet(one: Fault, other: Fault) -> bool:
    alike = ({*one.state, *one.given} & {*other.state, *other.given}) - _UNITED
    return not alike and not one.parts & other.parts
