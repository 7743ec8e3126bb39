"""What a real Canvas of spring 2022 answered is still judged rightly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from scopecheck.bundle.bundle import Recorded, found_checks, found_scopes
from scopecheck.bundle.replay import Replayed, replay
from scopecheck.exercises.calls import get
from scopecheck.exercises.lists import PER_PAGE
from scopecheck.exercises.sections.accounts import COURSE_INCLUDES
from scopecheck.model.call import Call
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.bundle import written_by_hand as real
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES

COURSES = Call("GET", "/api/v1/accounts/self/courses", query=[("include[]", "term"), ("per_page", "1")])
_USED: Final = [("include[]", "storage_quota_used_mb"), PER_PAGE]
NO_COURSE: Final = (
    get("/accounts/self/courses", [("state[]", "available"), *_USED]),
    get("/accounts/self/courses", _USED),
)
"""How courses to read are looked for where none can be found: that Canvas was asked before probe mode read any."""
COURSE = "url:GET|/api/v1/courses/:id"
GRANTED = (Verdict.GRANTED, Proof.PROBED, None)
_ACCOUNT_ROW: Final = {"id": 1, "name": "text 2", "parent_account_id": None}
_COURSE_ROW: Final = {
    "id": 7,
    "name": "text 1",
    "account_id": 1,
    "workflow_state": "available",
    "syllabus_body": None,
    "term": {"id": 1},
}
READ: Final[Mapping[str, tuple[Call, Any]]] = {
    "url:GET|/api/v1/accounts": (get("/accounts", [PER_PAGE]), [_ACCOUNT_ROW]),
    "url:GET|/api/v1/accounts/:id": (get("/accounts/self"), _ACCOUNT_ROW),
    "url:GET|/api/v1/accounts/:account_id/sub_accounts": (
        get("/accounts/self/sub_accounts", [("recursive", "true"), PER_PAGE]), [],
    ),
    "url:GET|/api/v1/accounts/:account_id/courses": (
        get("/accounts/self/courses", [*COURSE_INCLUDES, PER_PAGE]), [_COURSE_ROW],
    ),
    "url:GET|/api/v1/accounts/:account_id/terms": (
        get("/accounts/self/terms", [PER_PAGE]), {"enrollment_terms": []},
    ),
}  # fmt: skip
"""What probe mode reads for real: the call and its answer, by scope."""
ALL_GRANTED: Final = {
    scope: (Verdict.GRANTED, Proof.EXERCISED if scope in READ else Proof.PROBED, None) for scope in SCOPES
}


def _judge(exchanges: list[Recorded], folder: Path) -> Replayed:
    return replay(real.bundle(exchanges), ALLY, folder, HASTY)


def _run(**other: Recorded | list[Recorded]) -> list[Recorded]:
    """The exchanges of a probe-mode run in which every scope is granted, except for the probes that are given."""
    courses: Any = [{"id": 7, "name": "text 1", "term": {"id": 1}}]
    every = [
        real.scope_refused(real.first_canary(), 205),
        real.answered(COURSES, 200, courses, _ok()),
        *(real.answered(call, 200, [], _ok()) for call in NO_COURSE),
    ]
    for scope, call in real.probes().items():
        granted = real.answered(READ[scope][0], 200, READ[scope][1], _ok()) if scope in READ else real.not_found(call)
        given = other.get(scope, granted)
        every += given if isinstance(given, list) else [given]
    return every


def _ok() -> dict[str, str]:
    return {**real.SIGNED, **real.USER}


def _scopes(replayed: Replayed) -> dict[str, Any]:
    found = found_scopes(replayed.run.scopes)
    return {scope: (each.verdict, each.proof, each.cause) for scope, each in found.items()}


def test_a_key_that_is_right(tmp_path: Path) -> None:
    """Probes that get 404 under the token's user prove each scope; the canary's refusal proves enforcement."""
    replayed = _judge(_run(), tmp_path)
    checks = found_checks(replayed.run.key)

    assert _scopes(replayed) == ALL_GRANTED
    assert checks[KeyCheck.SCOPES_ENFORCED].verdict is CheckVerdict.OK
    assert checks[KeyCheck.INCLUDES_ALLOWED].verdict is CheckVerdict.OK
    assert replayed.missing == []


def test_a_role_refusal_in_spanish(tmp_path: Path) -> None:
    """It passed the scope gate, whatever its language: the scope is granted, and the token is not dead."""
    replayed = _judge(_run(**{COURSE: real.role_refused_in_spanish(real.probes()[COURSE])}), tmp_path)

    assert _scopes(replayed)[COURSE] == GRANTED
    assert found_checks(replayed.run.key)[KeyCheck.TOKEN_ALIVE].verdict is CheckVerdict.OK


def test_a_scope_refusal_with_an_error_report(tmp_path: Path) -> None:
    """It is a missing scope, and of that scope only."""
    replayed = _judge(_run(**{COURSE: real.scope_refused(real.probes()[COURSE], 18)}), tmp_path)

    assert _scopes(replayed) == {
        **ALL_GRANTED, COURSE: (Verdict.MISSING, None, "scope-missing-on-key")
    }  # fmt: skip


def test_a_dead_token(tmp_path: Path) -> None:
    """One cause for all scopes, and no probe is sent."""
    asked = [real.first_canary(), COURSES, get("/accounts", [PER_PAGE])]
    replayed = _judge([real.dead(call) for call in asked], tmp_path)

    assert _scopes(replayed) == dict.fromkeys(SCOPES, (Verdict.UNPROVED, None, "token-expired"))
    assert found_checks(replayed.run.key)[KeyCheck.TOKEN_ALIVE].verdict is CheckVerdict.FAILED
    assert replayed.missing == []


def test_throttling_that_goes_on(tmp_path: Path) -> None:
    """A scope that stays throttled is unproved, and nothing is said about it."""
    replayed = _judge(_run(**{COURSE: real.throttled(real.probes()[COURSE])}), tmp_path)

    assert _scopes(replayed)[COURSE] == (Verdict.UNPROVED, None, "throttled")


def test_throttling_that_passes(tmp_path: Path) -> None:
    """The call is made again, and its next answer counts."""
    call = real.probes()[COURSE]
    replayed = _judge(_run(**{COURSE: [real.throttled(call), real.throttled(call), real.not_found(call)]}), tmp_path)

    assert _scopes(replayed)[COURSE] == GRANTED
    assert [each.requests for each in replayed.run.scopes if each.scope == COURSE] == [3]
