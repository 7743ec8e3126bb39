"""What does not count in a run: its known gaps, strict both ways, and optional scopes that are missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from scopecheck.model import causes
from scopecheck.model.known_gap import Gap, GapsFound
from scopecheck.model.profile import OptionalGroup
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, Proof, RunResult, ScopeResult, Verdict


def find_gaps(gaps: tuple[Gap, ...], run: RunResult, today: date, optional: Sequence[OptionalGroup] = ()) -> GapsFound:
    """Compare the expected verdicts with a run's; a scope that was not tested is neither excused nor a problem.

    A scope of an optional group may be missing, and only that: if it is there, it has to work like any other.
    """
    judged = {result.scope: result for result in run.scopes}
    excused, problems = {}, []
    for gap in gaps:
        result = judged.get(gap.scope)
        if result is None:
            continue
        problem = _problem(gap, result, today)
        if problem:
            problems.append(problem)
        else:
            excused[gap.scope] = gap
    return GapsFound(excused, tuple(problems), _missing_optional(run, optional, {gap.scope for gap in gaps}))


def _missing_optional(
    run: RunResult, optional: Sequence[OptionalGroup], gaps: Collection[str]
) -> dict[str, OptionalGroup]:
    """The scopes of optional groups that the run found missing; what is said of a scope as a gap goes first.

    Where every scope is missing, none of them may be: such a key is good for nothing.
    """
    groups = {scope: group for group in optional for scope in group.scopes if scope not in gaps}
    missing = [result.scope for result in run.scopes if result.verdict is Verdict.MISSING]
    return {scope: groups[scope] for scope in missing if scope in groups} if len(missing) < run.expected else {}


def conformant(run: RunResult, found: GapsFound) -> bool:
    """Whether the run passed: conformant apart from what does not count, and no known gap is wrong."""
    return not found.problems and _without(run, found.accepted).conformant


def is_excused(check: KeyResult, run: RunResult, excused: Collection[str]) -> bool:
    """Whether a key check failed only because the key lacks scopes that do not count."""
    return (
        check.check is KeyCheck.SCOPES_ON_KEY
        and check.verdict is CheckVerdict.FAILED
        and bool(run.missing_on_key)
        and set(run.missing_on_key or ()) <= set(excused)
    )


def _without(run: RunResult, excused: Collection[str]) -> RunResult:
    """The run as it would be with the excused scopes granted."""
    return replace(
        run,
        scopes=[
            replace(result, verdict=Verdict.GRANTED, proof=Proof.PROBED) if result.scope in excused else result
            for result in run.scopes
        ],
        key=[
            replace(check, verdict=CheckVerdict.OK) if is_excused(check, run, excused) else check for check in run.key
        ],
    )


def _problem(gap: Gap, result: ScopeResult, today: date) -> str | None:
    known = f"{gap.scope} is a known gap ({gap.reason})"
    if result.verdict is Verdict.GRANTED:
        return f"{known}, but it is granted now; remove it from the known gaps."
    if result.verdict is not gap.verdict:
        return f"{known}, but it is {result.verdict}, not {gap.verdict}; fix the scope or correct the known gaps."
    if today > gap.until:
        return f"{known} only until {gap.until}; fix the scope or give the known gap a later date."
    if result.cause == causes.WORKER_CRASHED.slug:
        return f"{known}, but its test ended without a verdict; run again."
    return None
