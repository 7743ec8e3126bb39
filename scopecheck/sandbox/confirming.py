"""Is the object that Canvas says it has created one that this run has just created? Nothing else is touched."""

from __future__ import annotations

import msgspec

from scopecheck.canvas.ids import IdForm
from scopecheck.model.answer import Answer
from scopecheck.sandbox.canvas_clock import date_of
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.undo.interface import Eyes
from scopecheck.sandbox.undo.look import Row, named
from scopecheck.sandbox.undo.made import confirmed
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.looks import looks


def require_confirmable(change: MadeChange, eyes: Eyes) -> None:
    """Raises Unreadable if what is about to be created could not be found again by its name."""
    named(eyes.read, change.of, change.home, change.name)


def confirm(writing: Writing, change: MadeChange, object_id: str, answer: Answer, eyes: Eyes) -> Row | None:
    """The object, and its ID in the journal, if Canvas shows it as ours; None if it shows something else.

    `answer` is the one that said that it was created. Raises Unreadable and JournalError.
    """
    candidate = msgspec.structs.replace(change, object_id=object_id, since=_dated(answer))
    for _ in looks(eyes.pause):
        row = confirmed(candidate, eyes)
        if row is not None:
            writing.learn(candidate)
            return row
    return None


def guess(writing: Writing, change: MadeChange, object_id: str | None, answer: Answer) -> None:
    """Keep an ID that may be the object's, for its undo to look at where no list shows it. Raises JournalError."""
    if object_id is not None and IdForm.NUMBER.fits(object_id):
        writing.learn(msgspec.structs.replace(change, object_id=object_id, since=_dated(answer)))


def _dated(answer: Answer) -> str | None:
    """The answer's date as ISO 8601; None if it has none."""
    shown = date_of(answer)
    return shown.isoformat() if shown else None
