"""Ctrl-C, and SIGTERM from a CI system that cancels the job: the first one ends the run, and a second one clean-up.

KeyboardInterrupt is raised only where this suite waits: elsewhere, pytest plugins may swallow it (allure-pytest's
old-style hook wrappers do), or a restore would be cut short by chance. So a second signal ends the process at once:
what is not restored by then is in the journal.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from scopecheck.run.signals import SIGNALS, let_in, let_wait

SAME_S: Final = 1.0
"""Signals within this time are one and the same: a terminal sends Ctrl-C to all processes, and some pass it on."""


class Interrupts:
    """Handles the signals of this process."""

    def __init__(self) -> None:
        self.pending = False
        """Whether a signal has asked the run to end."""
        self._at = 0.0
        self._raises = False
        self._tell: Callable[[], None] | None = None
        self._end: Callable[[], None] | None = None

    def catch(self, tell: Callable[[], None] | None = None, end: Callable[[], None] | None = None) -> None:
        """From now on record SIGINT and SIGTERM, and raise only within `raised`.

        The first signal calls `tell`, and one that comes later than SAME_S after it `end`.
        """
        self._tell, self._end = tell, end
        # Only the main thread can set handlers; in any other, pytest runs inside somebody else's program.
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                signal.signal(number, self._caught)
            let_in()

    @staticmethod
    def let_in() -> None:
        """Receive signals from now on, and those that whoever started this process has let wait."""
        if threading.current_thread() is threading.main_thread():
            let_in()

    @staticmethod
    @contextmanager
    def held_back() -> Iterator[None]:
        """A block after which a signal that came within it raises KeyboardInterrupt.

        A process that is started within it gets its own once it calls `catch`. So none that a terminal sends to all
        leaves a process half started, or tears through one's imports.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        came: list[int] = []
        handlers = [(number, signal.signal(number, lambda number, _: came.append(number))) for number in SIGNALS]
        # The handlers stay behind when a process is started, but it inherits what is blocked.
        let_wait()
        try:
            yield
        finally:
            let_in()
            for number, handler in handlers:
                signal.signal(number, handler)
        if came:
            raise KeyboardInterrupt

    @contextmanager
    def raised(self) -> Iterator[None]:
        """A block in which a signal, even an earlier one, raises KeyboardInterrupt."""
        self._raises = True
        try:
            if self.pending:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    def _caught(self, _number: int, _frame: FrameType | None) -> None:
        if self.pending:
            if self._end and time.monotonic() - self._at > SAME_S:
                self._end()
            return
        self.pending, self._at = True, time.monotonic()
        if self._tell:
            self._tell()
        if self._raises:
            raise KeyboardInterrupt


INTERRUPTS = Interrupts()
"""The only instance: signals belong to the process."""
