"""Section Courses: the course itself, its syllabus, and the upload of files into it."""

from typing import Final

from scopecheck.canvas import dom
from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.course_dates import dates_at_risk
from scopecheck.exercises.calls import get
from scopecheck.exercises.case import Case
from scopecheck.exercises.content import host, write_and_restore
from scopecheck.exercises.endings import NotGranted, Unavailable
from scopecheck.exercises.file_lifecycle import Stage, stage
from scopecheck.exercises.included import require_included
from scopecheck.exercises.registry import EACH, exercises
from scopecheck.exercises.sections.accounts import COURSE_INCLUDES
from scopecheck.model import causes
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.look import Row

_UNTOUCHED: Final = ("name", "course_code", "start_at", "end_at", "workflow_state", "default_view", "is_public",
                     "enrollment_term_id", "restrict_enrollments_to_course_dates")  # fmt: skip
"""Fields that writing the syllabus must not change."""


@exercises("url:GET|/api/v1/courses/:id", EACH)
def read_course(case: Case) -> ScopeResult:
    """A course is read with its syllabus and term."""
    answer = case.fetch_once(get(f"/courses/{case.course}", COURSE_INCLUDES))
    if case.run.setup.read_courses.named and read(answer) is Reading.NOT_FOUND:
        raise NotGranted(
            Verdict.MISCONFIGURED,
            causes.COURSE_NOT_FOUND,
            f"Canvas has no course {case.course} for the user who authorized the integration "
            f"({case.tell.says(answer)}).",
            case.course,
        )
    course = case.require_object(answer, case.require_success(answer), ("id", "name", "workflow_state"))
    require_included(course, "syllabus_body", "term")
    return case.granted(f"Read course {course['id']} with its syllabus and term.")


@exercises("url:PUT|/api/v1/courses/:id")
def write_syllabus(case: Case) -> ScopeResult:
    """The syllabus is changed and restored, and no other field of the course changes.

    Canvas's PUT answer never includes the syllabus (courses_controller.rb), so it is read back each time.
    """
    before = case.prerequisite(get(f"/courses/{case.course}", COURSE_INCLUDES))
    if not isinstance(before, dict) or not isinstance(before.get("syllabus_body", 0), str | None):
        raise Unavailable("the syllabus cannot be read, because Canvas ignores include[]")
    if nulled := dates_at_risk(before):
        raise Unavailable(f"any update would clear the course's {nulled}, as its dates do not restrict enrollment")
    old = dom.without_branding(before["syllabus_body"])
    if old and not dom.is_plain(old, host(case)):
        raise Unavailable("the syllabus has links or media that Canvas rewrites, so it could not be restored exactly")

    def side_effect(after: Row) -> str | None:
        changed = [key for key in _UNTOUCHED if before.get(key) != after.get(key)]
        return f"Writing the syllabus also changed the course's {', '.join(changed)}." if changed else None

    return write_and_restore(case, Noun.COURSE, case.course, old, side_effect)


@exercises("url:POST|/api/v1/courses/:course_id/files")
def upload_file(case: Case) -> ScopeResult:
    """A small image is uploaded in Canvas's three steps."""
    return stage(case, Stage.UPLOAD)
