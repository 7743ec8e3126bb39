"""Probe mode: exercises that only read are done on live courses, and all others are left to their probes.

A list is read in each course, since permissions can differ between sub-accounts; a single object until one course has
one. A refusal in any of the courses counts. What Canvas would answer only at the price of a change is not asked for,
unless the settings name the courses.
"""

from __future__ import annotations

from collections.abc import Sequence

from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.registry import Exercise, Reads, reads_of
from scopecheck.model import causes
from scopecheck.model.setup import ReadCourse
from scopecheck.model.verdict import ScopeResult, Verdict

_ASK = "name courses in CANVAS_READ_COURSE_IDS to have it done there"


def live(case: Case, exercise: Exercise) -> ScopeResult:
    """Do the exercise on what exists; `Unavailable` if it writes, or nothing was found to do it on."""
    reads = reads_of(case.requirement.scope)
    if reads is None:
        raise Unavailable("probe mode changes nothing")
    if reads.where == "account":
        return exercise(case)
    return _read(case, exercise, reads, _courses(case, reads))


def _courses(case: Case, reads: Reads) -> Sequence[ReadCourse]:
    found = case.run.setup.read_courses
    if not found.courses:
        raise Unavailable(found.none_because)
    if not reads.leaves or found.named:
        return found.courses
    harmless = [course for course in found.courses if reads.unless_files and course.has_files]
    if not harmless:
        raise Unavailable(f"{reads.leaves}; {_ASK}")
    return harmless


def _read(case: Case, exercise: Exercise, reads: Reads, courses: Sequence[ReadCourse]) -> ScopeResult:
    read: dict[str, ScopeResult] = {}
    refused: dict[str, NotGranted] = {}
    reasons: dict[str, list[str]] = {}
    for course in courses:
        case.reading = course.id
        try:
            read[course.id] = exercise(case)
        except Unavailable as reason:
            reasons.setdefault(str(reason), []).append(course.id)
        except NotGranted as ending:
            if ending.cause is causes.USER_LACKS_PERMISSION and not case.run.setup.rights.administers_nothing:
                # Whether it is refused in other accounts too tells where the permission is off.
                refused[course.id] = ending
            elif ending.cause is not causes.FEATURE_OFF:
                raise _in_course(ending, course.id) from ending
            else:
                # A live course may do without a feature: that is its teacher's business, not the key's.
                reasons.setdefault("the feature is turned off there", []).append(course.id)
        if read and reads.where == "one course":
            break
    if refused:
        number, first = next(iter(refused.items()))
        outside = set(refused) <= set(case.run.setup.rights.outside)
        raise _in_course(first, number, list(refused) if read or outside else []) from first
    if not read:
        raise Unavailable("; ".join(f"{reason} ({_named(ids)})" for reason, ids in reasons.items()))
    message = " ".join(f"In course {number}: {result.message}" for number, result in read.items())
    return case.granted(message)


def _in_course(ending: NotGranted, number: str, refused_in: Sequence[str] = ()) -> NotGranted:
    if ending.verdict is not Verdict.MISCONFIGURED:
        return ending
    return NotGranted(ending.verdict, ending.cause, f"In course {number}: {ending.message}", ending.detail, refused_in)


def _named(ids: Sequence[str]) -> str:
    *others, last = ids
    return f"courses {', '.join(others)} and {last}" if others else f"course {last}"
