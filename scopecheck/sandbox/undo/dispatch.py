"""How each kind of change is undone: by the case that made it, or later from the journal.

An undo first looks at the object itself; what somebody has edited since is left alone.
"""

from __future__ import annotations

from scopecheck.sandbox.changes import AssociationChange, CaptionChange, Change, FieldChange, MadeChange
from scopecheck.sandbox.undo.association import undo_association
from scopecheck.sandbox.undo.captions import undo_caption
from scopecheck.sandbox.undo.field import undo_field
from scopecheck.sandbox.undo.interface import Hands, Outcome
from scopecheck.sandbox.undo.made import undo_made


def is_certain(change: Change, outcome: Outcome) -> bool:
    """Whether it is sure at once: Canvas may show a value, or whose captions are whose, as it was a moment before."""
    if isinstance(change, MadeChange | AssociationChange):
        return True
    return outcome is Outcome.RESTORED or (outcome is Outcome.REPLACED and isinstance(change, FieldChange))


def undo(change: Change, hands: Hands) -> Outcome:
    """Undo the change, if it is there. Raises UndoError."""
    match change:
        case FieldChange():
            return undo_field(change, hands)
        case CaptionChange():
            return undo_caption(change, hands)
        case MadeChange():
            return undo_made(change, hands)
        case AssociationChange():
            return undo_association(change, hands)
