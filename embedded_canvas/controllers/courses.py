"""Courses (courses_controller.rb, lib/api/v1/course.rb)."""

from __future__ import annotations

from typing import Any, Final

from embedded_canvas import errors, html
from embedded_canvas.context import Context
from embedded_canvas.controllers.accounts import below, full_json
from embedded_canvas.controllers.terms import term_json
from embedded_canvas.http import Response, json_response
from embedded_canvas.routing import route
from embedded_canvas.state import Course, iso, now

_LONGEST: Final = 500 * 1024 - 1
"""Characters of a syllabus or any other body (500 KiB less one)."""
_DEFAULT_TERM: Final = 301


def course_json(context: Context, course: Course, includes: frozenset[str]) -> dict[str, Any]:
    """One course; `enrollments` and `syllabus_body` only where the action and the includes give them."""
    body: dict[str, Any] = {
        "id": course.id,
        "name": course.name,
        "account_id": course.account_id,
        "root_account_id": 1,
        "uuid": course.uuid,
        "course_code": course.course_code,
        "created_at": iso(course.created_at),
        "start_at": iso(course.start_at),
        "end_at": iso(course.end_at),
        "default_view": "modules",
        "enrollment_term_id": course.term_id,
        "is_public": False,
        "is_public_to_auth_users": False,
        "public_syllabus": False,
        "public_syllabus_to_auth": False,
        "grading_standard_id": None,
        "storage_quota_mb": 500,
        "license": "private",
        "apply_assignment_group_weights": False,
        "calendar": {"ics": f"{context.request.origin}/feeds/calendars/course_{course.uuid}.ics"},
        "time_zone": "America/New_York",
        "blueprint": course.blueprint,
        "template": False,
        "hide_final_grades": False,
        "workflow_state": course.workflow_state,
        "restrict_enrollments_to_course_dates": course.restrict_enrollments_to_course_dates,
        "sis_course_id": None,
        "sis_import_id": None,
        "integration_id": None,
    }
    return body | _included(context, course, includes)


