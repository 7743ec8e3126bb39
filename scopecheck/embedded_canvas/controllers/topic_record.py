"""A topic's whole record, which only the answer to a DELETE shows (discussion_topics_controller.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.topic_json import columns
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import Course, Topic
from scopecheck.embedded_canvas.values import shown

_FIXED: Final = {
    "context_type": "Course",
    "workflow_state": "deleted",
    "root_topic_id": None,
    "migration_id": None,
    "attachment_id": None,
    "could_be_locked": False,
    "cloned_item_id": None,
    "old_assignment_id": None,
    "subtopics_refreshed_at": None,
    "last_assignment_id": None,
    "external_feed_id": None,
    "podcast_enabled": False,
    "group_category_id": None,
    "is_section_specific": False,
    "anonymous_state": None,
    "is_anonymous_author": False,
}


def deleted_json(context: Context, course: Course, topic: Topic) -> dict[str, Any]:
    """The deleted topic as a record; its message is the stored one, not rewritten for readers."""
    created, deleted = iso(topic.created_at), iso(now())
    settings = shown(columns(context), topic.settings)
    record = {
        **_FIXED,
        **settings,
        **({} if context.config.is_old else {"summary_enabled": False}),
        "id": topic.id,
        "title": topic.title,
        "message": topic.message,
        "context_id": course.id,
        "context_code": f"course_{course.id}",
        "root_account_id": context.tables.accounts[course.account_id].root_account_id,
        "user_id": topic.author_id,
        "editor_id": topic.editor_id or topic.author_id,
        "created_at": created,
        "posted_at": created,
        "last_reply_at": created,
        "updated_at": deleted,
        "deleted_at": deleted,
        "assignment_id": topic.assignment_id,
        "position": topic.position if topic.pinned else None,
        "pinned": topic.pinned,
        "locked": topic.locked,
        "require_initial_post": bool(settings["require_initial_post"]),
        "user": {"user": {"name": context.tables.users[topic.author_id].name}},
    }
    return {"discussion_topic": record}
