"""Section Quizzes: descriptions of classic quizzes that the integration mends; New Quizzes are assignments."""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.documents import Document, exercise_documents, is_unlocked


def _borrowable(row: Mapping[str, Any]) -> bool:
    # A graded quiz copies its description to an assignment.
    return is_unlocked(row) and not row.get("assignment_id") and bool(row.get("description"))


QUIZ = Document("quiz", "quizzes", "id", "description", "quiz", ("id", "title"), _borrowable)

exercise_documents(
    QUIZ,
    listed="url:GET|/api/v1/courses/:course_id/quizzes",
    read="url:GET|/api/v1/courses/:course_id/quizzes/:id",
    written="url:PUT|/api/v1/courses/:course_id/quizzes/:id",
)
