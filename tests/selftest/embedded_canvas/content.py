"""The sandbox course's content for tests: paths, seeded texts, and one call for each kind of PUT."""

from __future__ import annotations

from typing import Any

import httpx

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.driver import COURSE, canvas, client

ASSIGNMENTS = f"{COURSE}/assignments"
ASSIGNMENT = f"{ASSIGNMENTS}/2001"
PAGES = f"{COURSE}/pages"
PAGE = f"{PAGES}/reading-list"
TOPICS = f"{COURSE}/discussion_topics"
TOPIC = f"{TOPICS}/4001"
ANNOUNCEMENT = f"{TOPICS}/4003"
QUIZZES = f"{COURSE}/quizzes"
QUIZ = f"{QUIZZES}/4501"
FILES = f"{COURSE}/files"
DIAGRAM, SYLLABUS, VIDEO = 5001, 5002, 5003
SUBSCRIPTIONS = f"{COURSE}/blueprint_subscriptions"

PAGE_BODY = "<p>Welcome to this page.</p>"
TOPIC_MESSAGE = "<p>Welcome to this discussion.</p>"
QUIZ_DESCRIPTION = "<p>Welcome to this quiz.</p>"
NEW = "<h2>New</h2>"

NO_READER = frozenset({"read_course_content", "manage_wiki_create", "manage_wiki_update", "manage_wiki_delete"})
"""Without these permissions an administrator can read nothing in a course but its lists of files and media."""

COURSE_KEYS = {
    "id", "name", "account_id", "root_account_id", "uuid", "course_code", "created_at", "start_at", "end_at",
    "default_view", "enrollment_term_id", "is_public", "is_public_to_auth_users", "public_syllabus",
    "public_syllabus_to_auth", "grading_standard_id", "storage_quota_mb", "license", "grade_passback_setting",
    "homeroom_course", "course_color", "friendly_name", "overridden_course_visibility",
    "apply_assignment_group_weights", "calendar", "time_zone", "blueprint", "template", "hide_final_grades",
    "workflow_state", "restrict_enrollments_to_course_dates", "sis_course_id", "integration_id", "sis_import_id",
}  # fmt: skip
"""The keys of a course in an account's list, for an administrator."""


def student(**state: Any) -> Canvas:
    """A Canvas whose token is a student's, in a published course whose first topic and quiz are published."""
    of = canvas(role="student", course_state="available", **state)
    of.tables.topics[4001].published = True
    of.tables.quizzes[4501].published = True
    return of


def put_course(of: Canvas, course: object) -> httpx.Response:
    """PUT the sandbox course, as JSON."""
    return client(of).put(COURSE, json={"course": course})


def put_assignment(of: Canvas, assignment: object) -> httpx.Response:
    """PUT the first assignment, as JSON."""
    return client(of).put(ASSIGNMENT, json={"assignment": assignment})


def put_page(of: Canvas, path: str = PAGE, /, **fields: Any) -> httpx.Response:
    """PUT fields of a page, as JSON."""
    return client(of).put(path, json={"wiki_page": fields})


def put_topic(of: Canvas, path: str = TOPIC, /, **fields: Any) -> httpx.Response:
    """PUT fields of a topic, at the top level, as JSON."""
    return client(of).put(path, json=fields)


def put_quiz(of: Canvas, /, **fields: Any) -> httpx.Response:
    """PUT fields of the first quiz, as JSON."""
    return client(of).put(QUIZ, json={"quiz": fields})


def topic_ids(of: Canvas, query: str = "") -> list[int]:
    """The IDs of the listed topics."""
    return [topic["id"] for topic in client(of).get(f"{TOPICS}?{query}").json()]


def file_names(of: Canvas, query: str = "") -> list[str]:
    """The names of the listed files."""
    return [file["display_name"] for file in client(of).get(f"{FILES}?{query}").json()]
