"""Reading journals back: nothing in them is obeyed that is not a change of this target, whole and well-formed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.journal import (
    VERSION,
    Answered,
    Attempted,
    Closed,
    JournalEntry,
    JournalError,
    JournalTarget,
    Learned,
    Line,
    Opened,
    checksum,
)


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
    if not lines or any(line.target != target for line in lines):
        return None
    return list(reversed(_still_open(lines).values()))


def open_changes(folder: Path, target: JournalTarget) -> list[JournalEntry]:
    """All open changes, in the order in which to undo them. Raises JournalError."""
    return [entry for path in journals(folder, target) for entry in open_in(path, target) or ()]


def _still_open(lines: Iterable[Line]) -> dict[str, JournalEntry]:
    still_open: dict[str, JournalEntry] = {}
    for line in lines:
        match line.event:
            case Opened(entry):
                still_open[entry.id] = entry
            case Attempted(entry_id, at) if entry_id in still_open:
                still_open[entry_id] = msgspec.structs.replace(still_open[entry_id], at=at, answered=False)
            case Answered(entry_id) if entry_id in still_open:
                still_open[entry_id] = msgspec.structs.replace(still_open[entry_id], answered=True)
            case Learned(entry_id, object_id, since) if entry_id in still_open:
                entry = still_open[entry_id]
                if isinstance(entry.change, MadeChange):
                    change = msgspec.structs.replace(entry.change, object_id=object_id, since=since)
                    still_open[entry_id] = msgspec.structs.replace(entry, change=change)
            case Closed(entry_id):
                still_open.pop(entry_id, None)
            case _:
                continue
    return still_open


def _lines(content: bytes) -> Iterator[Line]:
    for raw in content.splitlines():
        seal, _, text = raw.partition(b" ")
        if seal != checksum(text):
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
        except msgspec.DecodeError:
            continue
        if line.version == VERSION:
            yield line
