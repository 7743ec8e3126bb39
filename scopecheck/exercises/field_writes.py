"""Writing one field of an object that existed before: looked at first, and looked at again afterwards."""

from __future__ import annotations

from collections.abc import Callable

from scopecheck.canvas.classify import Reading, read
from scopecheck.exercises.case import Case
from scopecheck.exercises.endings import Unavailable
from scopecheck.model.answer import Answer
from scopecheck.model.secret import MASK
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.undo.field import same, value, writable
from scopecheck.sandbox.undo.look import Row, Unreadable, look
from scopecheck.sandbox.writing import Writing
from scopecheck.transport.looks import looks


def require_old(case: Case, change: FieldChange) -> None:
    """`Unavailable` unless the object lies in the course and holds the old value, as Canvas shows it now."""
    field = writable(change)
    if MASK in (change.old or ""):
        raise Unavailable(
            f"{change.noun} {change.object_id} holds what is not shown ({MASK}), so it could not be restored"
        )
    try:
        row = look(case.eyes, change.of, change.home, change.object_id)
        unchanged = row is not None and same(field, value(row, field), change.old)
    except Unreadable as why:
        raise Unavailable(f"what would be written to cannot be looked at before: {why}") from None
    if not unchanged:
        raise Unavailable(f"somebody else has changed {change.noun} {change.object_id} in the meantime")


def write(case: Case, writing: Writing, change: FieldChange) -> Answer:
    """Write the new value, and judge the answer: it has to be Canvas's, and about this object."""
    answer = case.write(writing, change.of.put_call(change.course_id, change.object_id, change.written))
    if read(answer) is Reading.OK and change.of.identity(answer.json) != change.object_id:
        writing.unknown = True
        case.malformed(answer, f"something other than {change.noun} {change.object_id}")
    return case.check_gate(answer)


def read_back(case: Case, writing: Writing, change: FieldChange, fits: Callable[[Row], bool]) -> Row | None:
    """The object as Canvas shows it once it fits, or at last; None if it cannot be read."""
    row: Row | None = None
    for _ in looks(case.eyes.pause):
        try:
            row = look(case.eyes, change.of, change.home, change.object_id)
        except Unreadable:
            break
        if row is not None and fits(row):
            writing.seen = row
            break
    return row
