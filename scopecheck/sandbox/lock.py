"""One run at a time against one sandbox course.

The lock is the operating system's: whatever ends a run frees it. It lies in the user's cache folder, so that runs with
different report folders exclude each other too; runs on different machines it cannot see.
"""

from __future__ import annotations

from typing import Self

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from scopecheck.sandbox.journal import JournalTarget


class TargetBusy(Exception):
    """Another run is at work on the target."""


class TargetLock:
    """The right to write to a target; taken at once or not at all."""

    def __init__(self, target: JournalTarget) -> None:
        self._target = target
        folder = user_cache_path("canvas-scope-conformance", appauthor=False) / "locks"
        self._path = folder / f"{target.slug}.lock"
        self._lock = FileLock(self._path)

    def take(self) -> Self:
        """Take it; raises TargetBusy where another run has it, OSError where the cache folder cannot be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise TargetBusy(
                f"Another run is at work on course {self._target.course_id} of {self._target.base_url}; nothing was "
                "sent. Wait until it has ended, or name another CANVAS_SANDBOX_COURSE_ID."
            ) from None
        return self

    def free(self) -> None:
        """Give it back; does nothing where it was not taken."""
        self._lock.release()
