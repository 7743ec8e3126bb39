"""Journals made old: their requests were sent so long ago that none can still take effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.sandbox.journal import Attempted, Event, Line, Opened, seal

LONG_AGO: Final = "2026-01-01T00:00:00+00:00"


def make_old(reports: Path, at: str = LONG_AGO) -> None:
    """Set back every time in every journal of a report folder."""
    for path in (reports / "journal").glob("*/*.jsonl"):
        set_back(path, at)


def set_back(path: Path, at: str = LONG_AGO, entry_id: str | None = None) -> None:
    """Set back the times of a journal's changes, or of one of them."""

    def earlier(event: Event) -> Event:
        match event:
            case Opened(entry) if entry_id in {entry.id, None}:
                return Opened(msgspec.structs.replace(entry, at=at))
            case Attempted(sent, _) if entry_id in {sent, None}:
                return Attempted(sent, at)
            case _:
                return event

    rewrite(path, earlier)


def rewrite(path: Path, other: Callable[[Event], Event]) -> None:
    """Write a journal with other events, correctly sealed; a line that is none stays as it is."""

    def rewritten(raw: bytes) -> bytes:
        try:
            line = msgspec.json.decode(raw.partition(b" ")[2], type=Line)
        except msgspec.DecodeError:
            return raw
        return seal(msgspec.structs.replace(line, event=other(line.event)))

    path.write_bytes(b"\n".join(rewritten(raw) for raw in path.read_bytes().split(b"\n")))
