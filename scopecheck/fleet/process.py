"""One target's process: started in a group of its own, and ended in steps if it does not end by itself."""

from __future__ import annotations

import os
import signal
import subprocess  # starts this project's own suite, with arguments as a list
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from scopecheck.model.exit_code import ExitCode
from scopecheck.transport.budget import HURRIED_CLEAN_UP_S

LOG: Final = "run.log"
"""What a target's process printed, in its folder."""
DOCUMENT: Final = "preflight.json"
"""What its preflight found."""


class Process(Protocol):
    """A process that was started."""

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        ...

    def signal(self, step: int) -> None:
        """End it: with step 0 after clean-up, with 1 at once, with 2 without asking it."""
        ...


STEPS_S: Final = (HURRIED_CLEAN_UP_S + 30.0, 10.0)
"""How long an interrupted run may take for clean-up and reports, and one that was told to end at once."""
LAST_STEP: Final = len(STEPS_S)


@dataclass(frozen=True)
class Start:
    """What to start for a target: a command, its environment, and the folder in which its output is kept."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    keeps_document: bool = False
    """Whether standard output is a document for machines, and no part of the log."""


class Child:
    """A process with nobody at its keyboard, whose output goes to files.

    On Unix it leads a process group: signals reach its workers too, and a terminal's Ctrl-C only the fleet, which
    passes it on. On Windows, where no signal asks one process for clean-up, the console's Ctrl-C reaches all of them,
    and whatever does not end by itself is ended without: the next run cleans up.
    """

    def __init__(self, start: Start, folder: Path) -> None:
        with ExitStack() as files:
            log = files.enter_context((start.folder / LOG).open("wb"))
            out = files.enter_context((start.folder / DOCUMENT).open("wb")) if start.keeps_document else log
            self._popen = subprocess.Popen(  # noqa: S603  # see above
                start.command, cwd=folder, env=start.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                process_group=None if os.name == "nt" else 0,
            )  # fmt: skip

    def poll(self) -> int | None:
        """Its exit code, as a run has it: whatever else it ended with is an internal error."""
        code = self._popen.poll()
        if code is None or code in set(ExitCode):
            return code
        return ExitCode.INTERNAL_ERROR

    def signal(self, step: int) -> None:
        """End it and its workers."""
        if os.name == "nt":
            if step:
                self._popen.kill()
            return
        if self._popen.poll() is None:  # until then, no other process has its number
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[step])
