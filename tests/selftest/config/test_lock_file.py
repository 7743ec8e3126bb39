"""Locks exclude all runs on a machine, whatever user or home they have, and trust nothing in their place."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from scopecheck.config import lock_file
from scopecheck.config.lock_file import LockFile, LockTaken
from tests.selftest.own_locks import EVERYBODYS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions, and no links for all")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in place of everybody's."""
    monkeypatch.setattr(lock_file, "FOLDERS", (str(tmp_path),))
    return tmp_path


def file_of(name: str = "course") -> Path:
    """Where a lock's file is."""
    return LockFile(name).path


def assert_taken(lock: LockFile) -> None:
    """Whoever wants it too does not get it."""
    other = LockFile(lock.path.stem.removeprefix("canvas-scope-conformance-"))
    with pytest.raises(LockTaken):
        other.acquire(0)
    lock.release()
    other.acquire(0)
    other.release()


@pytest.mark.parametrize("variable", ["HOME", "TMPDIR", "TEMP", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "USER"])
def test_the_environment_does_not_move_it(variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two runs of one machine find the same file."""
    before = file_of()
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))

    assert file_of() == before


@pytest.mark.parametrize("folder", EVERYBODYS)
def test_its_folder_is_everybodys(folder: str) -> None:
    """It lies where each user can create files, and none can delete another's."""
    mode = Path(folder).stat().st_mode

    assert mode & stat.S_IWOTH
    assert mode & stat.S_ISVTX


def test_the_next_folder_is_taken_where_the_first_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container whose /tmp is read-only or missing: for every user of it."""
    monkeypatch.setattr(lock_file, "FOLDERS", (str(tmp_path / "missing"), str(tmp_path)))

    assert file_of().parent == tmp_path


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_every_user_can_open_it(umask: int) -> None:
    """Whatever the umask of the user who created it."""
    before = os.umask(umask)
    try:
        lock = LockFile("course")
        lock.acquire(0)
    finally:
        os.umask(before)

    assert stat.S_IMODE(lock.path.stat().st_mode) == 0o666
    lock.release()


def test_it_is_deleted_and_free_afterwards() -> None:
    """A run leaves no file."""
    lock = LockFile("course")
    lock.acquire(0)
    assert_taken(lock)

    assert not lock.path.exists()


def test_a_file_that_may_only_be_read_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user's is, under most umasks, in the moment before its mode is set."""
    path, opened, real = file_of(), [], os.open
    path.touch(0o444)

    def as_another_user(name: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied", str(name))
        opened.append(flags)
        return real(name, flags, mode)

    monkeypatch.setattr(os, "open", as_another_user)
    lock = LockFile("course")
    lock.acquire(0)
    lock.note("not possible")
    assert opened
    assert path.read_text() == ""
    assert_taken(lock)


def test_a_file_that_cannot_be_opened_is_no_free_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else's secret file counts as a lock that was acquired, nor as one that is taken."""
    file_of().touch()

    def refuse(name: Path, _flags: int, _mode: int = 0o777) -> int:
        raise PermissionError(13, "Permission denied", str(name))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        LockFile("course").acquire(0.1)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link that another user has put there leads to no file of ours, and creates none."""
    for target in (tmp_path / "precious", tmp_path / "missing"):
        (tmp_path / "precious").write_text("precious")
        file_of().symlink_to(target)
        with pytest.raises(OSError, match="course"):
            LockFile("course").acquire(0)
        file_of().unlink()

    assert (tmp_path / "precious").read_text() == "precious"
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused(make: object) -> None:
    """At once, without waiting for somebody at the other end of a pipe."""
    assert callable(make)
    make(file_of())
    with pytest.raises(OSError, match=r"no file|directory"):
        LockFile("course").acquire(0)


def test_a_pipe_that_may_only_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As another user may have it there: opening it would wait for somebody who writes."""
    real = os.open

    def as_another_user(name: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied", str(name))
        assert flags & os.O_NONBLOCK
        return real(name, flags, mode)

    os.mkfifo(file_of())
    monkeypatch.setattr(os, "open", as_another_user)
    with pytest.raises(OSError, match="no file"):
        LockFile("course").acquire(0)


def test_a_file_that_is_deleted_and_made_anew_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has opened the file of a run that is ending does not lock it beside a third one that made a new file."""
    first, second, third = LockFile("course"), LockFile("course"), LockFile("course")
    first.acquire(0)
    real = lock_file._open

    def meanwhile(path: Path) -> int:
        monkeypatch.setattr(lock_file, "_open", real)
        descriptor = real(path)
        first.release()
        third.acquire(0)
        return descriptor

    monkeypatch.setattr(lock_file, "_open", meanwhile)
    with pytest.raises(LockTaken):
        second.acquire(0.2)
    third.release()


def test_what_a_killed_process_noted_is_found() -> None:
    """By the next one, and it stays there until that has dealt with it."""
    killed = LockFile("course")
    killed.acquire(0)
    killed.note("one two")
    lock_file._unlock(killed._descriptor or 0)
    following = LockFile("course")
    following.acquire(0)
    assert following.noted == "one two"
    following.release()
    last = LockFile("course")
    last.acquire(0)
    assert last.noted == "one two"
    last.note("")
    last.release()

    assert not last.path.exists()


def test_what_another_user_noted_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file may be anybody's."""
    file_of().write_text("one two")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    lock = LockFile("course")
    lock.acquire(0)

    assert lock.noted == ""
    lock.release()
