"""Operating system locks: when a process ends, for whatever reason, its lock is free.

They lie in one folder of the machine, the same for every user, home and environment, so that they exclude all runs on
it. Containers that share no such folder are machines of their own. What other users may have put there is not trusted:
links are not followed, files are not overwritten, and whatever is no file is an error.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from platformdirs import site_data_path

from scopecheck.config.plain_file import NotPlain, open_plain

FOLDERS: Final = (
    (str(site_data_path("canvas-scope-conformance", appauthor=False)),) if sys.platform == "win32"
    else ("/tmp", "/var/tmp")  # noqa: S108  # on purpose: everybody's, whatever TMPDIR says
)  # fmt: skip
"""Where locks lie: in the first of these that can be written to. In a sticky folder, only its owner deletes a file."""

_PREFIX: Final = "canvas-scope-conformance-"
_POLL_S: Final = 0.05
_MOST_BYTES: Final = 4096


class LockTaken(Exception):
    """Another process holds the lock."""


class LockFile:
    """One lock, by the name of its file; in a folder of its own, if one is given."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        self.path = folder / f"{name}.lock" if folder else _everybodys() / f"{_PREFIX}{name}.lock"
        self.noted = ""
        """What the file says, once it is acquired: what its holder noted, or one before that was killed."""
        self._descriptor: int | None = None

    def acquire(self, seconds: float) -> None:
        """Acquire it, waiting so long at most. Raises LockTaken; OSError where no lock file can be used."""
        if sys.platform == "win32":
            self.path.parent.mkdir(parents=True, exist_ok=True)
        ends = time.monotonic() + seconds
        while not self._attempt(last=time.monotonic() >= ends):
            if time.monotonic() >= ends:
                raise LockTaken(self.path)
            time.sleep(_POLL_S)

    def note(self, text: str) -> None:
        """Write this to the file in place of what it says; unless it is empty, `release` leaves the file there."""
        self.noted = text
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # another user's file may only be readable
                os.ftruncate(self._descriptor, 0)
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, text.encode())

    def release(self) -> None:
        """Release it and delete its file; does nothing if it was not acquired."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        if sys.platform != "win32":
            # While still locked: a process that already has the file open notices that it is gone and reopens it.
            self._delete(descriptor)
        _unlock(descriptor)
        os.close(descriptor)
        if sys.platform == "win32":
            # Windows deletes no file that a process has open, so nobody can have locked it in the meantime.
            self._delete(None)

    def beside(self, suffix: str) -> Iterator[LockFile]:
        """The locks whose files are there, by names that begin with this one's and the suffix."""
        name = self.path.stem.removeprefix(_PREFIX)
        for path in self.path.parent.glob(f"{_PREFIX}{name}{suffix}*.lock"):
            yield LockFile(path.stem.removeprefix(_PREFIX))

    def _attempt(self, *, last: bool) -> bool:
        try:
            descriptor = _open(self.path)
        except FileExistsError:
            return False
        except PermissionError:
            # Its owner may be about to let others open it; on Windows, about to delete it.
            if last:
                raise
            return False
        try:
            if not _lock(descriptor) or not _is_at(self.path, descriptor):
                os.close(descriptor)
                return False
            self.noted = _read(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def _delete(self, descriptor: int | None) -> None:
        with contextlib.suppress(OSError):
            if not self.noted and (descriptor is None or _is_at(self.path, descriptor)):
                self.path.unlink()


def _everybodys() -> Path:
    usable = (Path(each) for each in FOLDERS if os.access(each, os.W_OK | os.X_OK))
    return next(usable, Path(FOLDERS[0]))


def _open(path: Path) -> int:
    """Open the file, or create it so that every user can. Raises FileExistsError if it has just appeared."""
    try:
        try:
            return _open_existing(path)
        except FileNotFoundError:
            descriptor = open_plain(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except NotPlain:
        raise OSError(f"{path} is no file") from None
    if sys.platform != "win32":
        os.fchmod(descriptor, 0o666)
    return descriptor


def _open_existing(path: Path) -> int:
    try:
        return open_plain(path, os.O_RDWR)
    except PermissionError:
        # Reading is enough for a lock.
        return open_plain(path, os.O_RDONLY)


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file is the one that has this name by now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _read(descriptor: int) -> str:
    """What the file says, if no other user wrote it."""
    if sys.platform != "win32" and os.fstat(descriptor).st_uid != os.geteuid():
        return ""
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, _MOST_BYTES).decode("ascii", "replace")


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
