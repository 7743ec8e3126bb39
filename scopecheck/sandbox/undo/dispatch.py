"""How each kind of change is undone: by the case that made it, or later from the journal.

An undo first checks that the change is still there; anything edited since is left alone and reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.sandbox.blueprint import association
from scopecheck.sandbox.journal import JournalEntry
from scopecheck.sandbox.undo.captions import undo_caption
from scopecheck.sandbox.undo.field import undo_field
from scopecheck.sandbox.undo.interface import Send, Since, UndoError
from scopecheck.sandbox.undo.made import undo_made


def undo(change: JournalEntry, send: Send, since: Since) -> bool:
    """Undo the change and return whether there was anything to undo. Raises UndoError."""
    return _UNDO[change.kind](change.data, send, since)


def _undo_association(data: Mapping[str, Any], send: Send, _since: Since) -> bool:
    """Detach a course from a blueprint of this run; the blueprint course has its own journal entry."""
    answer = send(association(data["blueprint_id"], "remove", data["course_id"]))
    if read(answer) not in {Reading.OK, Reading.NOT_FOUND}:
        raise UndoError(
            f"Canvas did not detach course {data['course_id']} from blueprint {data['blueprint_id']} "
            f"({answer.says()}). Remove it in Canvas: open the blueprint, then Blueprint > Associations."
        )
    return True


_UNDO: Final[Mapping[str, Callable[[Mapping[str, Any], Send, Since], bool]]] = {
    "field": undo_field,
    "caption": undo_caption,
    "made": undo_made,
    "association": _undo_association,
}


def needs_admin(change: JournalEntry) -> bool:
    """Whether undoing the change needs the administrator's token."""
    return change.kind == "association" or bool(change.data.get("by_admin"))
