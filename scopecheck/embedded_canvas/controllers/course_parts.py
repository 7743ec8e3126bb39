"""A course's enrollments, sections and modules (enrollments_api, sections and context_modules_api controllers)."""

from __future__ import annotations

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.courses import section_id
from scopecheck.embedded_canvas.http import Response
from scopecheck.embedded_canvas.routing import route


@route("GET", "/api/v1/courses/:course_id/enrollments", "enrollments_api#index")
def enrollments(context: Context) -> Response:
    """The course's enrollments: its active students."""
    course = context.course()
    context.require("read_roster", course)
    rows = [
        {"id": 9000 + n, "type": "StudentEnrollment", "enrollment_state": "active"}
        for n in range(course.active_students)
    ]
    return context.page(rows, lambda row: row)


@route("GET", "/api/v1/courses/:course_id/sections", "sections#index")
def sections(context: Context) -> Response:
    """The course's sections: only the default one."""
    course = context.course()
    context.require("read_roster", course)
    return context.page([{"id": section_id(course), "name": course.name, "course_id": course.id}], lambda row: row)


@route("GET", "/api/v1/courses/:course_id/modules", "context_modules_api#index")
def modules(context: Context) -> Response:
    """The course's modules: none here."""
    context.require("read", context.course())
    return context.page([], lambda row: row)
