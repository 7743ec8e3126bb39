"""Assignments (assignments_api_controller.rb)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.assignment_json import COLUMNS, assignment_json
from scopecheck.embedded_canvas.controllers.blueprint_locks import list_flags, refuse_locked, refuse_restricted
from scopecheck.embedded_canvas.controllers.html_columns import refuse_long_title, stored
from scopecheck.embedded_canvas.controllers.lists import searched
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Assignment, Course
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import changed, truth

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_TYPES: Final = frozenset({"none", "online_text_entry", "online_url", "online_upload", "on_paper", "external_tool",
                           "media_recording", "student_annotation", "discussion_topic", "online_quiz"})  # fmt: skip
_BUCKETS: Final = frozenset({"past", "overdue", "undated", "ungraded", "unsubmitted", "upcoming", "future"})
_MOST_IDS: Final = 100
_ORDERS: Final[dict[str, Callable[[Assignment], Any]]] = {
    "name": lambda assignment: assignment.name.lower(),
    "due_at": lambda assignment: assignment.settings.get("due_at", "~"),
}


@route("GET", "/api/v1/courses/:course_id/assignments", "assignments_api#index")
def index(context: Context) -> Response:
    """A course's live assignments by position. Only the list has blueprint flags, the single read does not."""
    course = context.course()
    context.require("read", course)
    visible = [each for each in _live(context, course) if _is_visible(context, each)]
    found = searched(context, _filtered(context, visible), lambda assignment: assignment.name)
    by_position = sorted(found, key=lambda each: (each.position, each.id))
    order = _ORDERS.get(str(context.params.get("order_by")))
    flags = list_flags(context, course, "manage_assignments_edit")
    return context.page(
        sorted(by_position, key=order) if order else by_position,
        lambda assignment: assignment_json(context, assignment) | flags(assignment),
    )


def _live(context: Context, course: Course) -> list[Assignment]:
    own = [each for each in context.tables.assignments.values() if each.course_id == course.id]
    return [each for each in own if each.workflow_state != "deleted"]


def _is_visible(context: Context, assignment: Assignment) -> bool:
    return context.caller.role != "student" or assignment.workflow_state == "published"


def _filtered(context: Context, live: list[Assignment]) -> list[Assignment]:
    """The assignments that match `assignment_ids[]` and `bucket`; unknown IDs and buckets are refused."""
    ids = context.params.get("assignment_ids")
    if isinstance(ids, list):
        wanted, known = list(map(str, ids)), {str(each.id) for each in live}
        unknown = [each for each in wanted if each not in known]
        if unknown or len(wanted) > _MOST_IDS:
            raise errors.message(400, f"Invalid assignment_ids: {', '.join(unknown or wanted)}")
        live = [each for each in live if str(each.id) in wanted]
    bucket = context.params.get("bucket")
    if bucket and bucket not in _BUCKETS:
        raise errors.plain_invalid(bucket=f"not one of {', '.join(sorted(_BUCKETS))}")
    # Nothing here is past due or submitted, so the other buckets are empty.
    if bucket == "undated":
        return [each for each in live if each.settings.get("due_at") is None]
    return live if bucket in {None, "", "future", "upcoming", "unsubmitted"} else []


@route("GET", "/api/v1/courses/:course_id/assignments/:id", "assignments_api#show")
def show(context: Context) -> Response:
    """One assignment; refused rather than 404 if a student may not see it. Who reads it has viewed it."""
    course = context.course()
    assignment = _find(context, course)
    context.require("read", course)
    if not _is_visible(context, assignment):
        raise context.not_permitted()
    context.tables.views.add((context.caller.id, "assignment", assignment.id))
    return json_response(assignment_json(context, assignment))


@route("PUT", "/api/v1/courses/:course_id/assignments/:id", "assignments_api#update")
def update(context: Context) -> Response:
    """Update an assignment; fields not named stay."""
    course = context.course()
    assignment = _find(context, course)
    context.require("manage_assignments_edit", course)
    wanted = _wanted(context)
    _validate(wanted)
    before = repr(assignment)
    _set_text(context, assignment, wanted)
    _set_fields(assignment, wanted)
    if repr(assignment) != before or truth(wanted.get("force_updated_at")):
        assignment.updated_at = now()
    return json_response(assignment_json(context, assignment))


def _set_text(context: Context, assignment: Assignment, wanted: dict[str, Any]) -> None:
    name = str(wanted.get("name", assignment.name))
    description = assignment.description
    if "description" in wanted:
        description = stored(context, "description", wanted["description"])
    changes = {"title": name != assignment.name, "description": description != assignment.description}
    refuse_locked(context, assignment, *(column for column, differs in changes.items() if differs))
    assignment.name, assignment.description = name, description


def _set_fields(assignment: Assignment, wanted: dict[str, Any]) -> None:
    assignment.settings = changed(COLUMNS, assignment.settings, wanted)
    if "published" in wanted:
        assignment.workflow_state = "published" if truth(wanted["published"]) else "unpublished"
    types = wanted.get("submission_types")
    if types:
        assignment.submission_types = list(types) if isinstance(types, list) else [str(types)]
    if str(wanted.get("position", "")).isdecimal():
        assignment.position = int(wanted["position"])


@route("POST", "/api/v1/courses/:course_id/assignments", "assignments_api#create")
def create(context: Context) -> Response:
    """Create an assignment: 201, unpublished by default."""
    course = context.course()
    context.require("manage_assignments_add", course)
    wanted = {"name": "Assignment", **_wanted(context)}
    _validate(wanted)
    assignment = Assignment(
        context.tables.next_id(), course.id, str(wanted["name"]),
        stored(context, "description", wanted.get("description")), now(), now(),
        position=len(context.tables.assignments) + 1,
    )  # fmt: skip
    _set_fields(assignment, wanted)
    context.tables.assignments[assignment.id] = assignment
    return json_response(assignment_json(context, assignment), 201)


@route("DELETE", "/api/v1/courses/:course_id/assignments/:id", "assignments#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete an assignment."""
    course = context.course()
    assignment = _find(context, course)
    context.require("manage_assignments_delete", course)
    refuse_restricted(context, assignment)
    assignment.workflow_state = "deleted"
    return json_response(assignment_json(context, assignment))


def _find(context: Context, course: Course) -> Assignment:
    return context.one(_live(context, course))


def _wanted(context: Context) -> dict[str, Any]:
    wanted = context.fields("assignment")
    if not wanted:
        raise errors.messages(400, "assignment is missing")
    return wanted


def _validate(wanted: dict[str, Any]) -> None:
    for name in ("due_at", "lock_at", "unlock_at"):
        value = wanted.get(name)
        if value and not _DATE.fullmatch(str(value)):
            raise errors.invalid({f"assignment[{name}]": [("invalid", f"Invalid datetime for {name}")]})
    group = wanted.get("assignment_group_id")
    if group and not str(group).isdecimal():
        raise errors.invalid({"assignment[assignment_group_id]": [("invalid", "must be a positive number")]})
    types = wanted.get("submission_types")
    if types and not _TYPES.issuperset(types if isinstance(types, list) else [types]):
        raise errors.invalid({"assignment[submission_types]": [("invalid", "Invalid submission types")]})
    if "name" in wanted and not str(wanted["name"] or "").strip():
        raise errors.invalid({"title": [("blank", "can't be blank")]})
    refuse_long_title("title", str(wanted.get("name", "")))
