"""An object that a run created, deleted again: only if Canvas shows it where it was created, under the run's name."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.tag import TAG
from scopecheck.sandbox.undo.interface import Eyes, Hands, NotSearchable, Outcome, UndoError
from scopecheck.sandbox.undo.look import Row, Unreadable, is_older, look, named
from scopecheck.transport.looks import LOOKS, looks


def undo_made(change: MadeChange, hands: Hands) -> Outcome:
    """Delete it, and whatever else a request that was repeated on its way created. Raises UndoError."""
    try:
        listed = copies(change, hands)
    except Unreadable as why:
        if change.object_id is None:
            refused = why.answer is not None and read(why.answer) is Reading.SCOPE_MISSING
            kind = NotSearchable if refused else UndoError
            raise kind(f"{why}. Delete {_name(change)} by hand, if it exists.") from None
        listed = []
    outcome, vanished = Outcome.ABSENT, list[str]()
    for object_id in dict.fromkeys([*listed, *([change.object_id] if change.object_id else [])]):
        # What was confirmed when it was created, and is listed under its name, has been seen twice.
        known = object_id == change.object_id and object_id in listed
        row = None if known else _seen(change, object_id, hands)
        if not known and row is None:
            vanished += [object_id] if object_id in listed else []
            continue
        if row is not None and not is_ours(change, row):
            outcome = Outcome.REPLACED if outcome is Outcome.ABSENT else outcome
            continue
        answer = hands.write(change.of.delete_call(change.home, object_id))
        if not is_gone(change, object_id, answer, hands):
            raise UndoError(f"Canvas did not delete {_name(change)} ({answer.says()}). Delete it by hand.")
        outcome = Outcome.RESTORED
    _require_unlisted(change, vanished, hands)
    return outcome


def _require_unlisted(change: MadeChange, vanished: Collection[str], hands: Hands) -> None:
    """Raises UndoError if Canvas keeps listing what it says is not there: one of the answers is not about it."""
    for number in range(1, LOOKS + 1):
        if not vanished:
            return
        hands.pause(number)
        with contextlib.suppress(Unreadable):
            vanished = [each for each in copies(change, hands) if each in vanished]
    raise UndoError(f"Canvas lists {_name(change)}, but does not show it. Delete it by hand, if it exists.")


def copies(change: MadeChange, eyes: Eyes) -> list[str]:
    """The IDs under which the list shows it: more than one if a request was repeated on its way. Raises Unreadable."""
    rows = named(eyes.read, change.of, change.home, _searched(change))
    return [found for row in rows if is_ours(change, row) and (found := change.of.identity(row))]


def confirmed(change: MadeChange, eyes: Eyes) -> Row | None:
    """The object whose ID Canvas gave, if it shows it as one that this run has just created. Raises Unreadable."""
    row = look(eyes, change.of, change.home, change.object_id) if change.object_id else None
    return row if row is not None and is_ours(change, row) else None


def is_ours(change: MadeChange, row: Row) -> bool:
    """Whether an object has the run's name, lies where it was created and is not older than its creation."""
    return change.of.lies_in(change.home, row) and _bears_name(change, row) and not is_older(row, change.since)


def is_gone(change: MadeChange, object_id: str, answer: Answer, eyes: Eyes) -> bool:
    """Whether Canvas no longer shows an object; `answer` is the one to its DELETE.

    If that names the object as deleted, it is believed as soon as Canvas says once that it is not there, or no longer
    lists what may not be read by itself, or can be read although it is deleted.
    """
    told = read(answer) is Reading.OK and change.of.identity(answer.json) == object_id
    return any(_is_unseen(change, object_id, eyes, told=told) for _ in looks(eyes.pause))


def _is_unseen(change: MadeChange, object_id: str, eyes: Eyes, *, told: bool) -> bool:
    if not change.of.shows_deleted:
        try:
            return look(eyes, change.of, change.home, object_id, gone=told) is None
        except Unreadable:
            pass
    return told and _is_unlisted(change, object_id, eyes)


def _seen(change: MadeChange, object_id: str, hands: Hands) -> Row | None:
    try:
        return look(hands, change.of, change.home, object_id)
    except Unreadable as why:
        raise UndoError(f"{why}, so nothing was deleted. Delete {_name(change)} by hand, if it exists.") from None


def _is_unlisted(change: MadeChange, object_id: str, eyes: Eyes) -> bool:
    try:
        rows = named(eyes.read, change.of, change.home, _searched(change))
    except Unreadable:
        return False
    return object_id not in [change.of.identity(row) for row in rows]


def _bears_name(change: MadeChange, row: Row) -> bool:
    """Canvas numbers a name that is taken, of files and pages (attachment.rb, wiki_page.rb); others may be shared."""
    name = row.get(change.of.name_key)
    match change.noun:
        case Noun.FILE:
            # The life cycle of files also renames.
            stem, _, ending = change.name.rpartition(".")
            pattern = rf"{re.escape(stem)}(-renamed)?(-\d+)?\.{re.escape(ending)}"
        case Noun.PAGE:
            # Canvas titles a page that a PUT creates after its address (wiki_pages_api_controller.rb).
            if row.get("url") == change.object_id and _address(str(name)) == _address(change.name):
                return True
            pattern = rf"{re.escape(change.name)}(-\d+)?"
        case _:
            pattern = re.escape(change.name)
    return re.fullmatch(pattern, str(name)) is not None


def _address(title: str) -> str:
    """A title of this suite's as Canvas has it in a page's address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower())


def _searched(change: MadeChange) -> str:
    """What its name contains, whatever a case or Canvas has made of it."""
    tag = TAG.search(change.name)
    return tag.group() if tag and change.noun is Noun.FILE else change.name


def _name(change: MadeChange) -> str:
    return f"{change.noun} '{change.name}'"
