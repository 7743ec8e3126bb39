"""The guard: before the first write, it makes sure that the live course is the one in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scopecheck.canvas.classify import Reading, is_record, read
from scopecheck.canvas.ids import IdForm, in_path, is_another
from scopecheck.config.settings import Settings
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call


class GuardError(Exception):
    """The sandbox course does not match the settings or must not be written to: exit code 4."""


def course_call(course_id: str) -> Call:
    """The call that reads the live course: for the guard, the includes check, and the token's first use."""
    query = [("include[]", "syllabus_body"), ("include[]", "term"), ("include[]", "total_students")]
    return Call("GET", f"/api/v1/courses/{in_path(course_id)}", query=query)


def guard(answer: Answer, settings: Settings, *, allow_students: bool) -> str | None:
    """Compare the live course with the settings.

    Returns None, or why nothing may be written although the course may be the right one (it cannot be fully read).
    Raises GuardError if it is another course or one that must not be written to.
    """
    if read(answer) is Reading.NOT_FOUND:
        raise GuardError(
            f"There is no course {settings.course_id} on {settings.base_url}; nothing was written. "
            "Correct CANVAS_SANDBOX_COURSE_ID."
        )
    if not is_record(answer):
        return f"the sandbox course could not be read before the first write ({answer.says()})"
    course: Mapping[str, Any] = answer.json
    name = course.get("name")
    if name != settings.course_name:
        raise GuardError(
            f"Course {settings.course_id} is named {name!r}, but CANVAS_SANDBOX_COURSE_NAME is "
            f"{settings.course_name!r}; nothing was written. Correct the ID or the name so that they match."
        )
    if is_another(course.get("id"), str(settings.course_id)):
        raise GuardError(
            f"Canvas returned course {course['id']} for CANVAS_SANDBOX_COURSE_ID={settings.course_id}; nothing was "
            f"written. Set CANVAS_SANDBOX_COURSE_ID={course['id']}, if that is the course you mean."
        )
    return _refuse_unfit(course, settings, allow_students)


def course_id_of(answer: Answer | None, named: str | None) -> str | None:
    """The ID under which Canvas knows the course that the settings name in whatever way; as named if it did not say.

    Journal, lock and calls go by it: one course must not have two, and some calls take no other (media_objects).
    """
    known = answer.json.get("id") if answer and named and is_record(answer) else None
    return str(known) if named and IdForm.NUMBER.fits(known) and not is_another(known, named) else named


def _refuse_unfit(course: Mapping[str, Any], settings: Settings, allow_students: bool) -> str | None:
    course_id = settings.course_id
    if course.get("workflow_state") in ("completed", "deleted"):
        raise GuardError(
            f"Course {course_id} is {course['workflow_state']}; nothing was written. "
            "Set CANVAS_SANDBOX_COURSE_ID to an active course, or reopen this one."
        )
    if course.get("blueprint"):
        raise GuardError(
            f"Course {course_id} is a blueprint, so changes would spread to other courses; nothing was written. "
            "Set CANVAS_SANDBOX_COURSE_ID to another course."
        )
    students = course.get("total_students")
    if allow_students or students == 0:
        return None
    if students is None:
        # If other includes came back, this Canvas just does not support the count; the course's name was confirmed.
        harmless = "term" in course or course.get("workflow_state") == "unpublished"
        why = (
            "Canvas did not say whether the published sandbox course has students, because it ignores include[]; "
            "select Allow Include Parameters on the key"
        )
        return None if harmless else why
    raise GuardError(
        f"Course {course_id} has active students ({students}); nothing was written. "
        "Set CANVAS_SANDBOX_COURSE_ID to a course without students, or allow it with --allow-students."
    )
