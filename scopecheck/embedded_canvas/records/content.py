"""A course's texts: assignments, pages, discussion topics, quizzes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Assignment:
    """An assignment, including those behind graded quizzes and discussions."""

    id: int
    course_id: int
    name: str
    description: str | None
    created_at: datetime
    updated_at: datetime
    position: int = 1
    submission_types: list[str] = field(default_factory=lambda: ["none"])
    workflow_state: str = "unpublished"
    settings: dict[str, Any] = field(default_factory=dict)
    """Further columns, by Canvas's names: those that differ from their defaults (controllers/assignment_json.py)."""
    synced: bool = False
    """Whether it came from the course's blueprint."""


@dataclass
class Page:
    """A page of a course's wiki."""

    id: int
    course_id: int
    url: str
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    editing_roles: str = "teachers"
    published: bool = False
    front_page: bool = False
    workflow_state: str = "active"
    last_edited_by: int | None = None
    revision: int = 1
    settings: dict[str, Any] = field(default_factory=dict)
    blocks: str | None = None
    """What the block editor made, as JSON in a text; None for a page of the rich content editor."""
    synced: bool = False
    """As of an assignment."""


@dataclass
class Topic:
    """A discussion topic or an announcement."""

    id: int
    course_id: int
    title: str
    message: str | None
    created_at: datetime
    author_id: int
    published: bool = False
    locked: bool = False
    pinned: bool = False
    is_announcement: bool = False
    editor_id: int | None = None
    position: int = 1
    workflow_state: str = "active"
    assignment_id: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    synced: bool = False
    """As of an assignment."""


@dataclass
class Quiz:
    """A classic quiz."""

    id: int
    course_id: int
    title: str
    description: str | None
    quiz_type: str = "practice_quiz"
    published: bool = False
    version_number: int = 1
    workflow_state: str = "active"
    assignment_id: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    synced: bool = False
    """As of an assignment."""
