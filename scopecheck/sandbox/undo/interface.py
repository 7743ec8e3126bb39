"""What every way of undoing a change shares."""

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
    """What may have happened between a change and its undoing."""

    NOTHING = auto()
    """The case undoes what it just did: it need not look first."""
    LITTLE = auto()
    """The run that made it undoes it at its end: it looks, and where it cannot see it trusts the journal."""
    ANYTHING = auto()
    """A later run or command: what it cannot see it does not write over, for somebody may have worked there since."""
