"""Section Assignments: descriptions that the integration reads and fixes.

Nobody is notified of a new description, because notify_of_update is not sent (assignments_api_controller.rb).
"""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.content import ContentKind, is_unlocked, register_content
from scopecheck.sandbox.objects import Noun

_COUPLED = ("online_quiz", "discussion_topic", "external_tool")
"""Submission types of assignments whose description belongs to another object (assignments_api_controller.rb)."""


def _safe_to_edit(row: Mapping[str, Any]) -> bool:
    kinds = row.get("submission_types") or []
    return is_unlocked(row) and isinstance(kinds, list) and not any(kind in _COUPLED for kind in kinds)


ASSIGNMENT = ContentKind(
    Noun.ASSIGNMENT,
    ("id", "name", "description"),
    _safe_to_edit,
    leaves="reading an assignment counts as viewing it",
)

register_content(
    ASSIGNMENT,
    listed="url:GET|/api/v1/courses/:course_id/assignments",
    read="url:GET|/api/v1/courses/:course_id/assignments/:id",
    written="url:PUT|/api/v1/courses/:course_id/assignments/:id",
)
