"""The journal: every change is on disk, flushed, before the request that makes it is sent.

One file per process and run, in `reports/journal/TARGET/`; one JSON line per event. A change without a later `closed`
line is still open: the next run, or `python -m scopecheck restore`, undoes it. A journal contains no secrets; its first
line names its target, and it is never applied to another one.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec


class JournalError(Exception):
    """The journal cannot be written or read; without it no change may be made."""


@dataclass(frozen=True)
class JournalTarget:
    """Which Canvas and course a journal belongs to."""

    base_url: str
    course_id: str

    @property
    def slug(self) -> str:
        """A folder name unique to the target."""
        parts = urlsplit(self.base_url)
        return re.sub(r"[^\w.-]", "_", f"{parts.netloc}-course-{self.course_id}")


@dataclass(frozen=True)
class JournalEntry:
    """One change that is about to be made: to what, and the data that its undo needs.

    `kind` names the undo in `sandbox.undo`; `data` is its input, plain JSON values.
    """

    id: str
    kind: str
    what: str
    data: dict[str, Any]
    at: str


@dataclass(frozen=True)
class Line:
    """One line of a journal file; exactly one member is set."""

    target: JournalTarget | None = None
    opened: JournalEntry | None = None
    amended: JournalEntry | None = None
    closed: str | None = None


@dataclass
class Journal:
    """The journal of one process of one run."""

    folder: Path
    target: JournalTarget
    name: str
    _count: int = field(default=0, init=False)
    _open: dict[str, JournalEntry] = field(default_factory=dict, init=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False)

    @property
    def path(self) -> Path:
        """The file of this process."""
        return self.folder / self.target.slug / f"{self.name}.jsonl"

    def open(self, kind: str, what: str, data: dict[str, Any], at: str) -> JournalEntry:
        """Record a change that is about to be made.

        Raises JournalError if it cannot be recorded: then the change must not be made.
        """
        with self._turn:
            if self._count == 0:
                self._write(Line(target=self.target))
            self._count += 1
            change = JournalEntry(f"{self.name}/{self._count}", kind, what, data, at)
        self._write(Line(opened=change))
        self._open[change.id] = change
        return change

    def latest(self, change: JournalEntry) -> JournalEntry | None:
        """The current entry of a change; None once it is closed."""
        return self._open.get(change.id)

    def amend(self, change: JournalEntry, data: dict[str, Any]) -> JournalEntry:
        """Record what was learned about an open change (the id of a created object)."""
        amended = JournalEntry(change.id, change.kind, change.what, {**change.data, **data}, change.at)
        self._open[change.id] = amended
        self._write(Line(amended=amended))
        return amended

    def close(self, change: JournalEntry) -> None:
        """Record that a change is undone, or was never made."""
        self._open.pop(change.id, None)
        self._write(Line(closed=change.id))

    def _write(self, line: Line) -> None:
        append(self.path, line, create=line.target is not None)


def append(path: Path, line: Line, *, create: bool = False) -> None:
    """Append one line and flush it to disk.

    A missing file (the report folder vanished) is an error and does not start a new journal; a new journal is only
    created in a report folder that already exists.
    """
    flags = os.O_WRONLY | os.O_APPEND | (os.O_CREAT if create else 0)
    try:
        # The leading newline ends a line that a killed run left unfinished.
        data = b"\n" + msgspec.json.encode(line) + b"\n"
    except UnicodeEncodeError as error:
        raise JournalError(
            "The old value contains an invalid character (half of a surrogate pair), so it cannot be saved; "
            "nothing was changed."
        ) from error
    try:
        if create:
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
        try:
            if os.write(descriptor, data) != len(data):
                raise OSError("the disk took only part of the line")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise JournalError(
            f"The journal {path.name} cannot be written ({error.strerror or error}); nothing was changed. "
            "Free up disk space, or set CANVAS_REPORTS to a writable folder."
        ) from error


def journals(folder: Path, target: JournalTarget) -> list[Path]:
    """The journal files in the target's folder, in the order in which to undo them.

    Newer runs come before older ones, and a run's workers before its controller, whose objects they write to.
    """
    return sorted((folder / target.slug).glob("*.jsonl"), reverse=True)


def open_in(path: Path, target: JournalTarget) -> list[JournalEntry] | None:
    """The changes that are still open in a journal file, newest first; None if it belongs to another target.

    A line cut off by a kill is skipped: its change was never made, because the request is only sent once the complete
    line is on disk. Raises JournalError if the file cannot be read.
    """
    try:
        lines = list(_lines(path.read_bytes()))
    except OSError as error:
        raise JournalError(
            f"The journal {path.name} cannot be read ({error.strerror or error}), so any changes in it are not "
            "restored. Make it readable, or check the course by hand and delete the file."
        ) from error
    if not lines or lines[0].target != target:
        return None
    still_open: dict[str, JournalEntry] = {}
    for line in lines:
        change = line.opened or line.amended
        if change:
            still_open[change.id] = change
        elif line.closed:
            still_open.pop(line.closed, None)
    return list(reversed(still_open.values()))


def open_changes(folder: Path, target: JournalTarget) -> list[JournalEntry]:
    """All open changes, in the order in which to undo them. Raises JournalError."""
    return [change for path in journals(folder, target) for change in open_in(path, target) or ()]


def _lines(content: bytes) -> Iterator[Line]:
    for raw in content.splitlines():
        try:
            yield msgspec.json.decode(raw, type=Line)
        except msgspec.DecodeError:
            continue
