"""Discussion topics and announcements (discussion_topics_controller.rb, discussion_topics_api_controller.rb)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.blueprint_locks import list_flags, refuse_restricted
from scopecheck.embedded_canvas.controllers.lists import searched
from scopecheck.embedded_canvas.controllers.topic_changes import change_topic
from scopecheck.embedded_canvas.controllers.topic_json import is_delayed, owes_post, topic_json
from scopecheck.embedded_canvas.controllers.topic_record import deleted_json
from scopecheck.embedded_canvas.http import Response, json_response, text_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import Course, Topic
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import truth

_ORDERS: Final[dict[str, Callable[[Topic], Any]]] = {
    "title": lambda topic: topic.title.lower(),
    "recent_activity": lambda topic: -topic.created_at.timestamp(),
}
_CONTRADICTIONS: Final = ({"pinned", "unpinned"}, {"locked", "unlocked"})


@route("GET", "/api/v1/courses/:course_id/discussion_topics", "discussion_topics#index")
def index(context: Context) -> Response:
    """A course's topics with their messages; announcements only on request, and then only these.

    Topics that the caller may not see or that `locked` filters out are dropped after paging, so a page may be short.
    """
    course = context.course()
    announcements = truth(context.params.get("only_announcements"))
    context.require("read", course)
    context.require("read_announcements" if announcements else "read_forum", course)
    states = {each.strip() for each in str(context.params.get("scope") or "").split(",")}
    if any(pair <= states for pair in _CONTRADICTIONS):
        raise errors.plain_invalid(scope="scope is contradictory")
    topics = [t for t in _live(context, course) if t.is_announcement == announcements and _is_pinned_as(t, states)]
    return _page(context, course, _ordered(context, searched(context, topics, lambda topic: topic.title)), states)


def _live(context: Context, course: Course) -> list[Topic]:
    return [t for t in context.tables.topics.values() if t.course_id == course.id and t.workflow_state != "deleted"]


def _is_pinned_as(topic: Topic, states: set[str]) -> bool:
    return topic.pinned if "pinned" in states else not topic.pinned if "unpinned" in states else True


def _is_locked_as(topic: Topic, states: set[str]) -> bool:
    return topic.locked if "locked" in states else not topic.locked if "unlocked" in states else True


def _ordered(context: Context, topics: list[Topic]) -> list[Topic]:
    by_position = sorted(topics, key=lambda topic: (topic.position, -topic.created_at.timestamp(), -topic.id))
    order = _ORDERS.get(str(context.params.get("order_by")))
    return sorted(by_position, key=order) if order else by_position


def _page(context: Context, course: Course, topics: list[Topic], states: set[str]) -> Response:
    flags = list_flags(context, course, "moderate_forum")
    plain = truth(context.params.get("plain_messages"))

    def shown(topic: Topic) -> dict[str, Any] | None:
        if not _may_see(context, course, topic) or not _is_locked_as(topic, states):
            return None
        return topic_json(context, course, topic, message=topic.message if plain else None) | flags(topic)

    return context.page(topics, shown)


def _may_see(context: Context, course: Course, topic: Topic) -> bool:
    """Whether the topic is there for the caller: moderators and administrators also see what is not published yet.

    Source: app/models/discussion_topic.rb, visible_for.
    """
    admin = context.may("read_as_admin", course) and (context.may("manage", course) or context.may("read", course))
    return admin or context.may("moderate_forum", course) or (topic.published and not is_delayed(topic))


@route("GET", "/api/v1/courses/:course_id/discussion_topics/:topic_id", "discussion_topics_api#show")
def show(context: Context) -> Response:
    """One topic. Students who have to post first get plain text, and for a delayed topic they get `null`."""
    course = context.course()
    context.require("read", course)
    topic = _find(context, course)
    context.require("read_announcements" if topic.is_announcement else "read_forum", course)
    if not topic.published and not _may_see(context, course, topic):
        raise context.not_permitted()
    if owes_post(context, topic):
        return text_response("require_initial_post", 403)
    return json_response(topic_json(context, course, topic) if _may_see(context, course, topic) else None)


@route("PUT", "/api/v1/courses/:course_id/discussion_topics/:topic_id", "discussion_topics#update")
def update(context: Context) -> Response:
    """Update a topic; the fields are at the top level."""
    course = context.course()
    context.require("read", course)
    topic = _find(context, course)
    _require_moderation(context, course, topic)
    change_topic(context, course, topic)
    return json_response(topic_json(context, course, topic, answer_to_write=True))


def _require_moderation(context: Context, course: Course, topic: Topic) -> None:
    context.require("read_announcements" if topic.is_announcement else "read_forum", course)
    context.require("moderate_forum", course)


@route("POST", "/api/v1/courses/:course_id/discussion_topics", "discussion_topics#create")
def create(context: Context) -> Response:
    """Create a topic, or with `is_announcement` an announcement: 200. Topics are unpublished by default."""
    course = context.course()
    context.require("create_forum", course)
    announcement = truth(context.params.get("is_announcement"))
    topic = Topic(
        context.tables.next_id(), course.id, "", None, now(), context.caller.id, published=announcement,
        is_announcement=announcement, position=len(_live(context, course)) + 1,
    )  # fmt: skip
    change_topic(context, course, topic, new=True)
    context.tables.topics[topic.id] = topic
    return json_response(topic_json(context, course, topic, answer_to_write=True))


@route("DELETE", "/api/v1/courses/:course_id/discussion_topics/:topic_id", "discussion_topics#destroy")
def destroy(context: Context) -> Response:
    """Soft-delete a topic."""
    course = context.course()
    topic = _find(context, course)
    _require_moderation(context, course, topic)
    refuse_restricted(context, topic)
    topic.workflow_state = "deleted"
    return json_response(deleted_json(context, course, topic))


def _find(context: Context, course: Course) -> Topic:
    return context.one(_live(context, course), "topic_id")
