"""The outcome of a run in one sentence: what people read first, and sometimes all they read.

It says what was tested before it says what was found, and what a green run did not prove (`limits`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scopecheck.model.causes import CAUSES
from scopecheck.model.known_gap import GapsFound
from scopecheck.model.profile import Profile
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, RunResult, ScopeResult, Verdict
from scopecheck.report.known_gaps import conformant, is_excused
from scopecheck.report.words import Sign, Tone, counted, listed


@dataclass(frozen=True)
class Headline:
    """The outcome: a sign, what was tested and found, possibly a sentence more, and possibly why it is no real test."""

    sign: Sign
    sentence: str
    beside: str = ""
    note: str = ""

    def __str__(self) -> str:
        return " ".join(text for text in (self.sentence, self.note, self.beside) if text)


DEMONSTRATION: Final = "Demonstration on the embedded Canvas: nothing is known about yours."
"""How every report of a run without a Canvas begins."""

_RIGHT = Sign("✓", "All good", Tone.GOOD)
_WRONG = Sign("✗", "Problems found", Tone.BAD)
_NOTHING = Sign("?", "Nothing proved", Tone.WARN)
_DEMONSTRATED = Sign("–", "Demonstration", Tone.UNKNOWN)


def headline(profile: Profile, run: RunResult, gaps: GapsFound) -> Headline:
    """The outcome of a run."""
    return of_target(_outcome(profile, run, gaps), run)


def of_target(found: Headline, run: RunResult) -> Headline:
    """The headline, which begins with it if the run was only a demonstration, and then never looks like success."""
    if not run.target.embedded:
        return found
    sign = _DEMONSTRATED if found.sign.tone is Tone.GOOD else found.sign
    return replace(found, sign=sign, sentence=f"{DEMONSTRATION} {found.sentence}", note=run.unconfigured)


def limits(profile: Profile, run: RunResult) -> list[str]:
    """What a green run did not prove, one clause each: from its verdicts, then what `RunResult.limits` adds."""
    early = ["the run ended early"] if run.ended else []
    return [*_untried(run), *_unchecked(profile, run), *run.limits, *early]


def one_cause(run: RunResult) -> ScopeResult | None:
    """One of the results if all scopes have the same verdict for the same cause, else None."""
    ends = {(result.verdict, result.cause) for result in run.scopes}
    alike = len(run.scopes) > 1 and len(ends) == 1 and run.scopes[0].verdict is not Verdict.GRANTED
    return run.scopes[0] if alike else None


def _outcome(profile: Profile, run: RunResult, gaps: GapsFound) -> Headline:
    if conformant(run, gaps):
        return _all_right(profile, run, gaps)
    if len(run.scopes) < run.expected:
        return _part(run, gaps)
    shared = one_cause(run)
    if shared:
        return _one_cause(shared, run.expected)
    beside = "; ".join(limits(profile, run))
    return Headline(_WRONG, f"Problems found: {listed(list(_wrong(run, gaps)))}.", beside and f"Also: {beside}.")


def _all_right(profile: Profile, run: RunResult, gaps: GapsFound) -> Headline:
    granted = sum(result.verdict is Verdict.GRANTED for result in run.scopes)
    probed = any(result.proof is Proof.PROBED for result in run.scopes)
    unproved = limits(profile, run)
    passed = "pass Canvas's scope check" if probed else "are granted"
    if gaps.accepted:
        but = "Except for" if run.target.embedded else "All good except for"
        start = f"{but} {listed(list(_accepted(gaps)))}: {granted} of {run.expected} scopes {passed}"
    elif unproved or run.target.embedded:
        start = f"All {run.expected} scopes {passed}"
    else:
        start = f"All good: {profile.title} has all {run.expected} scopes it needs"
    return Headline(_RIGHT, "; ".join([start, *unproved]) + ".", _how_to_try(run) if probed else "")


def _untried(run: RunResult) -> Iterator[str]:
    probed = [Scope.parse(result.scope) for result in run.scopes if result.proof is Proof.PROBED]
    writes = sum(scope.is_write for scope in probed)
    kinds = [(writes, "write"), (len(probed) - writes, "read")]
    if probed:
        names = listed([counted(number, kind) for number, kind in kinds if number])
        how = "probe mode" if run.mode == "probe" else "only probed"
        yield f"{names} {'was' if len(probed) == 1 else 'were'} not tried ({how})"


def _unchecked(profile: Profile, run: RunResult) -> Iterator[str]:
    wanted = {
        KeyCheck.INCLUDES_ALLOWED: profile.key.allow_includes,
        KeyCheck.USER_ADMINISTERS: profile.role is not None,
    }
    number = sum(check.verdict is CheckVerdict.NOT_CHECKED for check in run.key if wanted.get(check.check, True))
    if number:
        yield f"{counted(number, 'key check was', 'key checks were')} not made"


def _how_to_try(run: RunResult) -> str:
    if run.target.embedded:
        return ""
    if run.mode == "probe" and run.target.course_id:
        return "To try them, unset CANVAS_MODE, or set it to exercise (exercise mode)."
    if run.mode == "probe":
        return "To try them, set CANVAS_SANDBOX_COURSE_ID and CANVAS_SANDBOX_COURSE_NAME (exercise mode)."
    return "The report says of each why it was only probed."


def _part(run: RunResult, gaps: GapsFound) -> Headline:
    """A run that did not judge every scope, which is never conformant."""
    number, selected = len(run.scopes), f" ({run.part})" if run.part else ""
    wrong = list(_wrong(run, gaps))
    if not number and not wrong:
        why = run.ended or f"{counted(run.expected, 'scope')} without a verdict, so the run is not conformant"
        return Headline(_NOTHING, f"Nothing was tested{selected}: {why}.", "" if run.ended else _how_to_test_all(run))
    granted = sum(result.verdict is Verdict.GRANTED for result in run.scopes)
    found = listed([*([f"{granted} granted"] if granted else []), *_accepted(gaps), *wrong])
    were = "was" if number == 1 else "were"
    tested = f"Only {number} of {run.expected} scopes {were} tested" if number else "No scope was tested"
    sentence = f"{tested}{selected}, so the run is not conformant: {found}."
    return Headline(_WRONG if wrong else _NOTHING, sentence, _how_to_test_all(run))


def _how_to_test_all(run: RunResult) -> str:
    if run.ended:
        return f"The run ended early: {run.ended}."
    if run.stopped:
        also = " and without a filter" if run.part else ""
        return f"Option {run.stopped} ended the run before all scopes were tested. Run without it{also} to test all."
    return "Run without a filter to test all scopes."


def _one_cause(shared: ScopeResult, expected: int) -> Headline:
    cause = CAUSES.get(shared.cause or "")
    means = cause.means if cause else shared.message
    if shared.verdict is Verdict.UNPROVED:
        return Headline(_NOTHING, f"None of the {expected} scopes could be tested.", means)
    word = {Verdict.MISSING: "are missing", Verdict.MISCONFIGURED: "are misconfigured"}[shared.verdict]
    return Headline(_WRONG, f"All {expected} scopes {word}.", means)


def _wrong(run: RunResult, gaps: GapsFound) -> Iterator[str]:
    judged = [result for result in run.scopes if result.scope not in gaps.accepted]
    for verdict, word in (
        (Verdict.MISSING, "missing"),
        (Verdict.MISCONFIGURED, "misconfigured"),
        (Verdict.UNPROVED, "not proved"),
    ):
        number = sum(result.verdict is verdict for result in judged)
        if number:
            yield f"{counted(number, 'scope')} {word}"
    checks = [check for check in run.key if not is_excused(check, run, gaps.accepted)]
    for check_verdict, word in ((CheckVerdict.FAILED, "failed"), (CheckVerdict.UNPROVED, "not proved")):
        number = sum(check.verdict is check_verdict for check in checks)
        if number:
            yield f"{counted(number, 'key check')} {word}"
    if run.cleanup.failed:
        yield f"{counted(len(run.cleanup.failed), 'change')} not restored"
    if run.cleanup.unsettled:
        yield f"{counted(len(run.cleanup.unsettled), 'change')} that may still take effect"
    if gaps.problems:
        yield f"{counted(len(gaps.problems), 'known gap')} not as expected"


def _accepted(gaps: GapsFound) -> Iterator[str]:
    """What is not granted and does not count."""
    if gaps.excused:
        yield counted(len(gaps.excused), "known gap")
    if gaps.optional:
        yield f"{counted(len(gaps.optional), 'missing optional scope')} ({', '.join(gaps.lost)})"
