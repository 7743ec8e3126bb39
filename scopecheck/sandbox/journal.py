"""The journal: every change, and every attempt to make it, is on disk, flushed, before its request is sent.

One file per process and run, in `reports/journal/TARGET/`; one JSON line per event, with the target and a checksum. A
change without a later `closed` line is still open: the next run, or `python -m scopecheck restore`, undoes it. A
journal contains no secrets, and it is never applied to another target. `journal_reading` reads it.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from scopecheck.config.plain_file import NotPlain, open_plain
from scopecheck.sandbox.changes import Change, MadeChange

VERSION: Final = 2
"""Of the journal's lines; 1 had neither checksums nor attempts, and paths instead of IDs."""
MOST_BYTES: Final = 32_000_000
"""Of one journal: more is neither written nor read. A run changes fewer than ten texts, mostly of a few kilobytes."""


class JournalError(Exception):
    """The journal cannot be written or read; without it no change may be made."""


class JournalTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which Canvas and course a journal belongs to."""

    base_url: str
    course_id: str

    @property
    def slug(self) -> str:
        """A folder name unique to the target."""
        parts = urlsplit(self.base_url)
        return re.sub(r"[^\w.-]", "_", f"{parts.netloc}-course-{self.course_id}")


class JournalEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change: what it is in words, when a request for it was last sent (ISO 8601, UTC), and what its undo needs."""

    id: str
    what: str
    at: str
    change: Change
    answered: bool = False
    """Whether every request for it was answered, so that none can still take effect."""


class Opened(msgspec.Struct, frozen=True, tag="opened", forbid_unknown_fields=True):
    """A change is about to be made."""

    entry: JournalEntry


class Attempted(msgspec.Struct, frozen=True, tag="attempted", forbid_unknown_fields=True):
    """A request that makes or undoes the change is about to be sent."""

    id: str
    at: str


class Answered(msgspec.Struct, frozen=True, tag="answered", forbid_unknown_fields=True):
    """Every request for the change so far was answered."""

    id: str


class Learned(msgspec.Struct, frozen=True, tag="learned", forbid_unknown_fields=True):
    """The ID of a created object, and the date of the answer that told it."""

    id: str
    object_id: str
    since: str | None


class Closed(msgspec.Struct, frozen=True, tag="closed", forbid_unknown_fields=True):
    """A change is undone, or was never made."""

    id: str


Event: TypeAlias = Opened | Attempted | Answered | Learned | Closed


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a journal."""

    version: int
    target: JournalTarget
    event: Event


def seal(line: Line) -> bytes:
    """A line as it stands in the file: its checksum, a blank, and its JSON."""
    text = msgspec.json.encode(line)
    return checksum(text) + b" " + text


def checksum(text: bytes) -> bytes:
    """The checksum of a line's JSON."""
    return hashlib.sha256(text).hexdigest()[:16].encode()


def now() -> str:
    """The time as journals have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def time_of(text: str) -> datetime:
    """A time that a journal has; without a zone it is UTC. Raises ValueError."""
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


@dataclass
class Journal:
    """The journal of one process of one run."""

    folder: Path
    target: JournalTarget
    name: str
    _count: int = field(default=0, init=False)
    _begun: bool = field(default=False, init=False)
    _open: dict[str, JournalEntry] = field(default_factory=dict, init=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def path(self) -> Path:
        """The file of this process."""
        return self.folder / self.target.slug / f"{self.name}.jsonl"

    def open(self, what: str, change: Change) -> JournalEntry:
        """Record a change that is about to be made.

        Raises JournalError if it cannot be recorded: then the change must not be made.
        """
        with self._turn:
            self._count += 1
            entry = JournalEntry(f"{self.name}/{self._count}", what, now(), change)
            self._write(Opened(entry), create=not self._begun)
            self._begun = True
            self._open[entry.id] = entry
        return entry

    def latest(self, entry: JournalEntry) -> JournalEntry | None:
        """The current state of an entry; None once it is closed."""
        return self._open.get(entry.id)

    def attempt(self, entry: JournalEntry) -> None:
        """Record that a request for the change is about to be sent.

        Raises JournalError if it cannot be recorded: then it must not be sent.
        """
        at = now()
        self._write(Attempted(entry.id, at))
        self._keep(entry, at=at, answered=False)

    def answered(self, entry: JournalEntry) -> None:
        """Record that every request for the change so far was answered."""
        self._write(Answered(entry.id))
        self._keep(entry, answered=True)

    def learn(self, entry: JournalEntry, made: MadeChange) -> JournalEntry:
        """Record the ID of a created object."""
        assert made.object_id is not None, "there is nothing to learn without an ID"
        learned = self._keep(entry, change=made)
        self._write(Learned(entry.id, made.object_id, made.since))
        return learned

    def close(self, entry: JournalEntry) -> None:
        """Record that a change is undone, or was never made."""
        self._open.pop(entry.id, None)
        self._write(Closed(entry.id))

    def _keep(self, entry: JournalEntry, **what: object) -> JournalEntry:
        latest = msgspec.structs.replace(self._open.get(entry.id, entry), **what)
        if entry.id in self._open:
            self._open[entry.id] = latest
        return latest

    def _write(self, event: Event, *, create: bool = False) -> None:
        append(self.path, Line(VERSION, self.target, event), create=create)


def append(path: Path, line: Line, *, create: bool = False) -> None:
    """Append one line and flush it to disk.

    A missing file (the report folder vanished) is an error and does not start a new journal; a new journal is only
    created in a report folder that already exists. Neither the file nor its folder may be a link.
    """
    try:
        data = record(line)
    except UnicodeEncodeError as error:
        raise JournalError(
            "The old value contains an invalid character (half of a surrogate pair), so it cannot be saved; "
            "nothing was changed."
        ) from error
    try:
        if create:
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(exist_ok=True)
        if path.parent.is_symlink():
            raise NotPlain("is in a folder that is a link")
        _write(path, data, os.O_WRONLY | os.O_APPEND | (os.O_CREAT if create else 0))
    except (OSError, NotPlain) as error:
        raise JournalError(
            f"The journal {path.name} cannot be written ({getattr(error, 'strerror', None) or error}); nothing was "
            "changed. Free up disk space, or set CANVAS_REPORTS to a writable folder."
        ) from error


def record(line: Line) -> bytes:
    """A line as it is appended: the newline before it ends one that a killed run left unfinished."""
    return b"\n" + seal(line) + b"\n"


def _write(path: Path, data: bytes, flags: int) -> None:
    descriptor = open_plain(path, flags)
    try:
        if os.fstat(descriptor).st_size + len(data) > MOST_BYTES:
            raise NotPlain(f"would be longer than {MOST_BYTES:,} bytes")
        if os.write(descriptor, data) != len(data):
            raise OSError("the disk took only part of the line")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
