"""Section Quizzes: descriptions of classic quizzes that the integration reads and mends."""

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


def _borrowable(row: Mapping[str, Any]) -> bool:
    # A graded quiz copies its description to an assignment.
    return is_unlocked(row) and not row.get("assignment_id") and bool(row.get("description"))


QUIZ = Document("quiz", "quizzes", "id", "description", "quiz", ("id", "title"), _borrowable)


@exercises("url:GET|/api/v1/courses/:course_id/quizzes")
def list_quizzes(case: Case) -> ScopeResult:
    """Classic quizzes are listed; New Quizzes are assignments."""
    return list_documents(case, QUIZ)


@exercises("url:GET|/api/v1/courses/:course_id/quizzes/:id")
def read_quiz(case: Case) -> ScopeResult:
    """One quiz is read."""
    return read_document(case, QUIZ)


@exercises("url:PUT|/api/v1/courses/:course_id/quizzes/:id")
def write_quiz(case: Case) -> ScopeResult:
    """A description is mended and restored."""
    return write_document(case, QUIZ)
