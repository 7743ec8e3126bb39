"""A course as JSON (lib/api/v1/course.rb, course_json.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import html
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.accounts import full_json
from scopecheck.embedded_canvas.controllers.terms import term_json
from scopecheck.embedded_canvas.controllers.user_display import user_json
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import Course
from scopecheck.embedded_canvas.values import Column, integer, shown, text, truth

COLUMNS: Final = {
    "default_view": Column("modules", text),
    "is_public": Column(None, truth),
    "is_public_to_auth_users": Column(False, truth),
    "public_syllabus": Column(False, truth),
    "public_syllabus_to_auth": Column(False, truth),
    "grading_standard_id": Column(None, integer),
    "storage_quota_mb": Column(500, integer),
    "license": Column(None, text),
    "grade_passback_setting": Column(None, text),
    "homeroom_course": Column(False, truth),
    "course_color": Column(None, text),
    "friendly_name": Column(None, text),
    "apply_assignment_group_weights": Column(False, truth),
    "time_zone": Column("America/New_York", text),
    "hide_final_grades": Column(False, truth),
}
"""What a PUT may set besides name, code, syllabus and dates."""

_NEW: Final = {"overridden_course_visibility": "", "template": False}
"""What newer Canvas adds."""


def course_json(context: Context, course: Course, includes: frozenset[str]) -> dict[str, Any]:
    """One course, without `enrollments`; `syllabus_body` only if included."""
    return {
        "id": course.id,
        "name": course.name,
        "account_id": course.account_id,
        "root_account_id": context.tables.accounts[course.account_id].root_account_id or course.account_id,
        "uuid": course.uuid,
        "course_code": course.course_code,
        "created_at": iso(course.created_at),
        "start_at": iso(course.start_at),
        "end_at": iso(course.end_at),
        "enrollment_term_id": course.term_id,
        "calendar": {"ics": f"{context.request.origin}/feeds/calendars/course_{course.uuid}.ics"},
        "blueprint": course.blueprint,
        "workflow_state": course.workflow_state,
        "restrict_enrollments_to_course_dates": course.restrict_enrollments_to_course_dates,
        **shown(COLUMNS, course.settings),
        **({} if context.config.is_old else _NEW),
        **({"blueprint_restrictions": {"content": True}} if course.blueprint else {}),
        **_foreign_ids(context, course),
        **_included(context, course, includes),
    }


def _foreign_ids(context: Context, course: Course) -> dict[str, Any]:
    """SIS IDs, for callers who may see them."""
    ids = ["sis_course_id", "integration_id"] if context.may("read_sis", course) else []
    ids += ["sis_import_id"] if context.may("manage_sis", course) else []
    return dict.fromkeys(ids)


def _included(context: Context, course: Course, includes: frozenset[str]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if "syllabus_body" in includes:
        more["syllabus_body"] = html.outgoing(course.syllabus_body, context.request, context.config)
    if "term" in includes:
        more["term"] = term_json(context, context.tables.terms[course.term_id])
    if "account" in includes:
        more["account"] = full_json(context, context.tables.accounts[course.account_id])
    if "teachers" in includes:
        found = [u for u in context.tables.users.values() if u.role == "teacher" and u.course_id == course.id]
        more["teachers"] = [user_json(context, user.id, course) for user in found]
    # The key is absent if there is no description, even if it is asked for.
    if "public_description" in includes and course.public_description is not None:
        more["public_description"] = course.public_description
    plain: dict[str, Any] = {
        "total_students": course.active_students,
        "concluded": course.workflow_state == "completed",
        "course_image": None,
        "storage_quota_used_mb": _megabytes_used(context, course),
        # Names of plain columns also work as includes, since Canvas appends includes to the list of attributes.
        "updated_at": iso(course.updated_at or course.created_at),
    }
    return more | {name: value for name, value in plain.items() if name in includes}


def _megabytes_used(context: Context, course: Course) -> float:
    """What the course's files take (attachment.rb, get_quota)."""
    files = (file for file in context.tables.files.values() if file.course_id == course.id)
    return sum(len(file.content) for file in files if file.workflow_state != "deleted") / 1024**2
