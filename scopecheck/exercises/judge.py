"""The verdict for one scope: exercise it, or probe it if exercising is not wanted or not possible.

What is not granted is asked again before it is said, where possible in another way: a missing scope by its probe, all
else by the same calls. What is found takes two answers that agree; where one was a fault, a third is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import scopecheck.exercises.sections  # noqa: F401  # importing the sections registers their exercises
from scopecheck.canvas.moves import can_be_called, moved_to
from scopecheck.canvas.scope_names import has_no_box
from scopecheck.canvas.signs import is_from_canvas
from scopecheck.exercises.case import Case
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.endings import NotAsked, NotGranted, Unavailable
from scopecheck.exercises.live import live
from scopecheck.exercises.probe import probe, probe_call
from scopecheck.exercises.registry import exercise_of
from scopecheck.key.obstacles import OBSTACLES
from scopecheck.model import causes
from scopecheck.model.agreement import CONTRADICTION, GOOD, NOTHING, agreed
from scopecheck.model.answer import Answer
from scopecheck.model.profile import Requirement
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import ScopeResult, Verdict

_Way: TypeAlias = Callable[[Case], ScopeResult]

_BARE: Final = "nothing but an empty list came back, without Canvas's headers"


def judge(requirement: Requirement, run: RunContext) -> ScopeResult:
    """Exercise or probe one scope; sends no request at all if the token is known to be dead.

    `Unavailable` once the run is interrupted.
    """
    case = Case(requirement, run)
    if run.setup.dead:
        dead = run.setup.dead
        return ScopeResult(
            str(requirement.scope), requirement.section, Verdict.UNPROVED, None, dead.cause, dead.message,
            dead.remedy, 0, canvas_name=case.canvas_name,
        )  # fmt: skip
    askings = [_ask(case, _as_intended)]
    while (holds := _agreed(askings)) is None:
        way = _next_way(askings)
        if way is None:
            holds = askings[0].result
            break
        if run.interrupted.is_set():
            raise Unavailable("the run was interrupted")
        run = run.again
        askings.append(_ask(Case(requirement, run), way))
    evidence = [exchange for each in askings for exchange in each.case.evidence]
    return replace(holds, evidence=evidence, requests=sum(each.case.requests for each in askings))


@dataclass(frozen=True)
class _Asking:
    """One way through a case, and how it ended."""

    case: Case
    result: ScopeResult
    ending: NotGranted | None

    @property
    def said(self) -> list[str]:
        """What it says for `agreed`; what needs no asking counts for two."""
        if self.ending is None:
            return [GOOD]
        unproved = self.ending.verdict is Verdict.UNPROVED
        found = NOTHING if unproved else f"{self.ending.verdict} {self.ending.cause.slug}"
        return [found] * (2 if isinstance(self.ending, NotAsked) else 1)


def _ask(case: Case, way: _Way) -> _Asking:
    try:
        result = way(case)
        for answer in list(case.passed):
            # In the light of what came later: by now it may be known that this Canvas signs its answers.
            case.check_gate(case.run.client.signs.stamped(answer))
    except NotGranted as ending:
        return _Asking(case, case.not_granted(ending), ending)
    return _Asking(case, result, None)


def _agreed(askings: Sequence[_Asking]) -> ScopeResult | None:
    """What the askings come to; None if it has to be asked once more."""
    spoken = [(said, asking) for asking in askings for said in asking.said]
    place = agreed([said for said, _ in spoken])
    if place is None:
        return None
    first, *others = [asking for said, asking in spoken if said != NOTHING] or [askings[0]]
    if place == CONTRADICTION:
        then = next(each for each in others if each.said[0] != first.said[0])
        cause = causes.CONTRADICTING_ANSWERS
        text = f"{cause.means} First: {first.result.message} Then: {then.result.message}"
        return first.case.not_granted(NotGranted(Verdict.UNPROVED, cause, text))
    holds = spoken[place][1].result
    if holds.verdict is Verdict.UNPROVED and first.result.verdict is not Verdict.UNPROVED:
        return replace(holds, message=f"{holds.message} So this was not confirmed: {first.result.message}")
    return holds


def _next_way(askings: Sequence[_Asking]) -> _Way | None:
    """How to ask once more; None if nothing can be asked without writing where a change may still be open."""
    ending = askings[0].ending
    assert ending is not None
    if ending.verdict is Verdict.MISSING and len(askings) == 1 and probe_call(askings[0].case.requirement.scope):
        return lambda case: probe(case, "Canvas had refused that", _elsewhere(case))
    if all(each.case.settled for each in askings):
        return _as_intended
    refused = ending.cause in OBSTACLES or ending.cause is causes.REFUSED_IN_UNKNOWN_WORDS
    unheard = ending.verdict is Verdict.UNPROVED and not refused and not askings[0].case.passed
    if unheard or ending.verdict is Verdict.MISSING:
        return lambda case: probe(case, ending.message, _elsewhere(case))
    return None


def _as_intended(case: Case) -> ScopeResult:
    if has_no_box(str(case.requirement.scope), case.run.setup.names):
        # A call would prove nothing: what answers a path without a route looks like other software.
        cause = causes.SCOPE_NAME_STALE
        raise NotAsked(Verdict.MISSING, cause, f"The key does not carry {case.requirement.scope}. {cause.means}")
    here = _elsewhere(case)
    if here:
        return probe(case, f"this Canvas has the endpoint under another path, {here.path}", here)
    exercise = exercise_of(case.requirement.scope)
    if exercise is None:
        return probe(case, "this suite has no exercise for the scope")
    try:
        result = exercise(case) if case.run.setup.mode == "exercise" else live(case, exercise)
    except Unavailable as reason:
        return probe(case, str(reason))
    return result if any(map(_shows_canvas, case.passed)) else probe(case, _BARE)


def _elsewhere(case: Case) -> Scope | None:
    """The scope by which this Canvas has the route, if it has it where the exercise cannot call it."""
    here = moved_to(str(case.requirement.scope), case.run.setup.names)
    return here if here and not can_be_called(case.requirement.scope, here) else None


def _shows_canvas(answer: Answer) -> bool:
    """Whether a success has one of Canvas's headers or content: where a proxy strips headers, anybody may say []."""
    return is_from_canvas(answer.headers) or answer.json not in ([], {})
