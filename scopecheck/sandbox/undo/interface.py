"""What all undo functions share."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call

Send: TypeAlias = Callable[[Call], Answer]


class UndoError(Exception):
    """A change could not be undone; the message says why, and what to do by hand."""


class Since(Enum):
    """What may have happened between a change and its undo."""

    NOTHING = auto()
    """The case undoes what it just did, without checking first."""
    LITTLE = auto()
    """The same run undoes it at its end: it checks first, and trusts the journal where it cannot read."""
    ANYTHING = auto()
    """A later run or command: it overwrites nothing that it cannot read, since somebody may have edited it."""
