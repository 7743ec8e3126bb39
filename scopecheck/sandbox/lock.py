"""One run at a time against one sandbox course.

These are operating system locks: when a process ends, for whatever reason, its lock is free. They live in the user's
cache folder, so they work across report folders too, but not across machines.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from scopecheck.sandbox.journal import JournalTarget


class TargetBusy(Exception):
    """Another run is using the target."""


class LockError(Exception):
    """No lock can be taken here, so nothing may be written."""


class TargetLock:
    """A run's exclusive right to write to a target; acquired within a second or not at all.

    Each worker also holds its own lock, because workers may outlive a run that was killed.
    """

    def __init__(self, target: JournalTarget, worker: str = "") -> None:
        self._target = target
        self._worker = worker
        self._folder = user_cache_path("canvas-scope-conformance", appauthor=False) / "locks"
        self._lock = FileLock(self._path(worker))

    def acquire(self) -> Self:
        """Acquire it. Raises TargetBusy if another run or its leftover workers hold it, LockError if locking fails."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=_DYING_S)
            if not self._worker:
                self._refuse_with_workers()
        except Timeout:
            self.release()
            raise TargetBusy(
                f"Another run is using course {self._target.course_id} on {self._target.base_url}; nothing was sent. "
                "Wait until it has ended, or set CANVAS_SANDBOX_COURSE_ID to another course."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise LockError(
                f"the course could not be locked against other runs: no lock file could be created in {self._folder} "
                f"({error}); make that folder writable, or set XDG_CACHE_HOME to one that is"
            ) from error
        return self

    def release(self) -> None:
        """Release it and delete its file; does nothing if it was not acquired."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                # While still locked: a process that already has the file open notices that it is gone and reopens it.
                Path(self._lock.lock_file).unlink()
        self._lock.release()

    def _path(self, worker: str) -> Path:
        return self._folder / f"{self._target.slug}{_OF_WORKER if worker else ''}{worker}.lock"

    def _refuse_with_workers(self) -> None:
        """Raise Timeout if a worker of a killed run is still alive."""
        for path in self._folder.glob(f"{self._target.slug}{_OF_WORKER}*.lock"):
            with FileLock(path, timeout=_DYING_S):
                path.unlink(missing_ok=True)


_OF_WORKER: Final = "-worker-"

_DYING_S: Final = 1.0
"""A process that was killed a moment ago may still hold its lock."""
