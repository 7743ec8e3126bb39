"""One run at a time against one sandbox course."""

from __future__ import annotations

from typing import Final, Self

from scopecheck.config.lock_file import LockFile, LockTaken
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
        self._lock = LockFile(f"{target.slug}{_OF_WORKER if worker else ''}{worker}")

    def acquire(self, not_yet: str = "sent") -> Self:
        """Acquire it; `not_yet` is what nothing was before.

        Raises TargetBusy if another run or its leftover workers hold it, LockError if locking fails.
        """
        try:
            self._lock.acquire(_DYING_S)
            if not self._worker:
                self._refuse_with_workers()
        except LockTaken:
            self.release()
            raise TargetBusy(
                f"Another run is using course {self._target.course_id} on {self._target.base_url}; nothing was "
                f"{not_yet}. Wait until it has ended, or set CANVAS_SANDBOX_COURSE_ID to another course."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise LockError(
                "the course could not be locked against other runs: no lock file could be created in "
                f"{self._lock.folder} ({error}); make that folder writable, or set XDG_CACHE_HOME to one that is"
            ) from error
        return self

    def release(self) -> None:
        """Release it and delete its file; does nothing if it was not acquired."""
        self._lock.release()

    def _refuse_with_workers(self) -> None:
        """Raise LockTaken if a worker of a killed run is still alive."""
        for path in self._lock.folder.glob(f"{self._target.slug}{_OF_WORKER}*.lock"):
            left = LockFile(path.stem)
            left.acquire(_DYING_S)
            left.release()


_OF_WORKER: Final = "-worker-"

_DYING_S: Final = 1.0
"""A process that was killed a moment ago may still hold its lock."""
