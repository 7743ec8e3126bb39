"""Looking at an object itself before it is written or deleted: only what Canvas shows of it counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.objects import ObjectKind
from scopecheck.sandbox.undo.interface import Eyes, Send

_MOST_PAGES: Final = 10
_SLACK: Final = timedelta(minutes=1)
"""Canvas's hosts do not have quite the same time, and an answer is dated when it is sent."""

Row: TypeAlias = Mapping[str, Any]


class Unreadable(Exception):
    """Whether an object is there, or what it holds, cannot be read; the message says what was asked and answered."""

    def __init__(self, message: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.answer = answer
        """The answer that refused it; None if it is what an answer did not show."""


def look(eyes: Eyes, kind: ObjectKind, home: str, object_id: str, *, gone: bool = False) -> Row | None:
    """The object as Canvas shows it; None if it is not there, which Canvas has to say twice.

    Once is enough if Canvas has already said that it is `gone`. Where it cannot be read by itself, it is looked for in
    its list; not being listed is no proof of absence. Raises Unreadable.
    """
    call = kind.read_call(home, object_id)
    if call is None:
        return listed(eyes.read, kind, home, object_id)
    absent = gone
    for once_more in (True, False):
        answer = eyes.read(call)
        reading = read(answer)
        if reading is Reading.OK and _is_meant(kind, home, object_id, answer.json):
            row: Row = answer.json
            return None if row.get("workflow_state") == "deleted" else row
        if reading is Reading.NOT_FOUND and absent:
            return None
        if reading not in {Reading.NOT_FOUND, Reading.OK, Reading.MISDIRECTED} or not once_more:
            break
        absent = reading is Reading.NOT_FOUND
        eyes.pause(1)
    if kind.list_tells:
        return listed(eyes.read, kind, home, object_id)
    raise Unreadable(f"{call.path} cannot be read ({answer.says()})", answer)


def listed(send: Send, kind: ObjectKind, home: str, object_id: str) -> Row:
    """The object's row in its list, page by page. Raises Unreadable, also if it is not listed.

    Pages are requested by number: the Link header of media objects leads to another endpoint, with another scope
    (media_objects_controller.rb).
    """
    first = kind.list_call(home)
    for page in range(1, _MOST_PAGES + 1):
        rows = _rows(send, Call("GET", first.path, query=[*first.query, ("page", str(page))]))
        found = next((row for row in rows if _is_meant(kind, home, object_id, row)), None)
        if found is not None:
            return found
        if not rows:
            break
    raise Unreadable(f"{kind.noun} {object_id} is not listed in {first.path}")


def named(send: Send, kind: ObjectKind, home: str, name: str) -> list[Row]:
    """The rows of a list whose name contains a text, without those of other courses. Raises Unreadable."""
    return [row for row in _rows(send, kind.list_call(home, search=name)) if kind.lies_in(home, row)]


def is_older(row: Row, since: str | None) -> bool:
    """Whether an object was there before Canvas said, at that date, that it had created it."""
    try:
        made, said = (datetime.fromisoformat(str(value)) for value in (row.get("created_at"), since))
        return made < said - _SLACK
    except (ValueError, TypeError):
        # Pages of old and files of odd storages have no date; the name decides alone.
        return False


def _is_meant(kind: ObjectKind, home: str, object_id: str, row: object) -> bool:
    """Whether an answer is about the object that was asked for; one that went astray may be about another."""
    return isinstance(row, dict) and kind.identity(row) == object_id and kind.lies_in(home, row)


def _rows(send: Send, call: Call) -> list[Row]:
    answer = send(call)
    if read(answer) is not Reading.OK or not isinstance(answer.json, list):
        raise Unreadable(f"{call.path} cannot be listed ({answer.says()})", answer)
    return [row for row in answer.json if isinstance(row, dict)]
