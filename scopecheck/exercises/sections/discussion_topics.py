"""Section Discussion Topics: messages that the integration reads and fixes; a PUT sends them without a wrapper."""

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.content import ContentKind, is_unlocked, register_content
from scopecheck.sandbox.objects import Noun


def _safe_to_edit(row: Mapping[str, Any]) -> bool:
    # A graded topic copies its message to an assignment; announcements are mailed.
    return is_unlocked(row) and not row.get("assignment_id") and not row.get("is_announcement")


TOPIC = ContentKind(Noun.TOPIC, ("id", "title", "message"), _safe_to_edit)

register_content(
    TOPIC,
    listed="url:GET|/api/v1/courses/:course_id/discussion_topics",
    read="url:GET|/api/v1/courses/:course_id/discussion_topics/:topic_id",
    written="url:PUT|/api/v1/courses/:course_id/discussion_topics/:topic_id",
)
