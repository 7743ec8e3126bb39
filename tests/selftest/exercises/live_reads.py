"""What probe mode exercises on an embedded Canvas in which nothing is wrong."""

from __future__ import annotations

from typing import Final

from tests.selftest.exercises.sweep import SCOPES

COURSE: Final = "url:GET|/api/v1/courses/:course_id"
ACCOUNTS: Final = {scope for scope in SCOPES if scope.startswith("url:GET|/api/v1/accounts")}
LISTS: Final = {
    f"{COURSE}/{name}"
    for name in (
        "assignments",
        "blueprint_subscriptions",
        "discussion_topics",
        "files",
        "media_objects",
        "pages",
        "quizzes",
    )
} | {"url:GET|/api/v1/courses/:id"}
SINGLE: Final = {
    f"{COURSE}/discussion_topics/:topic_id",
    f"{COURSE}/files/:id",
    f"{COURSE}/quizzes/:id",
    "url:GET|/api/v1/media_objects/:media_object_id/media_tracks",
}
READ: Final = ACCOUNTS | LISTS | SINGLE
TRACES: Final = {f"{COURSE}/assignments/:id", f"{COURSE}/pages/:url_or_id", f"{COURSE}/content_migrations"}
"""Reads that leave something behind: only made in courses that the settings name."""
SYNCS: Final = f"{COURSE}/blueprint_subscriptions/:subscription_id/migrations"
"""No course that is read has a blueprint."""
