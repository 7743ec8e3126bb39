"""Content from other courses: blueprints and content migrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class BlueprintTemplate:
    """What makes a course a blueprint."""

    id: int
    course_id: int
    restricted: set[tuple[str, int]] = field(default_factory=set)
    """Content types and IDs of the items that it locks in associated courses."""


@dataclass
class BlueprintMigration:
    """One sync, as the blueprint course sees it."""

    id: int
    template_id: int
    user_id: int
    created_at: datetime
    workflow_state: str = "completed"
    comment: str | None = None


@dataclass
class BlueprintSubscription:
    """A course's association with a blueprint."""

    id: int
    template_id: int
    blueprint_course_id: int
    child_course_id: int
    workflow_state: str = "active"


@dataclass
class BlueprintImport:
    """One sync that reached a child course; `id` is the child's content migration's."""

    id: int
    subscription_id: int
    user_id: int
    created_at: datetime
    workflow_state: str = "completed"
    comment: str | None = None


@dataclass
class ContentMigration:
    """A course's copy or import."""

    id: int
    course_id: int
    user_id: int
    migration_type: str
    workflow_state: str
    created_at: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
