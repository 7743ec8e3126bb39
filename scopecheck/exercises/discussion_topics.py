"""Section Discussion Topics: messages that the integration reads and mends."""

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
    # A graded topic copies its message to an assignment; announcements are mailed.
    return is_unlocked(row) and not row.get("assignment_id") and not row.get("is_announcement")


TOPIC = Document("topic", "discussion_topics", "id", "message", "", ("id", "title", "message"), _borrowable)


@exercises("url:GET|/api/v1/courses/:course_id/discussion_topics")
def list_topics(case: Case) -> ScopeResult:
    """Topics are listed with their messages."""
    return list_documents(case, TOPIC)


@exercises("url:GET|/api/v1/courses/:course_id/discussion_topics/:topic_id")
def read_topic(case: Case) -> ScopeResult:
    """One topic is read."""
    return read_document(case, TOPIC)


@exercises("url:PUT|/api/v1/courses/:course_id/discussion_topics/:topic_id")
def write_topic(case: Case) -> ScopeResult:
    """A message is mended and restored; the field stands at the top level, in no wrapper."""
    return write_document(case, TOPIC)
