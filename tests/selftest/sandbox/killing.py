"""Runs that are killed during a write, and the next command, which restores what they left."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import msgspec

from scopecheck.sandbox.journal import JournalTarget, Line
from scopecheck.sandbox.lock import TargetLock
from tests.selftest.commands import running
from tests.selftest.commands.running import Ran
from tests.selftest.endtoend.runs import Process, environment, finish, leading_to, start
from tests.selftest.sandbox.watching import Held, Watched


def to(watched: Watched, *, admin: bool = False) -> dict[str, str]:
    """Settings that point to the Canvas, on request with the administrator's token."""
    known = watched.canvas.credentials
    return {**leading_to(watched.canvas), **({"CANVAS_ADMIN_TOKEN": known.admin_token} if admin else {})}


def kill(process: Process, reports: Path) -> None:
    """Kill a run with all its workers, as a power cut would, and wait until it is gone."""
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process, reports).code == -signal.SIGKILL


def kill_at(held: Held, watched: Watched, reports: Path, *arguments: str, settings: Mapping[str, str]) -> None:
    """Start a run and kill it at the write that is held up; none of its other requests is answered anymore."""
    process = start(reports, *arguments, settings=settings)
    held.wait()
    watched.shut()
    kill(process, reports)
    held.drop()
    watched.reopen()


def restore(reports: Path, settings: Mapping[str, str]) -> Ran:
    """`python -m scopecheck restore`, in this process."""
    with patch.dict(os.environ, environment(reports, settings), clear=True):
        return running.run(reports, "restore")


def lock_of(watched: Watched, worker: str = "") -> Path:
    """The lock file of a run on the sandbox course, or of one of its workers."""
    return TargetLock(JournalTarget(watched.canvas.url, watched.canvas.credentials.course_id), worker).path


def worker_behind(path: str, reports: Path) -> int:
    """The process of the worker whose journal has a change of the object at this path, by its lock (Linux)."""
    change = f'"object_id":"{path.rpartition("/")[2]}"'
    journal = next(each for each in reports.glob("journal/*/*-gw*.jsonl") if change in each.read_text("utf-8"))
    _, _, line = journal.read_bytes().strip().splitlines()[0].partition(b" ")
    target = msgspec.json.decode(line, type=Line).target
    lock = str(TargetLock(target, journal.stem.rpartition("-")[2]).path)
    return next(pid for pid in _processes() if lock in _open_files(pid))


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _open_files(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):  # it has ended in the meantime, or belongs to another user
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(descriptor.readlink())
