"""Which tests start processes, told by where they stand; any other test that starts one fails.

Such tests have the marker `process`: `scripts/test --quick` leaves them out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent

STARTING: Final = frozenset(
    {"browser", "endtoend", "safety", "test_allure_tool", "test_ci_files", "test_command_line", "test_sandbox_create"}
)
"""Folders and modules whose tests start processes or a browser."""

UNIX: Final = frozenset({"safety", "test_allure_tool", "test_ci_files"})
"""Those whose tests need what Windows has not: signals to groups of processes, scripts for a shell."""

_EVENTS: Final = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"})
"""Python's audit events for the start of a process."""


class ProcessStarted(Exception):
    """A test started a process without having the marker for it."""


class Guard:
    """Refuses processes while a test runs that must not start one."""

    def __init__(self) -> None:
        self.test = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: tuple[object, ...]) -> None:
        if event in _EVENTS and self.test:
            raise ProcessStarted(
                f"{self.test} starts a process, which {HERE.name}/processes.py does not say: add its folder or "
                "module to STARTING, or call the code in this process."
            )


def mark(item: pytest.Item) -> None:
    """Mark a test by its place."""
    places = {*item.path.relative_to(HERE).with_suffix("").parts}
    if places & STARTING:
        item.add_marker("process")
    if places & UNIX:
        item.add_marker(pytest.mark.skipif(os.name == "nt", reason="needs signals and a shell of Unix"))
