"""One call for each of Ally's 31 scopes, and which of them a Canvas refuses for a right that the user lacks."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.driver import client

_SUBSCRIPTIONS: Final = "courses/1001/blueprint_subscriptions"
_VIDEO: Final = "media_objects/m-labtour"
CALLS: Final[dict[str, tuple[str, Any]]] = {
    "GET|accounts": ("accounts", None),
    "GET|accounts/:id": ("accounts/1", None),
    "GET|accounts/:account_id/sub_accounts": ("accounts/1/sub_accounts", None),
    "GET|accounts/:account_id/courses": ("accounts/1/courses", None),
    "GET|accounts/:account_id/terms": ("accounts/1/terms", None),
    "GET|courses/:id": ("courses/1001", None),
    "PUT|courses/:id": ("courses/1001", {"course": {"syllabus_body": "b"}}),
    "GET|courses/:course_id/assignments": ("courses/1001/assignments", None),
    "GET|courses/:course_id/assignments/:id": ("courses/1001/assignments/2001", None),
    "PUT|courses/:course_id/assignments/:id": ("courses/1001/assignments/2001", {"assignment": {"description": "b"}}),
    "GET|courses/:course_id/blueprint_subscriptions": (_SUBSCRIPTIONS, None),
    "GET|courses/:course_id/blueprint_subscriptions/:subscription_id/migrations": (
        f"{_SUBSCRIPTIONS}/default/migrations",
        None,
    ),
    "GET|courses/:course_id/content_migrations": ("courses/1001/content_migrations", None),
    "GET|courses/:course_id/discussion_topics": ("courses/1001/discussion_topics", None),
    "GET|courses/:course_id/discussion_topics/:topic_id": ("courses/1001/discussion_topics/4001", None),
    "PUT|courses/:course_id/discussion_topics/:topic_id": ("courses/1001/discussion_topics/4001", {"message": "b"}),
    "POST|courses/:course_id/files": ("courses/1001/files", {"name": "a.png", "size": 3}),
    "GET|courses/:course_id/files": ("courses/1001/files", None),
    "GET|courses/:course_id/files/:id": ("courses/1001/files/5001", None),
    "PUT|files/:id": ("files/5001", {"name": "b.png"}),
    "DELETE|files/:id": ("files/5002", None),
    "GET|courses/:course_id/media_objects": ("courses/1001/media_objects?exclude[]=sources", None),
    "PUT|media_objects/:media_object_id": (_VIDEO, {"user_entered_title": "Lab"}),
    "GET|media_objects/:media_object_id/media_tracks": (f"{_VIDEO}/media_tracks", None),
    "PUT|media_objects/:media_object_id/media_tracks": (f"{_VIDEO}/media_tracks", [{"locale": "en"}]),
    "GET|courses/:course_id/pages": ("courses/1001/pages", None),
    "GET|courses/:course_id/pages/:url_or_id": ("courses/1001/pages/reading-list", None),
    "PUT|courses/:course_id/pages/:url_or_id": ("courses/1001/pages/reading-list", {"wiki_page": {"body": "b"}}),
    "GET|courses/:course_id/quizzes": ("courses/1001/quizzes", None),
    "GET|courses/:course_id/quizzes/:id": ("courses/1001/quizzes/4501", None),
    "PUT|courses/:course_id/quizzes/:id": ("courses/1001/quizzes/4501", {"quiz": {"description": "b"}}),
}
"""By scope, without its `url:` and `/api/v1/`: the path and the JSON body of a call that works."""


def refused(of: Canvas) -> set[str]:
    """The calls that are answered with anything but 200; an empty 204 says that nothing was done."""
    with client(of) as by:
        return {
            scope
            for scope, (path, body) in CALLS.items()
            if by.request(scope.partition("|")[0], f"/api/v1/{path}", json=body).status_code != 200
        }
