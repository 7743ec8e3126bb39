"""What a blueprint locks in its associated courses (master_courses/restrictor.rb)."""

from __future__ import annotations

from typing import Any

from embedded_canvas import errors
from embedded_canvas.context import Context
from embedded_canvas.records import Course


def is_child(context: Context, course: Course) -> bool:
    """Whether the course is associated with a blueprint."""
    return any(
        subscription.child_course_id == course.id and subscription.workflow_state == "active"
        for subscription in context.tables.subscriptions.values()
    )


def list_flags(context: Context, course: Course, right: str) -> dict[str, Any]:
    """The flags on each row in the lists of a blueprint or an associated course, for callers with the right."""
    child = is_child(context, course)
    if not (child or course.blueprint) or not context.may(right, course):
        return {}
    locked = context.config.blueprint_locked
    restrictions = {"content": True, "points": False, "due_dates": False, "availability_dates": False}
    return {
        f"is_master_course_{'child' if child else 'master'}_content": True,
        "restricted_by_master_course": locked,
        **({"master_course_restrictions": restrictions} if locked else {}),
    }


def refuse_locked(context: Context, course: Course, *columns: str) -> None:
    """Refuse to change locked columns. Name only columns that would change: sending the same text again passes."""
    if columns and context.config.blueprint_locked and is_child(context, course):
        text = f"cannot change column(s): {', '.join(columns)} - locked by Master Course"
        raise errors.invalid({"base": [(text, text)]})


def refuse_restricted(context: Context, course: Course) -> None:
    """Refuse to delete locked content; this is the refusal of a missing right, not a failed validation."""
    if context.config.blueprint_locked and is_child(context, course):
        raise context.not_permitted()
