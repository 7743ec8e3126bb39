"""One run at a time against one sandbox course.

The locks are the operating system's: whatever ends a process frees its lock. They lie in the user's cache folder, so
that runs with different report folders exclude each other too; runs on different machines they cannot see.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from scopecheck.sandbox.journal import JournalTarget


class TargetBusy(Exception):
    """Another run is at work on the target."""


class LockError(Exception):
    """There can be no lock here: then nothing may be written."""


class TargetLock:
    """The right of a run to write to a target; taken within a second or not at all.

    Each worker holds a lock of its own beside the run's: workers may outlive a run that was killed.
    """

    def __init__(self, target: JournalTarget, worker: str = "") -> None:
        self._target = target
        self._worker = worker
        self._folder = user_cache_path("canvas-scope-conformance", appauthor=False) / "locks"
        self._lock = FileLock(self._path(worker))

    def acquire(self) -> Self:
        """Take it. Raises TargetBusy where another run has it or left workers, LockError where there can be none."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=_DYING_S)
            if not self._worker:
                self._refuse_with_workers()
        except Timeout:
            self.release()
            raise TargetBusy(
                f"Another run is at work on course {self._target.course_id} of {self._target.base_url}; nothing was "
                "sent. Wait until it has ended, or name another CANVAS_SANDBOX_COURSE_ID."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise LockError(
                f"no lock against a second run could be taken in {self._folder} ({error}); "
                "make that folder writable, or set XDG_CACHE_HOME to one that is"
            ) from error
        return self

    def release(self) -> None:
        """Give it back, and leave no file; does nothing where it was not taken."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                # While it is still held: whoever has opened the file by now notices that it is gone, and opens another.
                Path(self._lock.lock_file).unlink()
        self._lock.release()

    def _path(self, worker: str) -> Path:
        return self._folder / f"{self._target.slug}{_OF_WORKER if worker else ''}{worker}.lock"

    def _refuse_with_workers(self) -> None:
        """See that no worker is left of a run that was killed; raises Timeout where one is."""
        for path in self._folder.glob(f"{self._target.slug}{_OF_WORKER}*.lock"):
            with FileLock(path, timeout=_DYING_S):
                path.unlink(missing_ok=True)


_OF_WORKER: Final = "-worker-"

_DYING_S: Final = 1.0
"""A process that was killed a moment ago may hold its lock still."""
