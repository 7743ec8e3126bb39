"""One field of one object, restored: the text of a page, the title of a video, the name of a file."""

from __future__ import annotations

from typing import Final

from scopecheck.canvas import dom
from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.course_dates import dates_at_risk
from scopecheck.model.answer import Answer
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.objects import Noun, Writable
from scopecheck.sandbox.tag import PREFIX, TAG
from scopecheck.sandbox.undo.interface import Hands, Outcome, UndoError
from scopecheck.sandbox.undo.look import Row, Unreadable, look
from scopecheck.transport.looks import looks


def undo_field(change: FieldChange, hands: Hands) -> Outcome:
    """Restore the old value, if the object still shows what was written. Raises UndoError."""
    kind, field = change.of, writable(change)
    try:
        row = hands.seen or look(hands, kind, change.home, change.object_id)
        if row is None:
            return Outcome.ABSENT
        current = value(row, field)
    except Unreadable as why:
        raise UndoError(f"{why}, so it was not overwritten: somebody may have edited it. {_LATER} {_BY_HAND}") from None
    if same(field, current, change.old):
        return Outcome.ABSENT
    if _is_replaced(current, change.written):
        return Outcome.REPLACED
    if not shows(field, current, change.written):
        raise UndoError(
            f"{_name(change)} was edited after this suite changed it, so it was not overwritten. {_BY_HAND}"
        )
    nulled = dates_at_risk(row) if change.noun is Noun.COURSE else None
    if nulled:
        raise UndoError(
            f"The course now has dates, and any update would clear its {nulled}, so nothing was written. {_BY_HAND}"
        )
    answer = hands.write(kind.put_call(change.course_id, change.object_id, change.old))
    if _is_new(change, answer, row):
        raise UndoError(
            f"{_name(change)} was deleted in the meantime, and Canvas created it anew when it was to be restored. "
            "Delete it by hand."
        )
    if not _took_back(change, field, answer) and not _shows_old(change, field, hands):
        raise UndoError(f"Canvas did not restore the old value of {_name(change)} ({answer.says()}). {_BY_HAND}")
    return Outcome.RESTORED


def writable(change: FieldChange) -> Writable:
    """The field that was changed."""
    assert change.of.writable
    return change.of.writable


def value(row: Row, field: Writable) -> str | None:
    """The field's value in what Canvas shows. Raises Unreadable if it is not shown."""
    found = row.get(field.shown, 0)
    if not isinstance(found, str | None):
        raise Unreadable(f"Canvas does not show its {field.shown}")
    return found


def same(field: Writable, one: str | None, other: str | None) -> bool:
    """Whether two values are equal, as documents or as text."""
    return dom.same(one, other) if field.html else one == other


def shows(field: Writable, seen: str | None, written: str) -> bool:
    """Whether the value seen is the one written; Canvas may have added attributes to elements."""
    return dom.same_but_for_attributes(seen, written) if field.html else seen == written


_BY_HAND: Final = f"Remove the part that contains '{PREFIX}-' by hand."
_LATER: Final = "Run again once it can be read, or:"


def _name(change: FieldChange) -> str:
    return f"{change.noun} {change.object_id}"


def _is_replaced(current: str | None, written: str) -> bool:
    """Whether somebody has replaced what was written: the run's tag is gone."""
    tags = TAG.findall(written)
    return bool(tags) and not any(tag in (current or "") for tag in tags)


def _is_new(change: FieldChange, answer: Answer, before: Row) -> bool:
    """Whether a write has created its object, as it does with a page that is gone (wiki_pages_api_controller.rb)."""
    if read(answer) is not Reading.OK or change.of.identity(answer.json) != change.object_id:
        return False
    one, other = before.get("created_at"), answer.json.get("created_at")
    return one is not None and other is not None and one != other


def _took_back(change: FieldChange, field: Writable, answer: Answer) -> bool:
    """Whether the answer to the PUT itself shows the old value."""
    if not field.answers or read(answer) is not Reading.OK or change.of.identity(answer.json) != change.object_id:
        return False
    return field.shown in answer.json and same(field, answer.json[field.shown], change.old)


def _shows_old(change: FieldChange, field: Writable, hands: Hands) -> bool:
    for _ in looks(hands.pause):
        try:
            row = look(hands, change.of, change.home, change.object_id)
            if row is None or same(field, value(row, field), change.old):
                return True
        except Unreadable:
            continue
    return False
