"""Courses (courses_controller.rb)."""

from __future__ import annotations

import re
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import is_child
from scopecheck.embedded_canvas.controllers.course_json import COLUMNS, course_json
from scopecheck.embedded_canvas.controllers.html_columns import refuse_long_title, stored
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.known import DEFAULT_TERM
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Course
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import changed, moment, truth

_COLOR: Final = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_ROLE_IDS: Final = {"StudentEnrollment": 11, "TeacherEnrollment": 12}
_EVENTS: Final = {"offer": "available", "claim": "unpublished", "conclude": "completed", "delete": "deleted"}


@route("GET", "/api/v1/courses/:id", "courses#show", login=False)
def show(context: Context) -> Response:
    """One course; admins who are not enrolled get no enrollments. `all_courses` also finds deleted ones."""
    includes = context.includes()
    course = context.course("id", deleted="all_courses" in includes)
    context.require("read", course)
    body = course_json(context, course, includes) | {"enrollments": _own_enrollments(context, course)}
    if "permissions" in includes:
        body["permissions"] = {"create_discussion_topic": context.may("create_forum", course),
                               "create_announcement": context.may("moderate_forum", course)}  # fmt: skip
    if "sections" in includes:
        body["sections"] = [{"id": section_id(course), "name": course.name, "start_at": None, "end_at": None}]
    if "lti_context_id" in includes:
        body["lti_context_id"] = f"{course.uuid}.lti"
    if "tabs" in includes:
        body["tabs"] = [{"id": tab, "label": tab.title(), "type": "internal", "visibility": "public"}
                        for tab in ("assignments", "discussions", "files", "pages", "quizzes")
                        if tab not in context.config.disabled_tabs]  # fmt: skip
    return json_response(body)


def section_id(course: Course) -> int:
    """The ID of a course's only section, the default one."""
    return course.id + 50000


def _own_enrollments(context: Context, course: Course) -> list[dict[str, Any]]:
    user = context.caller
    if not user.is_enrolled or user.course_id != course.id:
        return []
    role = f"{user.role.title()}Enrollment"
    return [{"type": user.role, "role": role, "role_id": _ROLE_IDS[role], "user_id": user.id,
             "enrollment_state": "active", "limit_privileges_to_course_section": False}]  # fmt: skip


@route("PUT", "/api/v1/courses/:id", "courses#update")
def update(context: Context) -> Response:
    """Update a course. The answer ignores includes, so it never shows the syllabus.

    Without the right `update` every field but the syllabus is silently dropped. Any PUT nulls `end_at`, and
    `start_at` of an unpublished course, unless its dates restrict enrollment.
    """
    course = context.course("id", deleted=True)
    wanted = context.fields("course")
    event = str(wanted.get("event") or ("offer" if truth(context.params.get("offer")) else ""))
    if event and set(wanted) <= {"event"}:
        return _event(context, course, event)
    context.require("edit_syllabus", course)
    if not context.may("update", course):
        event, wanted = "", {name: value for name, value in wanted.items() if name == "syllabus_body"}
    before = repr(course)
    _change(context, course, wanted)
    if event:
        _event(context, course, event)
    if not course.restrict_enrollments_to_course_dates:
        course.end_at = None
        if course.workflow_state == "unpublished":
            course.start_at = None
    if repr(course) != before:
        course.updated_at = now()
    return json_response(course_json(context, course, frozenset()))


def _change(context: Context, course: Course, wanted: dict[str, Any]) -> None:
    """Set the fields, or raise a Refusal and change nothing."""
    _refuse(context, course, wanted)
    # An associated course's syllabus is never locked; editing it only excludes it from later syncs.
    if "syllabus_body" in wanted:
        text = wanted["syllabus_body"]
        course.syllabus_body = stored(context, "syllabus_body", text, unparsable="unparsable_content")
    course.name = str(wanted.get("name") or course.name)
    course.course_code = str(wanted.get("course_code") or course.course_code)
    course.public_description = wanted.get("public_description", course.public_description)
    course.settings = changed(COLUMNS, course.settings, wanted)
    if "blueprint" in wanted:
        course.blueprint = truth(wanted["blueprint"])
    if "restrict_enrollments_to_course_dates" in wanted:
        course.restrict_enrollments_to_course_dates = truth(wanted["restrict_enrollments_to_course_dates"])
    for date in wanted.keys() & {"start_at", "end_at"}:
        setattr(course, date, moment(wanted[date]))


def _refuse(context: Context, course: Course, wanted: dict[str, Any]) -> None:
    if wanted.get("event"):
        context.require("manage", course)
    if wanted.keys() & {"start_at", "end_at", "restrict_enrollments_to_course_dates"}:
        context.require("edit_course_availability", course)
    refuse_long_title("name", str(wanted.get("name", "")))
    restrict = wanted.get("restrict_enrollments_to_course_dates", False)
    if str(restrict).lower() not in {"true", "false", "1", "0"}:
        raise errors.invalid_text(restrict_enrollments_to_course_dates="must be a boolean")
    if wanted.get("course_color") and not _COLOR.fullmatch(str(wanted["course_color"])):
        raise errors.invalid_text(course_color="Invalid hexcode provided")
    if truth(wanted.get("blueprint")) and not course.blueprint:
        context.require("manage_master_courses", course)
        if course.active_students:
            raise errors.invalid_text(master_course="has students or observers")
        if is_child(context, course):
            raise errors.invalid_text(master_course="is associated with a blueprint")


def _event(context: Context, course: Course, event: str) -> Response:
    context.require("manage", course)
    course.workflow_state = _EVENTS.get(event, course.workflow_state)
    return json_response(course_json(context, course, frozenset()))


@route("POST", "/api/v1/accounts/:account_id/courses", "courses#create")
def create(context: Context) -> Response:
    """Create a course: 200, without its syllabus."""
    account = context.account()
    context.require("manage_courses_add", account)
    wanted = context.fields("course")
    term = context.term(wanted.get("enrollment_term_id") or wanted.get("term_id") or DEFAULT_TERM)
    number = context.tables.next_id()
    course = Course(number, str(wanted.get("name") or "Course"), str(wanted.get("course_code") or "C"), account.id,
                    term.id, f"{number:040d}", now())  # fmt: skip
    _change(context, course, {name: value for name, value in wanted.items() if value or name == "syllabus_body"})
    if truth(context.params.get("offer")):
        course.workflow_state = "available"
    context.tables.courses[number] = course
    extras = {"public_description": course.public_description, "self_enrollment": False}
    return json_response(course_json(context, course, frozenset()) | extras)


@route("DELETE", "/api/v1/courses/:id", "courses#destroy")
def destroy(context: Context) -> Response:
    """Delete or conclude a course, depending on `event`."""
    course = context.course("id")
    context.require("manage", course)
    event = str(context.params.get("event", ""))
    if event not in {"delete", "conclude"}:
        raise errors.message(400, "event must be conclude or delete")
    course.workflow_state = _EVENTS[event]
    return json_response({event: True})
