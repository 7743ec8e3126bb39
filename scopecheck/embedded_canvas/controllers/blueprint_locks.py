"""What a blueprint locks in its associated courses: what it synced, never what was created there.

Canvas knows synced content by its migration ID (app/models/master_courses/restrictor.rb).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.records import Course


class Content(Protocol):
    """Something in a course that a blueprint may have synced."""

    course_id: int
    synced: bool


def is_child(context: Context, course: Course) -> bool:
    """Whether the course is associated with a blueprint."""
    return any(
        subscription.child_course_id == course.id and subscription.workflow_state == "active"
        for subscription in context.tables.subscriptions.values()
    )


def is_locked(context: Context, content: Content) -> bool:
    """Whether the blueprint locks it."""
    locks = context.config.blueprint_locked and content.synced
    return locks and is_child(context, context.tables.courses[content.course_id])


def list_flags(context: Context, course: Course, right: str) -> Callable[[Content], dict[str, Any]]:
    """The flags of a row in the lists of a blueprint or an associated course, for callers with the right."""
    child = is_child(context, course)
    if not (child or course.blueprint) or not context.may(right, course):
        return lambda _: {}
    locked = context.config.blueprint_locked
    restrictions = {"content": True, "points": False, "due_dates": False, "availability_dates": False}
    flags = {
        f"is_master_course_{'child' if child else 'master'}_content": True,
        "restricted_by_master_course": locked,
        **({"master_course_restrictions": restrictions} if locked else {}),
    }
    return lambda content: flags if content.synced or not child else {}


def refuse_locked(context: Context, content: Content, *columns: str) -> None:
    """Refuse to change locked columns. Name only columns that would change: sending the same text again passes."""
    if columns and is_locked(context, content):
        text = f"cannot change column(s): {', '.join(columns)} - locked by Master Course"
        raise errors.invalid({"base": [(text, text)]})


def refuse_restricted(context: Context, content: Content) -> None:
    """Refuse to delete locked content; this is the refusal of a missing right, not a failed validation."""
    if is_locked(context, content):
        raise context.not_permitted()
