"""What a request changes on a discussion topic (discussion_topics_controller.rb, process_discussion_topic).

All parameters are at the top level. The controller's own errors are plain strings, the model's are not.
"""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import refuse_locked
from scopecheck.embedded_canvas.controllers.courses import section_id
from scopecheck.embedded_canvas.controllers.graded import follow, make_assignment
from scopecheck.embedded_canvas.controllers.html_columns import refuse_long_title, stored
from scopecheck.embedded_canvas.controllers.topic_json import COLUMNS, columns
from scopecheck.embedded_canvas.records import Course, Topic
from scopecheck.embedded_canvas.values import changed, shown, truth

_DATES: Final = ("delayed_post_at", "lock_at")
_SORT_ORDERS: Final = frozenset({"asc", "desc", "inherit"})
_TYPES: Final = frozenset({"side_comment", "threaded", "not_threaded"})


def change_topic(context: Context, course: Course, topic: Topic, *, new: bool = False) -> None:
    """Change the topic as requested, or raise a Refusal and change nothing."""
    params = context.params
    _refuse(context, course, topic)
    title = str(params.get("title", topic.title) or "") or "No Title"
    refuse_long_title("title", title)
    message = stored(context, "message", params["message"]) if "message" in params else topic.message
    if not new:
        changes = {"title": title != topic.title, "message": message != topic.message}
        refuse_locked(context, topic, *(column for column, differs in changes.items() if differs))
    settings = changed(columns(context), topic.settings, params)
    _set_states(context, topic, settings)
    topic.title, topic.message, topic.settings, topic.editor_id = title, message, settings, context.caller.id
    if isinstance(params.get("assignment"), dict) and topic.assignment_id is None:
        topic.assignment_id = make_assignment(context, course, "discussion_topic", published=topic.published)
    follow(context, topic.assignment_id, title, message)


def _refuse(context: Context, course: Course, topic: Topic) -> None:
    params = context.params
    sections = params.get("specific_sections", "all")
    named = sections.split(",") if isinstance(sections, str) else list(sections or [])
    if named != ["all"] and any(str(each) != str(section_id(course)) for each in named):
        raise errors.not_found()
    problems: dict[str, str] = {}
    if not context.config.is_old and params.get("sort_order") not in {None, *_SORT_ORDERS}:
        problems["sort_order"] = "is not a sort order"
    if params.get("group_category_id") and topic.is_announcement:
        problems["group"] = "announcements have no groups"
    if params.get("todo_date") and not context.may("manage_course_content_add", course):
        problems["todo_date"] = "may not be set by this user"
    elif params.get("todo_date") and (topic.assignment_id or params.get("assignment")):
        problems["todo_date"] = "graded topics have none"
    if problems:
        raise errors.plain_invalid(**problems)
    if params.get("discussion_type") not in {None, *_TYPES}:
        raise errors.invalid({"discussion_type": [("inclusion", "is not included in the list")]})


def _set_states(context: Context, topic: Topic, settings: dict[str, Any]) -> None:
    """Published, pinned and locked. A changed date overrides `locked`.

    Newer Canvas unlocks an announcement whose update does not say `locked`.
    """
    params = context.params
    topic.published = truth(params.get("published", topic.published))
    topic.pinned = truth(params.get("pinned", topic.pinned))
    before, after = shown(COLUMNS, topic.settings), shown(COLUMNS, settings)
    if any(before[date] != after[date] for date in _DATES):
        topic.locked = False
    elif "locked" in params or "lock_comment" in params:
        topic.locked = truth(params.get("lock_comment") or params.get("locked"))
    elif topic.is_announcement and not context.config.is_old:
        topic.locked = False
