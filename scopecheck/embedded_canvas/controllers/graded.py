"""The assignment behind a graded quiz or discussion: created with it, and following its title and text."""

from __future__ import annotations

from typing import Literal

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Assignment, Course


def make_assignment(
    context: Context, course: Course, kind: Literal["online_quiz", "discussion_topic"], *, published: bool
) -> int:
    """A new assignment's ID; `follow` sets title and text."""
    assignment = Assignment(
        context.tables.next_id(), course.id, "", None, now(), now(), submission_types=[kind],
        workflow_state="published" if published else "unpublished",
    )  # fmt: skip
    context.tables.assignments[assignment.id] = assignment
    return assignment.id


def follow(context: Context, assignment_id: int | None, title: str, description: str | None) -> None:
    """Copy title and text to the assignment, if there is one."""
    assignment = context.tables.assignments.get(assignment_id or 0)
    if assignment is not None and (assignment.name, assignment.description) != (title, description):
        assignment.name, assignment.description, assignment.updated_at = title, description, now()
