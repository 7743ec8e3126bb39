"""The embedded Canvas's data, in tables, and a log of writes."""

from __future__ import annotations

import copy
import hashlib
import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scopecheck.embedded_canvas.known import DUMMY
from scopecheck.embedded_canvas.records import (
    AccessToken,
    Account,
    Assignment,
    Authority,
    AuthorizationCode,
    BlueprintImport,
    BlueprintMigration,
    BlueprintSubscription,
    BlueprintTemplate,
    ContentMigration,
    Course,
    DeveloperKey,
    File,
    Folder,
    MediaObject,
    MediaTrack,
    Page,
    Quiz,
    Session,
    Term,
    Topic,
    UploadTicket,
    User,
)


@dataclass(frozen=True)
class Write:
    """One request with a writing verb that reached an action."""

    verb: str
    path: str
    status: int
    changed: bool
    """Whether it changed Canvas's content."""


class Tables:
    """All records, by table and ID, and one counter of IDs."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.authority = Authority()
        self._cached: Authority | None = None
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
        """Requests that leaked Canvas's token to a file storage."""
        self.media_objects: dict[int, MediaObject] = {}
        self.media_tracks: dict[int, MediaTrack] = {}
        self.templates: dict[int, BlueprintTemplate] = {}
        self.blueprint_migrations: dict[int, BlueprintMigration] = {}
        self.subscriptions: dict[int, BlueprintSubscription] = {}
        self.blueprint_imports: dict[int, BlueprintImport] = {}
        self.migrations: dict[int, ContentMigration] = {}
        self.views: set[tuple[int, str, int]] = set()
        """Who has viewed what, by user, kind and ID: that counts for modules. Reading with a token is viewing too."""
        self.writes: list[Write] = []
        self.lock = threading.RLock()
        self._ids = itertools.count(100_001)

    @property
    def authority_seen(self) -> Authority:
        """Roles as requests see them: while there is a cache, without the changes of what is in it."""
        if self._cached is None:
            return self.authority
        uncached = {key: each for key, each in self.authority.overrides.items() if key[1] not in self._cached.roles}
        return Authority(self.authority.roles, self._cached.overrides | uncached, self.authority.administrations)

    def cache_roles(self) -> None:
        """Fill the cache of roles, in place of what is in it."""
        self._cached = copy.deepcopy(self.authority)

    def next_id(self) -> int:
        """A new ID, unique across all tables."""
        return next(self._ids)

    def content(self) -> Iterator[tuple[str, Any]]:
        """What users see of the courses: live records, without the traces that any write leaves.

        Left out because Canvas cannot restore them: IDs used up meanwhile, soft-deleted records and the content of
        deleted courses, times of the last change, version numbers and last editors. The dummies with the ID 0 are not
        left out: a request meant to reach nothing can change them.
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
                record = vars(table[key])
                unseen = record.get("workflow_state") in {"deleted", "pending"} or record.get("course_id") in gone
                if unseen and key != DUMMY:
                    continue
                yield f"{name}/{key}", {k: v for k, v in record.items() if k not in _MARKS}

    def digest(self) -> str:
        """A digest of `content()`; if it is the same before and after, everything was restored."""
        return hashlib.sha256(repr(list(self.content())).encode()).hexdigest()


_MARKS = frozenset({"updated_at", "revision", "version_number", "last_edited_by", "editor_id"})
