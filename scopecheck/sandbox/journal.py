"""The journal: every change is on disk, flushed, before the request that makes it is sent.

One file for each process of each run, below `reports/journal/TARGET/`; one JSON line for each event. A change whose
line has no later `closed` line is still open: the next run, or `python -m scopecheck restore`, undoes it. A journal
holds no secret; its first line names its target, and it is never applied to another.
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
    """The journal cannot be written: no change may be made."""


@dataclass(frozen=True)
class JournalTarget:
    """Which Canvas and course a journal belongs to."""

    base_url: str
    course_id: str

    @property
    def slug(self) -> str:
        """A folder name of its own for each target."""
        parts = urlsplit(self.base_url)
        return re.sub(r"[^\w.-]", "_", f"{parts.netloc}-course-{self.course_id}")


@dataclass(frozen=True)
class JournalEntry:
    """One change to be made: what to, and what undoing it needs to know.

    `kind` names the undo in `sandbox.undo`; `data` is its input, plain JSON values.
    """

    id: str
    kind: str
    what: str
    data: dict[str, Any]
    at: str


@dataclass(frozen=True)
class Line:
    """One line of a journal file: exactly one of the members is set."""

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
        """Write down a change that is about to be made.

        Raises JournalError where that cannot be done: then the change must not be made.
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
        """What is known by now of a change; None once it is closed."""
        return self._open.get(change.id)

    def amend(self, change: JournalEntry, data: dict[str, Any]) -> JournalEntry:
        """Write down what was learned about an open change (the id of a created object)."""
        amended = JournalEntry(change.id, change.kind, change.what, {**change.data, **data}, change.at)
        self._open[change.id] = amended
        self._write(Line(amended=amended))
        return amended

    def close(self, change: JournalEntry) -> None:
        """Write down that a change is undone, or was never made."""
        self._open.pop(change.id, None)
        self._write(Line(closed=change.id))

    def _write(self, line: Line) -> None:
        append(self.path, line, create=line.target is not None)


def append(path: Path, line: Line, *, create: bool = False) -> None:
    """Add one line and flush it to the disk.

    A file that should be there and is not (the report folder vanished) is an error, not a new journal; and a new one is
    made in the report folder as the run found it, or not at all.
    """
    flags = os.O_WRONLY | os.O_APPEND | (os.O_CREAT if create else 0)
    try:
        # The first newline ends whatever a killed run left unfinished.
        data = b"\n" + msgspec.json.encode(line) + b"\n"
    except UnicodeEncodeError as error:
        raise JournalError(
            "The old value holds half a character, which no file can keep; nothing was changed."
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
            "Make room or name a writable folder in CANVAS_REPORTS."
        ) from error


def journals(folder: Path, target: JournalTarget) -> list[Path]:
    """The journal files in the target's folder, in the order in which to undo what they hold.

    Newer runs stand before older ones, and a run's workers before its controller, whose objects they write to.
    """
    return sorted((folder / target.slug).glob("*.jsonl"), reverse=True)


def open_in(path: Path, target: JournalTarget) -> list[JournalEntry] | None:
    """The changes that a journal file still holds open, newest first; None where it is another target's.

    A line that was cut off by the kill is passed over: its change was never made, since the request goes out only
    after the line is whole on the disk. Raises JournalError where the file cannot be read.
    """
    try:
        lines = list(_lines(path.read_bytes()))
    except OSError as error:
        raise JournalError(
            f"The journal {path.name} cannot be read ({error.strerror or error}), so nobody knows what it holds open. "
            "Make it readable, or remove it once the course is in order."
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
    """All changes still open, in the order in which to undo them. Raises JournalError."""
    return [change for path in journals(folder, target) for change in open_in(path, target) or ()]


def _lines(content: bytes) -> Iterator[Line]:
    for raw in content.splitlines():
        try:
            yield msgspec.json.decode(raw, type=Line)
        except msgspec.DecodeError:
            continue
