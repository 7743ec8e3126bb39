"""Ctrl-C, and the SIGTERM of a CI system that runs out of patience: the first ends the run, later ones change nothing.

KeyboardInterrupt is raised where this suite waits, and nowhere else: pytest's plugins swallow it here and there
(allure-pytest's old-style hook wrappers do), and what is being put back would be left. So a process that tidies up is
not disturbed, and its time is bounded by its requests' time-outs.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """What became of the signals of this process."""

    def __init__(self) -> None:
        self.pending = False
        """Whether somebody wants the run to end."""
        self._raises = False
        self._tell: Callable[[], None] | None = None

    def catch(self, tell: Callable[[], None] | None = None) -> None:
        """From now on note SIGINT and SIGTERM, and raise them only within `raised`; the first calls `tell`."""
        self._tell = tell
        # Python lets the main thread alone set handlers; in another, pytest runs within somebody else's program.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._caught)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """A place where a signal, also one from before, raises KeyboardInterrupt."""
        self._raises = True
        try:
            if self.pending:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    def _caught(self, _number: int, _frame: FrameType | None) -> None:
        if self.pending:
            return
        self.pending = True
        if self._tell:
            self._tell()
        if self._raises:
            raise KeyboardInterrupt


INTERRUPTS = Interrupts()
"""Those of this process: signals are the process's, whoever asks."""
