"""The outcome of a run in one sentence: what people read first, and sometimes all they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scopecheck.model.causes import CAUSES
from scopecheck.model.known_gap import GapsFound
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import CheckVerdict, Proof, RunResult, ScopeResult, Verdict
from scopecheck.report.known_gaps import conformant, is_excused
from scopecheck.report.words import Sign, Tone, counted


@dataclass(frozen=True)
class Headline:
    """The outcome: a sign, one sentence, and possibly a second."""

    sign: Sign
    sentence: str
    beside: str = ""

    def __str__(self) -> str:
        return f"{self.sentence} {self.beside}".strip()


_RIGHT = Sign("✓", "All good", Tone.GOOD)
_WRONG = Sign("✗", "Problems found", Tone.BAD)
_NOTHING = Sign("?", "Nothing proved", Tone.WARN)


def headline(profile: Profile, run: RunResult, gaps: GapsFound) -> Headline:
    """The outcome of a run."""
    if conformant(run, gaps):
        return _all_right(profile, run, gaps)
    shared = one_cause(run)
    if shared and len(run.scopes) == run.expected:
        return _one_cause(shared, run.expected)
    if not run.scopes:
        return Headline(_NOTHING, f"Nothing was tested: {counted(run.expected, 'scope')} without a verdict.")
    beside = "Run without a filter to test all scopes." if len(run.scopes) < run.expected else ""
    return Headline(_WRONG, f"Problems found: {_listed(list(_wrong(run, gaps)))}.", beside)


def one_cause(run: RunResult) -> ScopeResult | None:
    """One of the results if all scopes have the same verdict for the same cause, else None."""
    ends = {(result.verdict, result.cause) for result in run.scopes}
    alike = len(run.scopes) > 1 and len(ends) == 1 and run.scopes[0].verdict is not Verdict.GRANTED
    return run.scopes[0] if alike else None


def _all_right(profile: Profile, run: RunResult, gaps: GapsFound) -> Headline:
    granted = sum(result.verdict is Verdict.GRANTED for result in run.scopes)
    probed = sum(result.proof is Proof.PROBED for result in run.scopes)
    beside = f"{counted(probed, 'scope was', 'scopes were')} only probed, without changing anything." if probed else ""
    if gaps.excused:
        known = counted(len(gaps.excused), "known gap")
        return Headline(_RIGHT, f"All good except for {known}: {granted} of {run.expected} scopes are granted.", beside)
    return Headline(_RIGHT, f"All good: {profile.title} has all {run.expected} scopes it needs.", beside)


def _one_cause(shared: ScopeResult, expected: int) -> Headline:
    cause = CAUSES.get(shared.cause or "")
    means = cause.means if cause else shared.message
    if shared.verdict is Verdict.UNPROVED:
        return Headline(_NOTHING, f"None of the {expected} scopes could be tested.", means)
    word = {Verdict.MISSING: "are missing", Verdict.MISCONFIGURED: "are misconfigured"}[shared.verdict]
    return Headline(_WRONG, f"All {expected} scopes {word}.", means)


def _wrong(run: RunResult, gaps: GapsFound) -> Iterator[str]:
    judged = [result for result in run.scopes if result.scope not in gaps.excused]
    for verdict, word in (
        (Verdict.MISSING, "missing"),
        (Verdict.MISCONFIGURED, "misconfigured"),
        (Verdict.UNPROVED, "not proved"),
    ):
        number = sum(result.verdict is verdict for result in judged)
        if number:
            yield f"{counted(number, 'scope')} {word}"
    if len(run.scopes) < run.expected:
        yield f"{counted(run.expected - len(run.scopes), 'scope')} not tested"
    checks = [check for check in run.key if not is_excused(check, run, gaps.excused)]
    for check_verdict, word in ((CheckVerdict.FAILED, "failed"), (CheckVerdict.UNPROVED, "not proved")):
        number = sum(check.verdict is check_verdict for check in checks)
        if number:
            yield f"{counted(number, 'key check')} {word}"
    if run.cleanup.failed:
        yield f"{counted(len(run.cleanup.failed), 'change')} not restored"
    if gaps.problems:
        yield f"{counted(len(gaps.problems), 'known gap')} not as expected"


def _listed(parts: list[str]) -> str:
    *others, last = parts
    if len(others) > 1:
        return f"{', '.join(others)}, and {last}"
    return " and ".join(parts)
