"""The institution: accounts, terms, courses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scopecheck.embedded_canvas.known import ROOT


@dataclass
class Account:
    """The root account or one below it."""

    id: int
    name: str
    parent_account_id: int | None
    root_account_id: int | None
    uuid: str
    workflow_state: str = "active"


@dataclass
class Term:
    """An enrollment term, of the root account."""

    id: int
    name: str
    created_at: datetime
    start_at: datetime | None = None
    end_at: datetime | None = None
    workflow_state: str = "active"
    account_id: int = ROOT


@dataclass
class Course:
    """A course, with its syllabus."""

    id: int
    name: str
    course_code: str
    account_id: int
    term_id: int
    uuid: str
    created_at: datetime
    workflow_state: str = "unpublished"
    syllabus_body: str | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    restrict_enrollments_to_course_dates: bool = False
    blueprint: bool = False
    active_students: int = 0
    public_description: str | None = None
    updated_at: datetime | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    """Further columns, by Canvas's names: those that differ from their defaults (controllers/course_json.py)."""
