"""What the journals of a course hold open, as a run finds it."""

from __future__ import annotations

from pathlib import Path

from scopecheck.sandbox.journal import JournalEntry, JournalTarget
from scopecheck.sandbox.journal_reading import journals


def open_changes(folder: Path, target: JournalTarget) -> list[JournalEntry]:
    """All open changes below a folder of journals, in the order in which to undo them."""
    return [entry for file in journals([folder.parent], target) for entry in file.entries]
