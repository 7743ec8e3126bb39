"""Locks of tests lie in folders of their own, in place of the one that all runs of a machine share.

What stands for another machine is another folder. No setting of a user moves it: forked runs are told by a variable
that only the server reads which forks them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from scopecheck.config import lock_file

EVERYBODYS: Final = lock_file.FOLDERS
"""Where the locks of a user's runs lie."""

VARIABLE: Final = "SELFTEST_LOCKS"
"""The folder of a forked run; empty: the one that a user's run has."""


def keep_locks_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From now on all locks of this process, and of the runs that it has forked, lie in this folder."""
    folder.mkdir(exist_ok=True)
    monkeypatch.setattr(lock_file, "FOLDERS", (str(folder),))
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def move_locks() -> None:
    """Do as the variable says, in a forked run."""
    folder = os.environ.get(VARIABLE)
    if folder:
        lock_file.FOLDERS = (folder,)  # type: ignore[misc]  # it is final for everybody else
