"""Section Assignments: descriptions that the integration reads and mends."""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.case import Case
from scopecheck.exercises.documents import (
    Document,
    is_unlocked,
    list_documents,
    read_document,
    write_document,
)
from scopecheck.exercises.registry import exercises
from scopecheck.verdict import ScopeResult

_COUPLED = ("online_quiz", "discussion_topic", "external_tool")
"""Submission types of assignments whose description belongs to another object (assignments_api_controller.rb)."""


def _borrowable(row: Mapping[str, Any]) -> bool:
    kinds = row.get("submission_types") or []
    return is_unlocked(row) and isinstance(kinds, list) and not any(kind in _COUPLED for kind in kinds)


ASSIGNMENT = Document(
    "assignment", "assignments", "id", "description", "assignment", ("id", "name", "description"), _borrowable
)


@exercises("url:GET|/api/v1/courses/:course_id/assignments")
def list_assignments(case: Case) -> ScopeResult:
    """Assignments are listed with their descriptions."""
    return list_documents(case, ASSIGNMENT)


@exercises("url:GET|/api/v1/courses/:course_id/assignments/:id")
def read_assignment(case: Case) -> ScopeResult:
    """One assignment is read."""
    return read_document(case, ASSIGNMENT)


@exercises("url:PUT|/api/v1/courses/:course_id/assignments/:id")
def write_assignment(case: Case) -> ScopeResult:
    """A description is mended and restored; Canvas mails nobody for it (notify_of_update is not sent)."""
    return write_document(case, ASSIGNMENT)
