"""Known gaps compared with the results of a run: strict both ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from scopecheck.model import causes
from scopecheck.model.known_gap import Gap, GapsFound
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, Proof, RunResult, ScopeResult, Verdict


def find_gaps(gaps: tuple[Gap, ...], run: RunResult, today: date) -> GapsFound:
    """Compare the expected verdicts with a run's; a scope that was not tested is neither excused nor a problem."""
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
    return GapsFound(excused, tuple(problems))


def conformant(run: RunResult, found: GapsFound) -> bool:
    """Whether the run passed: conformant apart from what is excused, and no known gap is wrong."""
    return not found.problems and _without(run, found.excused).conformant


def is_excused(check: KeyResult, run: RunResult, excused: Collection[str]) -> bool:
    """Whether a key check failed only because the key lacks scopes that are known gaps."""
    return (
        check.check is KeyCheck.SCOPES_ON_KEY
        and check.verdict is CheckVerdict.FAILED
        and bool(run.missing_on_key)
        and set(run.missing_on_key or ()) <= set(excused)
    )


def _without(run: RunResult, excused: Mapping[str, Gap]) -> RunResult:
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
