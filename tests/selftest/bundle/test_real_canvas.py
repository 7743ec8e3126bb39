"""What a real Canvas of spring 2022 answered is still judged rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scopecheck.bundle.bundle import Recorded, found_checks, found_scopes
from scopecheck.bundle.replay import Replayed, replay
from scopecheck.model.call import Call
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.bundle import written_by_hand as real
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES

ACCOUNTS = "url:GET|/api/v1/accounts"
ACCOUNT = "url:GET|/api/v1/accounts/:id"
COURSES = Call("GET", "/api/v1/accounts/self/courses", query=[("include[]", "term"), ("per_page", "1")])
GRANTED = (Verdict.GRANTED, Proof.PROBED, None)


def _judge(exchanges: list[Recorded], folder: Path) -> Replayed:
    return replay(real.bundle(exchanges), ALLY, folder, HASTY)


def _run(**other: Recorded | list[Recorded]) -> list[Recorded]:
    """The exchanges of a probe-mode run in which every scope is granted, except for the probes that are given."""
    courses: Any = [{"id": 7, "name": "text 1", "term": {"id": 1}}]
    every = [real.scope_refused(real.first_canary(), 205), real.answered(COURSES, 200, courses, _ok())]
    for scope, call in real.probes().items():
        granted = real.answered(call, 200, [{"id": 1}], _ok()) if scope == ACCOUNTS else real.not_found(call)
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

    assert _scopes(replayed) == dict.fromkeys(SCOPES, GRANTED)
    assert checks[KeyCheck.SCOPES_ENFORCED].verdict is CheckVerdict.OK
    assert checks[KeyCheck.INCLUDES_ALLOWED].verdict is CheckVerdict.OK
    assert replayed.missing == []


def test_a_role_refusal_in_spanish(tmp_path: Path) -> None:
    """It passed the scope gate, whatever its language: the scope is granted, and the token is not dead."""
    replayed = _judge(_run(**{ACCOUNT: real.role_refused_in_spanish(real.probes()[ACCOUNT])}), tmp_path)

    assert _scopes(replayed)[ACCOUNT] == GRANTED
    assert found_checks(replayed.run.key)[KeyCheck.TOKEN_ALIVE].verdict is CheckVerdict.OK


def test_a_scope_refusal_with_an_error_report(tmp_path: Path) -> None:
    """It is a missing scope, and of that scope only."""
    replayed = _judge(_run(**{ACCOUNT: real.scope_refused(real.probes()[ACCOUNT], 18)}), tmp_path)

    assert _scopes(replayed) == {
        **dict.fromkeys(SCOPES, GRANTED), ACCOUNT: (Verdict.MISSING, None, "scope-missing-on-key")
    }  # fmt: skip


def test_a_dead_token(tmp_path: Path) -> None:
    """One cause for all scopes, and no probe is sent."""
    replayed = _judge([real.dead(real.first_canary()), real.dead(COURSES)], tmp_path)

    assert _scopes(replayed) == dict.fromkeys(SCOPES, (Verdict.UNPROVED, None, "token-expired"))
    assert found_checks(replayed.run.key)[KeyCheck.TOKEN_ALIVE].verdict is CheckVerdict.FAILED
    assert replayed.missing == []


def test_throttling_that_goes_on(tmp_path: Path) -> None:
    """A scope that stays throttled is unproved, and nothing is said about it."""
    replayed = _judge(_run(**{ACCOUNT: real.throttled(real.probes()[ACCOUNT])}), tmp_path)

    assert _scopes(replayed)[ACCOUNT] == (Verdict.UNPROVED, None, "throttled")


def test_throttling_that_passes(tmp_path: Path) -> None:
    """The call is made again, and its next answer counts."""
    call = real.probes()[ACCOUNT]
    replayed = _judge(_run(**{ACCOUNT: [real.throttled(call), real.throttled(call), real.not_found(call)]}), tmp_path)

    assert _scopes(replayed)[ACCOUNT] == GRANTED
    assert [each.requests for each in replayed.run.scopes if each.scope == ACCOUNT] == [3]
