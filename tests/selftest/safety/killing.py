"""Runs that are killed while a write is on its way, and how the next command puts right what they left."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import patch

from tests.selftest.commands import running
from tests.selftest.commands.running import Ran
from tests.selftest.endtoend.runs import environment, finish, leading_to, start
from tests.selftest.safety.watching import Held, Watched


def to(watched: Watched, *, admin: bool = False) -> dict[str, str]:
    """Settings that lead to the Canvas, with the administrator's token where it is wanted."""
    known = watched.canvas.credentials
    return {**leading_to(watched.canvas), **({"CANVAS_ADMIN_TOKEN": known.admin_token} if admin else {})}


def kill(process: subprocess.Popen[str], reports: Path) -> None:
    """End a run with all its workers as a power cut would, and see it gone."""
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process, reports).code == -signal.SIGKILL


def kill_at(held: Held, watched: Watched, reports: Path, *arguments: str, settings: Mapping[str, str]) -> None:
    """Start a run and kill it at the write that is held up; nothing that it had sent besides is answered any more."""
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
