"""The verdict for one scope: exercise it, or probe it if exercising is not wanted or not possible."""

from __future__ import annotations

import scopecheck.exercises.sections  # noqa: F401  # importing the sections registers their exercises
from scopecheck.exercises.case import Case
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.probe import probe
from scopecheck.exercises.registry import EXERCISES, READS_ONLY
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import ScopeResult, Verdict


def judge(requirement: Requirement, run: RunContext) -> ScopeResult:
    """Exercise or probe one scope; sends no request at all if the token is known to be dead."""
    if run.setup.dead:
        dead = run.setup.dead
        return ScopeResult(
            str(requirement.scope), requirement.section, Verdict.UNPROVED, None, dead.cause, dead.message,
            dead.remedy, 0,
        )  # fmt: skip
    case = Case(requirement, run)
    try:
        return _verdict(case)
    except NotGranted as ending:
        return case.not_granted(ending)


def _verdict(case: Case) -> ScopeResult:
    scope = str(case.requirement.scope)
    exercise = EXERCISES.get(scope)
    if case.run.setup.mode == "probe" and scope not in READS_ONLY:
        return probe(case, "probe mode changes nothing")
    if exercise is None:
        return probe(case, "this suite has no exercise for the scope")
    try:
        return exercise(case)
    except Unavailable as reason:
        return probe(case, str(reason))
