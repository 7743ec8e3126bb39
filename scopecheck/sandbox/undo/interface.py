"""What all undo functions share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call

Send: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True)
class Eyes:
    """How to look at what is in Canvas."""

    read: Send
    pause: Callable[[int], object]
    """Waits before the n-th further look, each time a little longer."""


@dataclass(frozen=True)
class Hands(Eyes):
    """How an undo reads and writes."""

    write: Send
    seen: Mapping[str, Any] | None = None
    """The object as Canvas has just shown it, with what was written: no need to look again."""


class Outcome(Enum):
    """What an undo found, and did."""

    RESTORED = auto()
    """The change was there, and is undone: what Canvas shows now says so."""
    ABSENT = auto()
    """Canvas shows no sign of the change: nothing was written."""
    REPLACED = auto()
    """Somebody else has replaced what was written: nothing was written."""


class UndoError(Exception):
    """A change could not be undone; the message says why, and what to do by hand."""


class NotSearchable(UndoError):
    """The token has no scope for the list in which to look for what may have been created."""
