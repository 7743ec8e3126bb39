"""The verdict for one scope: exercise it, or probe it if exercising is not wanted or not possible."""

from __future__ import annotations

import scopecheck.exercises.sections  # noqa: F401  # importing the sections registers their exercises
from scopecheck.canvas.moves import can_be_called, moved_to
from scopecheck.canvas.scope_names import has_no_box
from scopecheck.exercises.case import Case
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.live import live
from scopecheck.exercises.probe import probe
from scopecheck.exercises.registry import exercise_of
from scopecheck.model import causes
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import ScopeResult, Verdict


def judge(requirement: Requirement, run: RunContext) -> ScopeResult:
    """Exercise or probe one scope; sends no request at all if the token is known to be dead."""
    case = Case(requirement, run)
    if run.setup.dead:
        dead = run.setup.dead
        return ScopeResult(
            str(requirement.scope), requirement.section, Verdict.UNPROVED, None, dead.cause, dead.message,
            dead.remedy, 0, canvas_name=case.canvas_name,
        )  # fmt: skip
    try:
        return _verdict(case)
    except NotGranted as ending:
        return case.not_granted(ending)


def _verdict(case: Case) -> ScopeResult:
    if has_no_box(str(case.requirement.scope), case.run.setup.names):
        # A call would prove nothing: what answers a path without a route looks like other software.
        cause = causes.SCOPE_NAME_STALE
        raise NotGranted(Verdict.MISSING, cause, f"The key does not carry {case.requirement.scope}. {cause.means}")
    here = moved_to(str(case.requirement.scope), case.run.setup.names)
    if here and not can_be_called(case.requirement.scope, here):
        return probe(case, f"this Canvas has the endpoint under another path, {here.path}", here)
    exercise = exercise_of(case.requirement.scope)
    if exercise is None:
        return probe(case, "this suite has no exercise for the scope")
    try:
        return exercise(case) if case.run.setup.mode == "exercise" else live(case, exercise)
    except Unavailable as reason:
        return probe(case, str(reason))
