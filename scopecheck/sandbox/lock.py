"""One run at a time on one machine against one sandbox course; `lease` is about other machines."""

from __future__ import annotations

import hashlib
from pathlib import Path
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
        # Other users of the machine can list the folder that it lies in.
        course = hashlib.sha256(target.slug.encode()).hexdigest()[:32]
        self._lock = LockFile(f"course-{course}{_OF_WORKER if worker else ''}{worker}")

    @property
    def path(self) -> Path:
        """Its file."""
        return self._lock.path

    @property
    def left(self) -> frozenset[str]:
        """The tags that were noted by runs which held this lock and were killed, and by this one."""
        return frozenset(self._lock.noted.split())

    def note(self, *tags: str) -> None:
        """Tell whoever holds this lock next, on this machine, of these runs' leases, and of no others."""
        self._lock.note(" ".join(sorted(tags)))

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
        except OSError as error:
            raise LockError(
                f"the course could not be locked against other runs: {self._lock.path} cannot be used as a lock file "
                f"({error.strerror or error}); delete it if it is there, and make its folder writable"
            ) from error
        return self

    def release(self) -> None:
        """Release it and delete its file; does nothing if it was not acquired."""
        self._lock.release()

    def _refuse_with_workers(self) -> None:
        """Raise LockTaken if a worker of a killed run is still alive."""
        for left in self._lock.beside(_OF_WORKER):
            left.acquire(_DYING_S)
            left.release()


_OF_WORKER: Final = "-worker-"

_DYING_S: Final = 1.0
"""A process that was killed a moment ago may still hold its lock."""
