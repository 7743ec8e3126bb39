"""Reading journals back. They are checked, not obeyed: what is not certainly a change of a run in this course is none.

A file gives the changes that are still open in it, and what in it is wrong. Wrong is:

- a line that is damaged (its checksum does not fit), that has unknown, surplus or missing members, or is of a newer
  version; that is for another target, or whose change lies in another course; whose change bears no run's mark;
- a line about a change that is not open in the file (never opened, or closed), a second change of the same ID, and an
  ID of a created object that cannot be its ID; only closing twice is harmless;
- a file that is none (a folder, a link, a pipe, a device), is too long, or cannot be read; a folder of a target that
  is a link or no folder.

The rest of such a file is undone as always, but that requests were answered is not believed there, since the line that
says otherwise may be the damaged one. `setting_aside` says what is wrong, and keeps it where no run meets it again.

A line that ends within itself, without a newline of its own, was cut off by a kill or a power cut: that is not wrong,
since the request that it announces is only sent once the whole line is on disk.

Lines of version 1, which had neither checksums nor IDs, are read by `journal_v1`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.config.plain_file import NotPlain, read_plain
from scopecheck.sandbox import journal_v1
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import (
    MOST_BYTES,
    Answered,
    Attempted,
    Closed,
    Event,
    JournalEntry,
    JournalTarget,
    Learned,
    Opened,
)
from scopecheck.sandbox.journal_lines import NotBelieved, OfNewerVersion, event_of, is_cut_off

FOLDER: Final = "journal"
"""Where a report folder has its journals."""


@dataclass(frozen=True)
class JournalFile:
    """One file of a target's folder, or the folder itself if it is none."""

    path: Path
    entries: tuple[JournalEntry, ...] = ()
    """The changes that are still open, newest first."""
    wrong: tuple[str, ...] = ()
    """What is wrong with it, as clauses: `is a link`, `has a line 3 that is damaged`."""
    stays: bool = False
    """Whether what is wrong with it may be of use later, where it is."""


def journals(reports: Iterable[Path], target: JournalTarget) -> list[JournalFile]:
    """The target's journals in these report folders, in the order in which to undo them.

    Newer runs come before older ones, and a run's workers before its controller, whose objects they write to.
    """
    files = [file for each in reports for file in _in_folder(each / FOLDER, target)]
    return sorted(files, key=lambda file: file.path.name, reverse=True)


def _in_folder(folder: Path, target: JournalTarget) -> Iterator[JournalFile]:
    own = folder / target.slug
    try:
        if os.path.lexists(folder) and not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        paths = _in_plain_folder(own)
    except NotPlain as why:
        yield JournalFile(own, wrong=(str(why),))
    except OSError as error:
        yield JournalFile(own, wrong=(f"cannot be read ({error.strerror or error})",), stays=True)
    else:
        yield from (read_journal(path, target) for path in paths)


def _in_plain_folder(folder: Path) -> list[Path]:
    """The files of journals in a folder, none if there is no such folder. Raises NotPlain and OSError."""
    try:
        mode = folder.lstat().st_mode
    except FileNotFoundError:
        return []
    if not stat.S_ISDIR(mode):
        raise NotPlain("is a link" if stat.S_ISLNK(mode) else "is no folder")
    return [path for path in folder.iterdir() if path.name.endswith(".jsonl")]


def read_journal(path: Path, target: JournalTarget) -> JournalFile:
    """What one file holds."""
    try:
        content = read_plain(path, MOST_BYTES)
        written = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except NotPlain as why:
        return JournalFile(path, wrong=(str(why),))
    except (OSError, OverflowError, ValueError) as error:
        return JournalFile(path, wrong=(f"cannot be read ({getattr(error, 'strerror', None) or error})",), stays=True)
    reading = _Reading(target, written.isoformat(timespec="seconds"))
    reading.read(content)
    entries = list(reading.open.values())
    if reading.wrong:
        entries = [msgspec.structs.replace(entry, answered=False) for entry in entries]
    return JournalFile(path, tuple(reversed(entries)), tuple(reading.clauses()), reading.newer)


@dataclass
class _Reading:
    target: JournalTarget
    written: str
    open: dict[str, JournalEntry] = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    """Numbers of lines, from 1, and why they are not believed."""
    newer: bool = False
    """Whether a line was written by a newer version of this suite."""
    _closed: set[str] = field(default_factory=set)

    def read(self, content: bytes) -> None:
        """Read all lines."""
        v1 = journal_v1.LinesOfV1(self.target, self.written)
        lines = content.split(b"\n")
        for number, raw in enumerate(lines, 1):
            line = raw.strip()
            if not line:
                continue
            old = journal_v1.is_v1(line)
            try:
                event = v1.event_of(line) if old else event_of(line, self.target)
                if event is not None:
                    self._take(event)
            except NotBelieved as why:
                ended = number < len(lines) and not lines[number].strip()
                if ended or not (journal_v1.is_cut_off(line) if old else is_cut_off(line, self.target)):
                    self.wrong.append((number, str(why)))
                self.newer = self.newer or isinstance(why, OfNewerVersion)

    def clauses(self) -> Iterator[str]:
        """What is wrong, with the same things counted together."""
        for why in dict.fromkeys(why for _, why in self.wrong):
            numbers = [str(number) for number, each in self.wrong if each == why]
            listed = ", ".join(numbers[:_MOST_LISTED]) + (" and more" if len(numbers) > _MOST_LISTED else "")
            yield (
                f"has a line that is {why} ({listed})" if len(numbers) == 1 else f"has lines that are {why} ({listed})"
            )

    def _take(self, event: Event) -> None:
        if isinstance(event, Opened):
            if event.entry.id in self.open or event.entry.id in self._closed:
                raise NotBelieved("a second change of the same ID")
            self.open[event.entry.id] = event.entry
            return
        if isinstance(event, Closed) and event.id in self._closed:
            return
        if event.id not in self.open:
            raise NotBelieved("about a change that is not open")
        match event:
            case Attempted(_, at):
                self._keep(event.id, at=at, answered=False)
            case Answered():
                self._keep(event.id, answered=True)
            case Learned(_, object_id, since):
                self._keep(event.id, change=_with_id(self.open[event.id], object_id, since))
            case Closed():
                del self.open[event.id]
                self._closed.add(event.id)

    def _keep(self, entry_id: str, **what: object) -> None:
        self.open[entry_id] = msgspec.structs.replace(self.open[entry_id], **what)


_MOST_LISTED: Final = 5


def _with_id(entry: JournalEntry, object_id: str, since: str | None) -> MadeChange:
    change = entry.change
    if not isinstance(change, MadeChange) or change.object_id not in {None, object_id}:
        raise NotBelieved("about an ID that does not fit")
    try:
        return msgspec.structs.replace(change, object_id=object_id, since=since)
    except ValueError:
        raise NotBelieved("about an ID that does not fit") from None
