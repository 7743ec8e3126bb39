"""How a run or a command ended."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the suite and of every command."""

    OK = 0
    NOT_CONFORMANT = 1
    """Something is not as the integration needs it, or failed."""
    INTERRUPTED = 2
    INTERNAL_ERROR = 3
    WRONG_SETTINGS = 4
    """Wrong settings or options, or a guard refused; nothing was changed."""
