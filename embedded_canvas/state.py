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
    """`admin`, `teacher` or `student`: an account-wide admin, or an enrolment in one course."""
    denied: frozenset[str] = frozenset()
    course_id: int | None = None
    """The course that a teacher or student is enrolled in."""
    course_account_id: int | None = None
    """The account that this course sits in."""
    workflow_state: str = "registered"
    """`registered`, or `creation_pending` or `deleted`: then requests count as anonymous."""
    pseudonym: str = "active"
    """The user's log-in for this account: `active`, `suspended` or `none`."""


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
    """The owner's word on the key: `on`, `off`, or `allow`, which leaves it to this root account."""
    owner: str = "root-account"
    """`root-account`, `site-admin`, or `other-account`: the parent in a consortium."""
    auto_expire_tokens: bool = True
    is_lti_key: bool = False
    root_binding: str | None = None
    """This root account's own word on an inherited key."""
    redirect_uri: str | None = None
    """The legacy single one, which old Canvas matches by host."""
    trusted: bool = False
    """Issues tokens without asking the user."""
    replace_tokens: bool = False
    visible: bool = True
    """Whether accounts that inherit the key see it."""
    test_cluster_only: bool = False
    texts: dict[str, str | None] = field(default_factory=dict)
    """Columns that change nothing: e-mail address, notes, icon, vendor."""
    created_at: datetime = field(default_factory=lambda: now())


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
    challenge: str | None = None
    """PKCE's S256 challenge."""


@dataclass
class AuthorizationRequest:
    """What `/login/oauth2/auth` was asked, kept in the session until the user answers."""

    key_id: int
    redirect_uri: str
    scopes: list[str]
    state: str | None
    challenge: str | None = None
    csrf: str | None = None
    """The consent page's own token against forged answers."""


@dataclass
class Session:
    """A browser's session; `user_id` once somebody logged in."""

    id: str
    user_id: int | None = None
    request: AuthorizationRequest | None = None


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
    updated_at: datetime | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    """Further columns, by Canvas's names: those that differ from their defaults (controllers/course_json.py)."""


@dataclass
class Assignment:
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
    settings: dict[str, Any] = field(default_factory=dict)


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
    assignment_id: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)


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
    assignment_id: int | None = None
    settings: dict[str, Any] = field(default_factory=dict)


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
    synced: bool = False
    """Whether a blueprint sync brought it: only such files can be locked by the blueprint."""
    replaced_by: int | None = None
    """The file that overwrote this one."""


@dataclass
class UploadTicket:
    """What step 1 of an upload promised: who may put what where, and until when."""

    key: str
    """The secret that step 2 shows: a policy (local, S3) or a token (inst-fs)."""
    storage_url: str
    """Where step 2 goes."""
    canvas: str
    """Scheme and host of the Canvas that promised it."""
    fields: dict[str, str]
    """The form fields that must come back unchanged."""
    expires_at: datetime
    course_id: int
    folder_id: int
    user_id: int
    name: str
    content_type: str
    on_duplicate: str
    includes: list[str] = field(default_factory=list)
    """What `success_include[]` asks of the file that comes of it."""
    file_id: int | None = None
    """The pending file; inst-fs has none before the upload is complete."""
    stored: bool = False
    """Whether step 2 is done."""


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
class BlueprintTemplate:
    id: int
    course_id: int
    restricted: set[tuple[str, int]] = field(default_factory=set)
    """Content types and ids of what it locks in associated courses."""


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
        self.sessions: dict[str, Session] = {}
        self.accounts: dict[int, Account] = {}
        self.terms: dict[int, Term] = {}
        self.courses: dict[int, Course] = {}
        self.assignments: dict[int, Assignment] = {}
        self.pages: dict[int, Page] = {}
        self.topics: dict[int, Topic] = {}
        self.quizzes: dict[int, Quiz] = {}
        self.folders: dict[int, Folder] = {}
        self.files: dict[int, File] = {}
        self.tickets: dict[str, UploadTicket] = {}
        self.leaks: list[str] = []
        """Requests to a file storage that carried Canvas's token, which has no business there."""
        self.media_objects: dict[int, MediaObject] = {}
        self.media_tracks: dict[int, MediaTrack] = {}
        self.templates: dict[int, BlueprintTemplate] = {}
        self.blueprint_migrations: dict[int, BlueprintMigration] = {}
        self.subscriptions: dict[int, BlueprintSubscription] = {}
        self.blueprint_imports: dict[int, BlueprintImport] = {}
        self.migrations: dict[int, ContentMigration] = {}
        self.writes: list[Write] = []
        self.lock = threading.RLock()
        self._ids = itertools.count(100_001)

    def next_id(self) -> int:
        """A fresh id, unique over all tables."""
        return next(self._ids)

    def content(self) -> Iterator[tuple[str, Any]]:
        """What users see of the courses: live records without the marks that any write leaves.

        Left out, since Canvas itself cannot give them back: ids handed out meanwhile, soft-deleted records and what
        lies in a deleted course, times of the last change, version numbers and last editors.
        """
        gone = {course.id for course in self.courses.values() if course.workflow_state == "deleted"}
        tables: dict[str, dict[int, Any]] = {
            "accounts": self.accounts, "terms": self.terms, "courses": self.courses,
            "assignments": self.assignments, "pages": self.pages, "topics": self.topics,
            "quizzes": self.quizzes, "files": self.files, "media_objects": self.media_objects,
            "media_tracks": self.media_tracks, "subscriptions": self.subscriptions,
            "migrations": self.migrations,
        }  # fmt: skip
        for name, table in tables.items():
            for key in sorted(table):
                record = asdict(table[key])
                if record.get("workflow_state") in {"deleted", "pending"} or record.get("course_id") in gone:
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