def _included(context: Context, course: Course, includes: frozenset[str]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if "syllabus_body" in includes:
        more["syllabus_body"] = html.outgoing(course.syllabus_body, context.request, context.config)
    if "term" in includes:
        more["term"] = term_json(context.tables.terms[course.term_id])
    if "account" in includes:
        more["account"] = full_json(context.tables.accounts[course.account_id])
    if "total_students" in includes:
        more["total_students"] = course.active_students
    if "concluded" in includes:
        more["concluded"] = course.workflow_state == "completed"
    if "teachers" in includes:
        more["teachers"] = []
    # The key is absent when there is no description, even if it is asked for.
    if "public_description" in includes and course.public_description is not None:
        more["public_description"] = course.public_description
    return more


@route("GET", "/api/v1/accounts/:account_id/courses")
def index(context: Context) -> Response:
    """All courses of the account and the accounts below it; no total, so no `last` link."""
    account = context.account()
    context.require("read_course_list", account)
    accounts = {account.id, *(each.id for each in below(context.tables, account))}
    found = [
        course
        for course in sorted(context.tables.courses.values(), key=lambda each: each.id)
        if course.account_id in accounts and course.workflow_state != "deleted" and _sought(context, course)
    ]
    includes = context.includes()
    return context.page(found, lambda course: course_json(context, course, includes), total=False)


def _sought(context: Context, course: Course) -> bool:
    term = context.params.get("search_term")
    if term is None:
        return True
    if len(str(term)) < 3:
        error = {"field": "search_term", "code": "invalid", "message": "3 or more characters is required"}
        raise errors.Refusal(json_response({"errors": [error]}, 400))
    return str(term).lower() in course.name.lower()


@route("GET", "/api/v1/courses/:id", login=False)
def show(context: Context) -> Response:
    """One course; an unenrolled admin gets an empty list of enrolments."""
    course = context.course("id")
    context.require("read", course)
    return json_response(course_json(context, course, context.includes()) | {"enrollments": []})


@route("PUT", "/api/v1/courses/:id")
def update(context: Context) -> Response:
    """Change a course. The answer ignores includes, and so never shows the syllabus.

    Any PUT nulls `end_at`, and `start_at` of an unpublished course, unless its dates restrict enrolment.
    """
    course = context.course("id", deleted=True)
    wanted = context.params.get("course") or {}
    if isinstance(wanted, dict) and set(wanted) == {"event"}:
        return _event(context, course, str(wanted["event"]))
    context.require("manage_course_content_edit", course)
    if isinstance(wanted, dict) and "syllabus_body" in wanted:
        _set_syllabus(context, course, wanted["syllabus_body"])
    if isinstance(wanted, dict) and context.may("update", course):
        _set_fields(context, course, wanted)
    if not course.restrict_enrollments_to_course_dates:
        course.end_at = None
        if course.workflow_state == "unpublished":
            course.start_at = None
    return json_response(course_json(context, course, frozenset()))


def _set_syllabus(context: Context, course: Course, text: str | None) -> None:
    if text is not None and len(text) > _LONGEST:
        raise errors.invalid({"syllabus_body": [("too_long", "is too long")]})
    course.syllabus_body = html.incoming(text, context.request)


def _set_fields(context: Context, course: Course, wanted: dict[str, Any]) -> None:
    course.name = str(wanted.get("name", course.name))
    course.course_code = str(wanted.get("course_code", course.course_code))
    if "blueprint" in wanted:
        context.require("manage_master_courses", course)
        course.blueprint = str(wanted["blueprint"]).lower() in {"true", "1"}
    if wanted.get("event"):
        _event(context, course, str(wanted["event"]))


_EVENTS: Final = {"offer": "available", "claim": "unpublished", "conclude": "completed", "delete": "deleted"}


def _event(context: Context, course: Course, event: str) -> Response:
    context.require("manage", course)
    course.workflow_state = _EVENTS.get(event, course.workflow_state)
    return json_response(course_json(context, course, frozenset()))


@route("POST", "/api/v1/accounts/:account_id/courses")
def create(context: Context) -> Response:
    """Make a course; 200, without its syllabus."""
    account = context.account()
    context.require("manage_courses_add", account)
    wanted = context.params.get("course") or {}
    number = context.tables.next_id()
    course = Course(number, str(wanted.get("name") or "Course"), str(wanted.get("course_code") or "C"), account.id,
                    _DEFAULT_TERM, f"{number:040d}", now())  # fmt: skip
    course.syllabus_body = html.incoming(wanted.get("syllabus_body"), context.request)
    if str(context.params.get("offer", "")).lower() in {"true", "1"}:
        course.workflow_state = "available"
    context.tables.courses[number] = course
    return json_response(course_json(context, course, frozenset()))


@route("DELETE", "/api/v1/courses/:id")
def destroy(context: Context) -> Response:
    """Delete or conclude a course, as `event` says."""
    course = context.course("id")
    context.require("manage", course)
    event = str(context.params.get("event", ""))
    if event not in {"delete", "conclude"}:
        raise errors.message(400, "Only conclude and delete are supported")
    course.workflow_state = _EVENTS[event]
    return json_response({event: True})


@route("GET", "/api/v1/courses/:course_id/enrollments")
def enrollments(context: Context) -> Response:
    """The course's enrolments: its active students, by number."""
    course = context.course()
    context.require("read_roster", course)
    rows = [
        {"id": 9000 + n, "type": "StudentEnrollment", "enrollment_state": "active"}
        for n in range(course.active_students)
    ]
    return context.page(rows, lambda row: row)


@route("GET", "/api/v1/courses/:course_id/sections")
def sections(context: Context) -> Response:
    """The course's sections: every course has a default one."""
    course = context.course()
    context.require("read_roster", course)
    return context.page([{"id": course.id + 50000, "name": course.name, "course_id": course.id}], lambda row: row)


@route("GET", "/api/v1/courses/:course_id/modules")
def modules(context: Context) -> Response:
    """The course's modules: none here."""
    context.require("read", context.course())
    return context.page([], lambda row: row)
