"""Whether the run that wrote a journal is still at work: while it is, it holds a lock that lies beside its journals.

Homes and report folders may be shared by containers or machines that share no other folder for locks, and may even have
the same name. The lock is wherever the journals are, and the operating system frees it when the run ends.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from scopecheck.config.lock_file import LockFile, LockTaken
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.tag import TAG


class LiveRun:
    """One run's sign of life in its report folder."""

    def __init__(self, reports: Path, target: JournalTarget, tag: str) -> None:
        self._folder = reports / FOLDER / target.slug
        self._lock = LockFile(tag, self._folder)
        self._held = False

    def begin(self) -> None:
        """Show it from now on; where no file can be locked there, others have the lease alone to go by."""
        if not self._held:
            with contextlib.suppress(OSError, LockTaken):
                self._folder.mkdir(parents=True, exist_ok=True)
                self._lock.acquire(0.0)
                self._held = True

    def end(self) -> None:
        """Show it no longer, and leave no empty folder."""
        self._lock.release()
        self._held = False
        with contextlib.suppress(OSError):
            self._folder.rmdir()
            self._folder.parent.rmdir()


def is_live(journal: Path) -> bool:
    """Whether the run that wrote this journal is still at work, which is another one than this."""
    tag = TAG.match(journal.name)
    lock = LockFile(tag.group(), journal.parent) if tag else None
    if lock is None or not lock.path.is_file():
        return False
    try:
        lock.acquire(0.0)
    except LockTaken:
        return True
    except OSError:
        return False
    lock.release()
    return False
