"""Assignments (assignments_api_controller.rb, lib/api/v1/assignment.rb)."""

from __future__ import annotations

import re
from typing import Any, Final

from embedded_canvas import errors, html
from embedded_canvas.context import Context
from embedded_canvas.controllers.blueprint_locks import child_content, refuse_locked
from embedded_canvas.http import Response, json_response
from embedded_canvas.routing import route
from embedded_canvas.state import Assignment, Course, iso, now

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_TYPES: Final = frozenset({"none", "online_text_entry", "online_url", "online_upload", "on_paper", "external_tool",
                           "media_recording", "student_annotation", "discussion_topic", "online_quiz"})  # fmt: skip


def assignment_json(context: Context, assignment: Assignment) -> dict[str, Any]:
    """One assignment, with its description as HTML for readers."""
    return {
        "id": assignment.id,
        "name": assignment.name,
        "description": html.outgoing(assignment.description, context.request, context.config),
        "course_id": assignment.course_id,
        "assignment_group_id": assignment.course_id + 10000,
        "position": assignment.position,
        "points_possible": assignment.points_possible,
        "grading_type": "points",
        "submission_types": assignment.submission_types,
        "due_at": iso(assignment.due_at),
        "lock_at": None,
        "unlock_at": None,
        "created_at": iso(assignment.created_at),
        "updated_at": iso(assignment.updated_at),
        "workflow_state": assignment.workflow_state,
        "published": assignment.workflow_state == "published",
        "html_url": f"{context.request.origin}/courses/{assignment.course_id}/assignments/{assignment.id}",
        "has_submitted_submissions": False,
        "allowed_attempts": -1,
        "is_quiz_assignment": False,
        "locked_for_user": False,
        "visible_to_everyone": True,
    }


@route("GET", "/api/v1/courses/:course_id/assignments")
def index(context: Context) -> Response:
    """A course's live assignments by position; blueprint flags only here, not in the single read."""
    course = context.course()
    context.require("read", course)
    live = [
        a for a in context.tables.assignments.values() if a.course_id == course.id and a.workflow_state != "deleted"
    ]
    if context.caller.role == "student":
        live = [assignment for assignment in live if assignment.workflow_state == "published"]
    flags = child_content(context, course)
    return context.page(
        sorted(live, key=lambda each: (each.position, each.id)), lambda a: assignment_json(context, a) | flags
    )


@route("GET", "/api/v1/courses/:course_id/assignments/:id")
def show(context: Context) -> Response:
    """One assignment."""
    course = context.course()
    assignment = _find(context, course)
    context.require("read", course)
    return json_response(assignment_json(context, assignment))


@route("PUT", "/api/v1/courses/:course_id/assignments/:id")
def update(context: Context) -> Response:
    """Change an assignment: what is not named stays."""
    course = context.course()
    assignment = _find(context, course)
    context.require("manage_assignments_edit", course)
    wanted = _wanted(context)
    _validate(wanted)
    description = html.incoming(wanted.get("description", assignment.description), context.request)
    if description != assignment.description:
        refuse_locked(context, course, "description")
    changed = description != assignment.description or wanted.get("name", assignment.name) != assignment.name
    assignment.description = description
    assignment.name = str(wanted.get("name", assignment.name))
    if "published" in wanted:
        assignment.workflow_state = "published" if str(wanted["published"]).lower() in {"true", "1"} else "unpublished"
    if changed:
        assignment.updated_at = now()
    return json_response(assignment_json(context, assignment))


@route("POST", "/api/v1/courses/:course_id/assignments")
def create(context: Context) -> Response:
    """Make an assignment: 201, unpublished unless asked."""
    course = context.course()
    context.require("manage_assignments_add", course)
    wanted = _wanted(context)
    _validate(wanted)
    if not wanted.get("name"):
        wanted["name"] = "Assignment"
    published = str(wanted.get("published", "")).lower() in {"true", "1"}
    assignment = Assignment(
        context.tables.next_id(), course.id, str(wanted["name"]),
        html.incoming(wanted.get("description"), context.request), now(), now(),
        position=len(context.tables.assignments) + 1,
        submission_types=list(wanted.get("submission_types") or ["none"]),
        workflow_state="published" if published else "unpublished",
    )  # fmt: skip
    context.tables.assignments[assignment.id] = assignment
    return json_response(assignment_json(context, assignment), 201)


@route("DELETE", "/api/v1/courses/:course_id/assignments/:id")
def destroy(context: Context) -> Response:
    """Delete an assignment, softly."""
    course = context.course()
    assignment = _find(context, course)
    context.require("manage_assignments_delete", course)
    assignment.workflow_state = "deleted"
    return json_response(assignment_json(context, assignment))


def _find(context: Context, course: Course) -> Assignment:
    wanted = context.path["id"]
    found = context.tables.assignments.get(int(wanted)) if wanted.isdigit() else None
    if found is None or found.course_id != course.id or found.workflow_state == "deleted":
        raise errors.not_found()
    return found


def _wanted(context: Context) -> dict[str, Any]:
    wanted = context.params.get("assignment")
    if not wanted or not isinstance(wanted, dict):
        raise errors.messages(400, "assignment is missing")
    return wanted


def _validate(wanted: dict[str, Any]) -> None:
    for name in ("due_at", "lock_at", "unlock_at"):
        value = wanted.get(name)
        if value and not _DATE.fullmatch(str(value)):
            raise errors.invalid({f"assignment[{name}]": [("invalid", f"Invalid datetime for {name}")]})
    types = wanted.get("submission_types")
    if types and not _TYPES.issuperset(types if isinstance(types, list) else [types]):
        raise errors.invalid({"assignment[submission_types]": [("invalid", "Invalid submission types")]})
    if "name" in wanted and not wanted["name"]:
        raise errors.invalid({"title": [("blank", "can't be blank")]})
