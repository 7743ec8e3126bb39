"""Ctrl-C, and SIGTERM from a CI system that cancels the job: the first one ends the run, later ones do nothing.

KeyboardInterrupt is raised only where this suite waits: elsewhere, pytest plugins may swallow it (allure-pytest's
old-style hook wrappers do), or a restore would be cut short. So cleaning up is never interrupted; its time is limited
by the requests' timeouts.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Handles the signals of this process."""

    def __init__(self) -> None:
        self.pending = False
        """Whether a signal has asked the run to end."""
        self._raises = False
        self._tell: Callable[[], None] | None = None

    def catch(self, tell: Callable[[], None] | None = None) -> None:
        """From now on record SIGINT and SIGTERM, and raise only within `raised`; the first signal calls `tell`."""
        self._tell = tell
        # Only the main thread can set handlers; in any other, pytest runs inside somebody else's program.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._caught)

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
            return
        self.pending = True
        if self._tell:
            self._tell()
        if self._raises:
            raise KeyboardInterrupt


INTERRUPTS = Interrupts()
"""The only instance: signals belong to the process."""
