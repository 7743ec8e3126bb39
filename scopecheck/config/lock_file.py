"""Operating system locks: when a process ends, for whatever reason, its lock is free.

They live in the user's cache folder, so they work across report folders too, but not across machines.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path


class LockTaken(Exception):
    """Another process holds the lock."""


class LockFile:
    """One lock, by the name of its file."""

    def __init__(self, name: str) -> None:
        self.folder = user_cache_path("canvas-scope-conformance", appauthor=False) / "locks"
        self._lock = FileLock(self.folder / f"{name}.lock")

    def acquire(self, seconds: float) -> None:
        """Acquire it, waiting so long at most. Raises LockTaken; OSError or NotImplementedError where none works."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=seconds)
        except Timeout:
            raise LockTaken(self._lock.lock_file) from None

    def release(self) -> None:
        """Release it and delete its file; does nothing if it was not acquired."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                # While still locked: a process that already has the file open notices that it is gone and reopens it.
                Path(self._lock.lock_file).unlink()
        self._lock.release()
