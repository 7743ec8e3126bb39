"""What ends a run from outside, and how it waits while a process starts that is to answer it."""

from __future__ import annotations

import signal
import sys
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what CI systems send."""


def let_wait() -> None:
    """Block them in this thread; a process that it starts inherits that. Windows has nothing like it."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def let_in() -> None:
    """Receive them from now on, and those that came meanwhile."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
