"""A discussion topic as JSON (lib/api/v1/discussion_topics.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import html
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.assignment_json import assignment_json
from scopecheck.embedded_canvas.controllers.courses import section_id
from scopecheck.embedded_canvas.controllers.user_display import user_json
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import Course, Topic
from scopecheck.embedded_canvas.values import Column, moment, shown, text, time, truth

_NO: Final = Column(False, truth)

COLUMNS: Final = {
    "discussion_type": Column("not_threaded", text),
    "delayed_post_at": Column(None, time),
    "lock_at": Column(None, time),
    "todo_date": Column(None, time),
    "podcast_has_student_posts": _NO,
    "require_initial_post": Column(None, truth),
    "allow_rating": _NO,
    "only_graders_can_rate": _NO,
    "sort_by_rating": _NO,
}
"""What a PUT may set besides title, message and states."""

NEW_COLUMNS: Final = {
    "sort_order": Column("desc", text),
    "sort_order_locked": _NO,
    "expanded": _NO,
    "expanded_locked": _NO,
}
"""What newer Canvas adds."""

_FIXED: Final[dict[str, Any]] = {
    "root_topic_id": None,
    "podcast_url": None,
    "anonymous_state": None,
    "discussion_subentry_count": 0,
    "unread_count": 0,
    "can_unpublish": True,
    "group_category_id": None,
    "can_group": True,
    "topic_children": [],
    "group_topic_children": [],
    "attachments": [],
    "locked_for_user": False,
}
"""No topic here has replies or belongs to a group."""


def columns(context: Context) -> dict[str, Column]:
    """This Canvas version's columns."""
    if context.config.is_old:
        return {**COLUMNS, "discussion_type": Column("side_comment", text)}
    return COLUMNS | NEW_COLUMNS


def topic_json(
    context: Context, course: Course, topic: Topic, *, message: str | None = None, answer_to_write: bool = False
) -> dict[str, Any]:
    """One topic, with its message rewritten for readers or with the `message` given.

    Answers to writes include the number of users (`answer_to_write`); lists and reads do so on request.
    """
    moderates = context.may("moderate_forum", course)
    address = f"{context.request.origin}/courses/{course.id}/discussion_topics/{topic.id}"
    rights = {"attach": moderates, "update": moderates, "reply": not topic.locked, "delete": moderates}
    return {
        "id": topic.id,
        "title": topic.title,
        "message": html.outgoing(topic.message, context.request, context.config) if message is None else message,
        "html_url": address,
        "url": address,
        "created_at": iso(topic.created_at),
        "posted_at": iso(topic.created_at),
        "last_reply_at": iso(topic.created_at),
        "assignment_id": topic.assignment_id,
        "position": topic.position if topic.pinned else None,
        "user_can_see_posts": not owes_post(context, topic),
        "is_section_specific": False,
        "user_name": context.tables.users[topic.author_id].name,
        "author": user_json(context, topic.author_id, course),
        "subscribed": topic.author_id == context.caller.id,
        "read_state": "read" if topic.author_id == context.caller.id else "unread",
        "published": topic.published,
        "locked": topic.locked,
        "can_lock": topic.assignment_id is None,
        "comments_disabled": topic.is_announcement and topic.locked,
        "pinned": topic.pinned,
        **shown(columns(context), topic.settings),
        **_FIXED,
        **_sections(context, course, answer_to_write=answer_to_write),
        **_of_version(context, topic, rights),
        **_assignment(context, topic),
    }


def owes_post(context: Context, topic: Topic) -> bool:
    """Whether the caller has to post before reading others' posts; here nobody has posted."""
    return bool(topic.settings.get("require_initial_post")) and context.caller.role == "student"


def is_delayed(topic: Topic) -> bool:
    """Whether the topic will only appear later."""
    opens = moment(topic.settings.get("delayed_post_at"))
    return opens is not None and opens > now()


def _of_version(context: Context, topic: Topic, rights: dict[str, bool]) -> dict[str, Any]:
    if context.config.is_old:
        return {"permissions": rights}
    rights = rights | {"manage_assign_to": rights["update"]}
    return {
        "permissions": rights,
        "is_announcement": topic.is_announcement,
        "summary_enabled": False,
        "ungraded_discussion_overrides": [],
    }


def _sections(context: Context, course: Course, *, answer_to_write: bool) -> dict[str, Any]:
    includes = context.includes()
    more: dict[str, Any] = {} if context.config.is_old else {"sections": []}
    if "sections" in includes:
        more["sections"] = [{"id": section_id(course), "name": course.name}]
    if answer_to_write or "sections_user_count" in includes:
        more["user_count"] = course.active_students
    if "all_dates" in includes:
        more["all_dates"] = []
    if "overrides" in includes:
        more["overrides"] = []
    return more


def _assignment(context: Context, topic: Topic) -> dict[str, Any]:
    graded = context.tables.assignments.get(topic.assignment_id or 0)
    if graded is None:
        return {}
    body = assignment_json(context, graded)
    if truth(context.params.get("exclude_assignment_descriptions")):
        del body["description"]
    return {"assignment": body}
