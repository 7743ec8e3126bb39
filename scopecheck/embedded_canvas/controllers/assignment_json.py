"""An assignment as JSON (lib/api/v1/assignment.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import html
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.html_columns import LONGEST_TITLE
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import Assignment
from scopecheck.embedded_canvas.values import Column, integer, number, shown, text, time, truth

_NO: Final = Column(False, truth)
_NO_ID: Final = Column(None, integer)

COLUMNS: Final = {
    # A blank value is zero, while an absent one leaves the points alone.
    "points_possible": Column(0.0, lambda value: number(value) or 0.0),
    "grading_type": Column("points", text),
    "due_at": Column(None, time),
    "lock_at": Column(None, time),
    "unlock_at": Column(None, time),
    "allowed_attempts": Column(-1, integer),
    "peer_reviews": _NO,
    "automatic_peer_reviews": _NO,
    "anonymous_peer_reviews": _NO,
    "intra_group_peer_reviews": _NO,
    "post_to_sis": _NO,
    "grade_group_students_individually": _NO,
    "group_category_id": _NO_ID,
    "grading_standard_id": _NO_ID,
    "final_grader_id": _NO_ID,
    "grader_count": Column(0, integer),
    "annotatable_attachment_id": _NO_ID,
    "moderated_grading": _NO,
    "omit_from_final_grade": _NO,
    "anonymous_grading": _NO,
    "anonymous_instructor_annotations": _NO,
    "graders_anonymous_to_graders": _NO,
    "grader_comments_visible_to_graders": Column(True, truth),
    "grader_names_visible_to_final_grader": Column(True, truth),
    "important_dates": _NO,
    "only_visible_to_overrides": _NO,
}
"""What a PUT may set besides name, description, types, position and state."""

_FIXED: Final = {
    "due_date_required": False,
    "max_name_length": LONGEST_TITLE,
    "has_submitted_submissions": False,
    "muted": False,
    "can_duplicate": True,
    "original_course_id": None,
    "original_assignment_id": None,
    "original_lti_resource_link_id": None,
    "original_assignment_name": None,
    "original_quiz_id": None,
    "in_closed_grading_period": False,
    "post_manually": False,
    "require_lockdown_browser": False,
    "locked_for_user": False,
}


def group_id(course_id: int) -> int:
    """The ID of a course's only assignment group."""
    return course_id + 10000


def assignment_json(context: Context, assignment: Assignment) -> dict[str, Any]:
    """One assignment, with its description rewritten for readers."""
    settings = shown(COLUMNS, assignment.settings)
    address = f"{context.request.origin}/courses/{assignment.course_id}/assignments/{assignment.id}"
    return {
        "id": assignment.id,
        "name": assignment.name,
        "description": html.outgoing(assignment.description, context.request, context.config),
        "course_id": assignment.course_id,
        "assignment_group_id": group_id(assignment.course_id),
        "position": assignment.position,
        "submission_types": assignment.submission_types,
        "created_at": iso(assignment.created_at),
        "updated_at": iso(assignment.updated_at),
        "workflow_state": assignment.workflow_state,
        "published": assignment.workflow_state == "published",
        "html_url": address,
        "submissions_download_url": f"{address}/submissions?zip=1",
        "is_quiz_assignment": assignment.submission_types == ["online_quiz"],
        "anonymize_students": settings["anonymous_grading"],
        "secure_params": f"embedded.{assignment.id}.jwt",
        "lti_context_id": f"{assignment.id:040d}",
        **settings,
        **_FIXED,
        **({} if context.config.is_old else _new(settings)),
        **_for_managers(context, assignment),
        **_made_from(context, assignment),
    }


def _new(settings: dict[str, Any]) -> dict[str, Any]:
    """What newer Canvas adds."""
    return {
        "graded_submissions_exist": False,
        "hide_in_gradebook": False,
        "restrict_quantitative_data": False,
        "visible_to_everyone": not settings["only_visible_to_overrides"],
    }


def _for_managers(context: Context, assignment: Assignment) -> dict[str, Any]:
    course = context.tables.courses[assignment.course_id]
    more: dict[str, Any] = {}
    if context.may("manage_assignments_edit", course):
        more |= {"has_overrides": False, "unpublishable": True}
    if context.may("manage_grades", course):
        more["needs_grading_count"] = 0
    if context.may("read_sis", course):
        more |= {"sis_assignment_id": None, "integration_id": None, "integration_data": {}}
    return more


def _made_from(context: Context, assignment: Assignment) -> dict[str, Any]:
    """The quiz or discussion that is graded through the assignment."""
    more: dict[str, Any] = {}
    for quiz in context.tables.quizzes.values():
        if quiz.assignment_id == assignment.id:
            more["quiz_id"] = quiz.id
    for topic in context.tables.topics.values():
        if topic.assignment_id == assignment.id:
            more["discussion_topic"] = {"id": topic.id, "title": topic.title}
    return more
