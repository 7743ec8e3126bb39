"""Runs that reports must make distinguishable at a glance."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from scopecheck.config.profile_file import load_profile
from scopecheck.model import causes
from scopecheck.model.causes import Cause
from scopecheck.model.named import Named
from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.verdict import (
    CheckVerdict,
    Cleanup,
    Exchange,
    KeyCheck,
    KeyResult,
    Proof,
    RunResult,
    ScopeResult,
    Target,
    Verdict,
)

ALLY: Final[Profile] = load_profile("ally")
SCOPES: Final = [str(requirement.scope) for requirement in ALLY.requirements]
PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
NAMED: Final = Named(ALLY.title, "Ally Integration (user 10000000000101)", ALLY.key.authorized_in)
REFUSAL: Final = '{"errors":[{"message":"Insufficient scopes on access token."}]}'

WRITES: Final = frozenset(scope for scope in SCOPES if not scope.startswith("url:GET"))
NOTE: Final = "No Canvas is set. To test yours, fill in .env."


def exchange(scope: str, status: int = 200, body: str = "[]") -> Exchange:
    """One redacted call under a scope."""
    verb, path = scope.removeprefix("url:").split("|")
    sent = '{"wiki_page":{"body":"<h2 lang=\\"en\\">Accessible</h2>"}}' if verb == "PUT" else ""
    headers = {"content-type": "application/json", "x-rate-limit-remaining": "598.4"}
    return Exchange(f"{verb} {path.replace(':course_id', '1234')}", sent, status, headers, body, 41)


def granted(requirement: Requirement) -> ScopeResult:
    """A scope that was exercised."""
    scope = str(requirement.scope)
    found = "Read, written, read back and restored." if requirement.scope.is_write else "Read 2 pages of 12 rows."
    return ScopeResult(
        scope, requirement.section, Verdict.GRANTED, Proof.EXERCISED, None, found, None, 2,
        [exchange(scope), exchange(scope)],
    )  # fmt: skip


def wrong(requirement: Requirement, verdict: Verdict, cause: Cause, message: str = "", body: str = "") -> ScopeResult:
    """A scope that is not granted."""
    scope = str(requirement.scope)
    remedy = cause.remedy_for(
        scope=scope, section=requirement.section, permission=requirement.permission, **NAMED.words
    )
    evidence = [exchange(scope, 401, body)] if body else []
    return ScopeResult(
        scope, requirement.section, verdict, None, cause.slug, message or cause.means, remedy, len(evidence), evidence
    )


def check(name: KeyCheck, verdict: CheckVerdict, message: str, cause: Cause | None = None) -> KeyResult:
    """One key check."""
    remedy = cause.remedy_for(**NAMED.words) if cause else None
    return KeyResult(name, verdict, cause.slug if cause else None, message, remedy)


ALL_OK: Final = {
    KeyCheck.KEY_KNOWN: "Canvas knows the key, and it is active.",
    KeyCheck.REDIRECT_URI: "The key accepts CANVAS_REDIRECT_URI.",
    KeyCheck.KEY_ON: "The key is on for this account.",
    KeyCheck.SCOPES_ON_KEY: "The key has all 31 required scopes.",
    KeyCheck.SCOPES_ENFORCED: "A call outside the required scopes was refused.",
    KeyCheck.TOKEN_ALIVE: "Canvas accepts the token.",
    KeyCheck.TOKEN_FROM_KEY: "The token was fetched with the key's own ID and secret.",
    KeyCheck.INCLUDES_ALLOWED: "Canvas gave term when include[] asked for it.",
    KeyCheck.USER_ADMINISTERS: "The user administers account 1.",
}


def all_right() -> RunResult:
    """A correct key."""
    return RunResult(
        profile="ally",
        mode="exercise",
        started_at="2026-11-23T21:00:00Z",
        duration_s=4.2,
        target=Target("https://school.test.instructure.com", False, "self", "1234", "10000000000042"),
        key=[check(name, CheckVerdict.OK, message) for name, message in ALL_OK.items()],
        scopes=[granted(requirement) for requirement in ALLY.requirements],
        cleanup=Cleanup(restored=9),
        expected=len(ALLY.requirements),
        missing_on_key=[],
        named=NAMED,
    )


def with_scopes(run: RunResult, results: Callable[[Requirement], ScopeResult | None]) -> RunResult:
    """The run with other results for the scopes for which `results` returns one."""
    return replace(
        run,
        scopes=[results(requirement) or old for requirement, old in zip(ALLY.requirements, run.scopes, strict=True)],
    )


def with_checks(run: RunResult, results: Mapping[KeyCheck, KeyResult]) -> RunResult:
    """The run with other results for some key checks."""
    return replace(run, key=[results.get(old.check, old) for old in run.key])


def missing_on_key(*scopes: str) -> RunResult:
    """A key that lacks these scopes."""
    cause = causes.SCOPE_MISSING_ON_KEY

    def refused(requirement: Requirement) -> ScopeResult | None:
        text = f'{requirement.scope.verb} … got "Insufficient scopes on access token." {cause.means}'
        lacking = str(requirement.scope) in scopes
        return wrong(requirement, Verdict.MISSING, cause, text, REFUSAL) if lacking else None

    text = f"The key lacks {len(scopes)} of 31 required scopes."
    lacks = check(KeyCheck.SCOPES_ON_KEY, CheckVerdict.FAILED, text, cause)
    run = with_checks(with_scopes(all_right(), refused), {lacks.check: lacks})
    return replace(run, missing_on_key=list(scopes))


def two_things_wrong() -> RunResult:
    """A scope that is missing on the key, and includes that are not allowed."""
    run = missing_on_key(PAGE)
    includes = causes.INCLUDES_NOT_ALLOWED
    text = "Canvas answered without term, although include[] asked for it."
    stripped = check(KeyCheck.INCLUDES_ALLOWED, CheckVerdict.FAILED, text, includes)

    def without_syllabus(requirement: Requirement) -> ScopeResult | None:
        if str(requirement.scope) != "url:GET|/api/v1/courses/:id":
            return None
        message = "GET /api/v1/courses/1234 answered without syllabus_body, although include[] asked for it."
        return wrong(requirement, Verdict.MISCONFIGURED, includes, message, '{"id":1234,"name":"Sandbox"}')

    return with_checks(with_scopes(run, without_syllabus), {stripped.check: stripped})


def everything_missing() -> RunResult:
    """An API key on which no box is checked, or an LTI key."""
    cause = causes.WRONG_KIND_OF_KEY

    def refused(requirement: Requirement) -> ScopeResult:
        text = f'{requirement.scope.verb} … got "Insufficient scopes on access token." {cause.means}'
        return wrong(requirement, Verdict.MISSING, cause, text, REFUSAL)

    lacks = check(KeyCheck.SCOPES_ON_KEY, CheckVerdict.FAILED, "The key lacks 31 of 31 required scopes.", cause)
    on = check(KeyCheck.KEY_ON, CheckVerdict.UNPROVED, "Canvas tells on or off only with a scope that the key has, "
               "and it has none of the required ones.", cause)  # fmt: skip
    run = with_checks(with_scopes(all_right(), refused), {lacks.check: lacks, on.check: on})
    return replace(run, missing_on_key=SCOPES)


def nothing_proved(cause: Cause, message: str, checks: list[KeyResult]) -> RunResult:
    """A run in which one cause prevented every verdict."""
    run = with_scopes(all_right(), lambda requirement: wrong(requirement, Verdict.UNPROVED, cause, message))
    run = with_checks(run, {result.check: result for result in checks})
    return replace(run, notes=[message], cleanup=Cleanup())


def dead_token() -> RunResult:
    """A token that was revoked."""
    cause, message = causes.TOKEN_KILLED, "The token was revoked."
    includes = check(KeyCheck.INCLUDES_ALLOWED, CheckVerdict.NOT_CHECKED, "Not asked: there is no token.")
    alive = check(KeyCheck.TOKEN_ALIVE, CheckVerdict.FAILED, message, cause)
    return nothing_proved(cause, message, [alive, includes])


def wrong_key() -> RunResult:
    """A key that this Canvas does not know."""
    cause, message = causes.KEY_UNKNOWN_HERE, "Canvas does not know the key CANVAS_CLIENT_ID."
    later = (KeyCheck.REDIRECT_URI, KeyCheck.KEY_ON, KeyCheck.SCOPES_ON_KEY)
    checks = [
        check(KeyCheck.KEY_KNOWN, CheckVerdict.FAILED, message, cause),
        check(KeyCheck.TOKEN_ALIVE, CheckVerdict.FAILED, message, cause),
        *(check(name, CheckVerdict.UNPROVED, "Cannot be asked before the key is known.", cause) for name in later),
        check(KeyCheck.SCOPES_ENFORCED, CheckVerdict.NOT_CHECKED, "Not asked: there is no token."),
        check(KeyCheck.TOKEN_FROM_KEY, CheckVerdict.NOT_CHECKED, "Not asked: there is no token."),
        check(KeyCheck.INCLUDES_ALLOWED, CheckVerdict.NOT_CHECKED, "Not asked: there is no token."),
    ]
    return replace(nothing_proved(cause, message, checks), missing_on_key=None)


def outage() -> RunResult:
    """A Canvas that answers with a maintenance page."""
    cause = causes.NOT_CANVAS_ANSWERING
    message = "No call got a usable answer: HTTP 503 from awselb/2.0: <html><head><title>503</title></head>."
    checks = [check(name, CheckVerdict.UNPROVED, message, cause) for name in KeyCheck]
    return replace(nothing_proved(cause, message, checks), missing_on_key=None)


def demonstrated(run: RunResult) -> RunResult:
    """The same run against the embedded Canvas."""
    return replace(run, target=replace(run.target, embedded=True), unconfigured=NOTE)


def probed(scopes: Collection[str], mode: str = "probe", run: RunResult | None = None) -> RunResult:
    """A run in which the granted ones of these scopes were only probed."""
    run = run or all_right()
    results = [
        replace(result, proof=Proof.PROBED) if result.scope in scopes and result.proof else result
        for result in run.scopes
    ]
    target = replace(run.target, course_id=run.target.course_id if mode == "exercise" else None)
    return replace(run, mode=mode, scopes=results, target=target)


EXAMPLES: Final[Mapping[str, Callable[[], RunResult]]] = {
    "all-right": all_right,
    "two-things-wrong": two_things_wrong,
    "everything-missing": everything_missing,
    "dead-token": dead_token,
    "wrong-key": wrong_key,
    "outage": outage,
}
