"""What a blueprint locks in its associated courses (master_courses/restrictor.rb)."""

from __future__ import annotations

from typing import Any

from embedded_canvas import errors
from embedded_canvas.context import Context
from embedded_canvas.state import Course


def is_child(context: Context, course: Course) -> bool:
    """Whether the course is associated with a blueprint."""
    return any(
        subscription.child_course_id == course.id and subscription.workflow_state == "active"
        for subscription in context.tables.subscriptions.values()
    )


def child_content(context: Context, course: Course) -> dict[str, Any]:
    """The flags that lists of an associated course add to each row."""
    if not is_child(context, course):
        return {}
    locked = context.config.blueprint_locked
    restrictions = {"content": True, "points": False, "due_dates": False, "availability_dates": False}
    return {
        "is_master_course_child_content": True,
        "restricted_by_master_course": locked,
        **({"master_course_restrictions": restrictions} if locked else {}),
    }


def refuse_locked(context: Context, course: Course, column: str) -> None:
    """Refuse to change a locked column; sending the same text again passes, so ask only for changes."""
    if context.config.blueprint_locked and is_child(context, course):
        text = f"cannot change column(s): {column} - locked by Master Course"
        raise errors.invalid({"base": [(text, text)]})
