"""Runs that are killed during a write, and the next command, which restores what they left."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

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


def worker_behind(path: str, reports: Path) -> int:
    """The process of the worker whose journal has a change of the object at this path, by its lock (Linux).

    The lock lies beside the report folder; other runs, of tests that run meanwhile, have workers of the same name.
    """
    change = f'"object_id":"{path.rpartition("/")[2]}"'
    journal = next(each for each in reports.glob("journal/*/*-gw*.jsonl") if change in each.read_text("utf-8"))
    lock = f"-worker-{journal.stem.rpartition('-')[2]}.lock"
    return next(pid for pid in _processes() if any(_is_beside(reports, lock, name) for name in _open_files(pid)))


def _is_beside(reports: Path, lock: str, name: str) -> bool:
    return name.startswith(f"{reports.parent}{os.sep}") and name.endswith(lock)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _open_files(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):  # it has ended in the meantime, or belongs to another user
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(descriptor.readlink())
