"""Section Quizzes: descriptions of classic quizzes, which the integration fixes; New Quizzes are assignments."""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.content import ContentKind, is_unlocked, register_content
from scopecheck.sandbox.objects import Noun


def _safe_to_edit(row: Mapping[str, Any]) -> bool:
    # A graded quiz copies its description to an assignment.
    return is_unlocked(row) and not row.get("assignment_id") and bool(row.get("description"))


QUIZ = ContentKind(Noun.QUIZ, ("id", "title"), _safe_to_edit)

register_content(
    QUIZ,
    listed="url:GET|/api/v1/courses/:course_id/quizzes",
    read="url:GET|/api/v1/courses/:course_id/quizzes/:id",
    written="url:PUT|/api/v1/courses/:course_id/quizzes/:id",
)
