"""What the embedded Canvas holds: its records, in tables, and the log of what was written.

Records are plain dataclasses; how they look as JSON is the controllers' business.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass
class User:
    id: int
    name: str
    role: str
    """`admin`, `teacher` or `student`: an account-wide admin, or an enrolment in the sandbox course."""
    denied: frozenset[str] = frozenset()


@dataclass
class DeveloperKey:
    id: int
    name: str
    secret: str
    scopes: list[str]
    require_scopes: bool
    allow_includes: bool
    redirect_uris: list[str]
    workflow_state: str = "active"
    binding: str = "on"
    owner: str = "root-account"
    auto_expire_tokens: bool = True
    is_lti_key: bool = False


@dataclass
class AccessToken:
    id: int
    token: str
    user_id: int
    key_id: int
    scopes: list[str]
    refresh_token: str | None = None
    workflow_state: str = "active"
    expires_at: datetime | None = None
    """The hourly expiry, which a refresh renews."""
    permanent_expires_at: datetime | None = None


@dataclass
class AuthorizationCode:
    code: str
    key_id: int
    user_id: int
    scopes: list[str]
    created_at: datetime


@dataclass
class Account:
    id: int
    name: str
    parent_account_id: int | None
    root_account_id: int | None
    uuid: str
    workflow_state: str = "active"


@dataclass
class Term:
    id: int
    name: str
    created_at: datetime
    start_at: datetime | None = None
    end_at: datetime | None = None
    workflow_state: str = "active"


@dataclass
class Course:
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


@dataclass
class Assignment:
    id: int
    course_id: int
    name: str
    description: str | None
    created_at: datetime
    updated_at: datetime
    position: int = 1
    points_possible: float | None = None
    submission_types: list[str] = field(default_factory=lambda: ["none"])
    workflow_state: str = "unpublished"
    due_at: datetime | None = None


@dataclass
class Page:
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


@dataclass
class Topic:
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
    position: int = 1
    workflow_state: str = "active"


@dataclass
class Quiz:
    id: int
    course_id: int
    title: str
    description: str | None
    quiz_type: str = "practice_quiz"
    published: bool = False
    version_number: int = 1
    workflow_state: str = "active"


@dataclass
class Folder:
    id: int
    course_id: int
    full_name: str
    parent_folder_id: int | None = None


@dataclass
class File:
    id: int
    uuid: str
    course_id: int
    folder_id: int
    display_name: str
    filename: str
    content_type: str
    content: bytes
    created_at: datetime
    updated_at: datetime
    workflow_state: str = "processed"
    """`processed`, `deleted`, or `pending` (uploaded but not yet captured: in no list)."""
    locked: bool = False
    hidden: bool = False
    lock_at: datetime | None = None
    unlock_at: datetime | None = None
    media_entry_id: str | None = None
    user_id: int | None = None


@dataclass
class MediaObject:
    id: int
    media_id: str
    course_id: int
    file_id: int | None
    user_id: int
    media_type: str
    title: str | None
    user_entered_title: str | None
    created_at: datetime


@dataclass
class MediaTrack:
    id: int
    media_object_id: int
    user_id: int
    locale: str
    kind: str
    content: str
    created_at: datetime
    updated_at: datetime


@dataclass
class BlueprintSubscription:
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
    id: int
    course_id: int
    user_id: int
    migration_type: str
    workflow_state: str
    created_at: datetime
    settings: dict[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Write:
    """One request that changed or tried to change something: what reached an action with a writing verb."""

    verb: str
    path: str
    status: int
    changed: bool
    """Whether Canvas's content differs afterwards."""


class Tables:
    """All records, by table and id, and one counter of ids."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.keys: dict[int, DeveloperKey] = {}
        self.tokens: dict[int, AccessToken] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self.accounts: dict[int, Account] = {}
        self.terms: dict[int, Term] = {}
        self.courses: dict[int, Course] = {}
        self.assignments: dict[int, Assignment] = {}
        self.pages: dict[int, Page] = {}
        self.topics: dict[int, Topic] = {}
        self.quizzes: dict[int, Quiz] = {}
        self.folders: dict[int, Folder] = {}
        self.files: dict[int, File] = {}
        self.media_objects: dict[int, MediaObject] = {}
        self.media_tracks: dict[int, MediaTrack] = {}
        self.subscriptions: dict[int, BlueprintSubscription] = {}
        self.blueprint_imports: dict[int, BlueprintImport] = {}
        self.migrations: dict[int, ContentMigration] = {}
        self.writes: list[Write] = []
        self.lock = threading.RLock()
        self._ids = itertools.count(1001)

    def next_id(self) -> int:
        """A fresh id, unique over all tables."""
        return next(self._ids)

    def content(self) -> Iterator[tuple[str, Any]]:
        """What users see of the courses: live records without the marks that any write leaves.

        Left out, since Canvas itself cannot give them back: ids handed out meanwhile, soft-deleted records,
        times of the last change, version numbers and last editors.
        """
        tables = {
            "accounts": self.accounts, "terms": self.terms, "courses": self.courses,
            "assignments": self.assignments, "pages": self.pages, "topics": self.topics,
            "quizzes": self.quizzes, "files": self.files, "media_objects": self.media_objects,
            "media_tracks": self.media_tracks, "subscriptions": self.subscriptions,
            "migrations": self.migrations,
        }  # fmt: skip
        for name, table in tables.items():
            for key in sorted(table):
                record = asdict(table[key])  # type: ignore[call-overload]  # mypy joins the tables to `object`
                if record.get("workflow_state") in {"deleted", "pending"}:
                    continue
                yield f"{name}/{key}", {k: v for k, v in record.items() if k not in _MARKS}

    def digest(self) -> str:
        """A digest of `content()`: equal before and after means that nothing was left changed."""
        return hashlib.sha256(repr(list(self.content())).encode()).hexdigest()


_MARKS = frozenset({"updated_at", "revision", "version_number", "last_edited_by"})


def now() -> datetime:
    """The present in UTC, to the second, as Canvas prints times."""
    return datetime.now(UTC).replace(microsecond=0)


def iso(moment: datetime | None) -> str | None:
    """A time as Canvas prints it: UTC, seconds, `Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
