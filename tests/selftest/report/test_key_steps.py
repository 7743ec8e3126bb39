"""What to do about the key: one step where it is most likely another integration's, and no change of it before that."""

from __future__ import annotations

from dataclasses import replace

from scopecheck.model import causes
from scopecheck.model.causes import Cause
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, RunResult, ScopeResult
from scopecheck.report import Subject
from scopecheck.report.actions import Action
from tests.selftest.report.examples import ALLY, SCOPES, check, nothing_proved

REVOKED = "CANVAS_REFRESH_TOKEN is not known (any more)."


def failing(name: KeyCheck, cause: Cause) -> KeyResult:
    """A failed check."""
    return check(name, CheckVerdict.FAILED, cause.means, cause)


def in_doubt(*lacking: str, issued: CheckVerdict = CheckVerdict.NOT_CHECKED) -> RunResult:
    """A key without the redirect URI and these scopes, enforcing none, and a refresh token that was revoked."""
    checks = [
        failing(KeyCheck.REDIRECT_URI, causes.REDIRECT_URI_MISMATCH),
        failing(KeyCheck.SCOPES_ON_KEY, causes.SCOPE_MISSING_ON_KEY),
        failing(KeyCheck.SCOPES_ENFORCED, causes.SCOPES_NOT_ENFORCED),
        check(KeyCheck.TOKEN_ALIVE, CheckVerdict.FAILED, REVOKED, causes.REFRESH_FAILED),
        check(KeyCheck.TOKEN_FROM_KEY, issued, "About the key that issued the token."),
    ]
    return replace(nothing_proved(causes.REFRESH_FAILED, REVOKED, checks), missing_on_key=list(lacking))


def steps(run: RunResult) -> list[Action]:
    """What to do."""
    return Subject(ALLY, run).actions


def test_a_key_that_lacks_nearly_everything_is_asked_about_once() -> None:
    """Whatever is wrong with it is no step of its own; neither is a token that nobody can get through it yet."""
    run = in_doubt(*SCOPES[:16])
    [action] = steps(run)

    assert action.what.startswith(
        "CANVAS_REDIRECT_URI and 16 of 31 scopes are missing on Anthology Ally, so most likely"
    )
    assert "set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the one that is, and run again. If it is, go on." in (
        action.what
    )
    assert (action.boxes, action.then) == ((), "")
    assert set(action.scopes) == set(SCOPES)
    wrong: list[ScopeResult | KeyResult] = [*run.scopes, *(each for each in run.key if each.cause)]
    assert {Subject(ALLY, run).step(result) for result in wrong} == {1}


def test_a_key_that_has_most_scopes_is_mended() -> None:
    """Then it is more likely that the integration's key has an old redirect URI."""
    callback, key, token = steps(in_doubt(*SCOPES[:15]))

    assert (callback.cause, key.cause, token.cause) == (
        "redirect-uri-mismatch", "scopes-not-enforced", "refresh-failed",
    )  # fmt: skip
    assert "turn Enforce Scopes on, and select 15 scopes:" in key.what


def test_a_key_that_issued_the_token_is_the_right_one() -> None:
    """Somebody authorized the integration through it."""
    assert len(steps(in_doubt(*SCOPES, issued=CheckVerdict.OK))) == 3


def test_a_key_of_which_no_scopes_are_known_is_not_called_another() -> None:
    """Without an administrator's token nothing tells what is on a key that refuses the redirect URI."""
    run = replace(in_doubt(), missing_on_key=None)

    assert "most likely" not in steps(run)[0].what
