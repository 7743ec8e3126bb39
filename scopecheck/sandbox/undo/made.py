"""An object that a run created, deleted again: only if Canvas shows it where it was created, under the run's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.undo.interface import LOOKS, Eyes, Hands, Outcome, UndoError
from scopecheck.sandbox.undo.look import Row, Unreadable, is_older, look, named


def undo_made(change: MadeChange, hands: Hands) -> Outcome:
    """Delete it, and whatever else a request that was repeated on its way created. Raises UndoError."""
    found = list(_ours(change, hands))
    for object_id in found:
        answer = hands.write(change.of.delete_call(change.home, object_id))
        if not is_gone(change, object_id, hands):
            raise UndoError(f"Canvas did not delete {_name(change)} ({answer.says()}). Delete it by hand.")
    return Outcome.RESTORED if found else Outcome.ABSENT


def confirmed(change: MadeChange, eyes: Eyes) -> Row | None:
    """The object whose ID Canvas gave, if it shows it as one that this run has just created. Raises Unreadable."""
    row = look(eyes, change.of, change.home, change.object_id) if change.object_id else None
    return row if row is not None and is_ours(change, row) else None


def is_ours(change: MadeChange, row: Row) -> bool:
    """Whether an object has the run's name, lies where it was created and is not older than its creation."""
    lies_here = change.noun is not Noun.COURSE or str(row.get("account_id", change.home)) == change.home
    return lies_here and _bears_name(change, row) and not is_older(row, change.since)


def _bears_name(change: MadeChange, row: Row) -> bool:
    name = row.get(change.of.name_key)
    if change.noun is not Noun.FILE:
        return name == change.name
    # The life cycle of files renames, and Canvas numbers a file whose name is taken (attachment.rb).
    stem, _, ending = change.name.rpartition(".")
    return re.fullmatch(rf"{re.escape(stem)}(-renamed)?(-\d+)?\.{re.escape(ending)}", str(name)) is not None


def _ours(change: MadeChange, hands: Hands) -> Iterator[str]:
    """The IDs of what is certainly ours. Raises UndoError where that cannot be told."""
    listed: list[str] = []
    unlisted = ""
    try:
        rows = named(hands.read, change.of, change.home, _stem(change))
        listed = [found for row in rows if is_ours(change, row) and (found := change.of.identity(row))]
        yield from listed
    except Unreadable as why:
        unlisted = str(why)
    if change.object_id is None:
        if unlisted:
            raise UndoError(f"{unlisted}. Delete {_name(change)} by hand, if it exists.")
        return
    if change.object_id in listed:
        return
    try:
        row = look(hands, change.of, change.home, change.object_id)
    except Unreadable as why:
        raise UndoError(f"{why}, so nothing was deleted. Delete {_name(change)} by hand, if it exists.") from None
    if row is None:
        return
    if not is_ours(change, row):
        raise UndoError(
            f"Canvas gave {change.noun} {change.object_id} as the one created, but shows something else there, which "
            f"was left alone. Delete {_name(change)} by hand, if it exists."
        )
    yield change.object_id


def is_gone(change: MadeChange, object_id: str, eyes: Eyes) -> bool:
    """Whether Canvas no longer shows an object that was deleted."""
    for number in range(LOOKS):
        if number:
            eyes.pause(number)
        try:
            if look(eyes, change.of, change.home, object_id) is None:
                return True
        except Unreadable:
            if _is_unlisted(change, object_id, eyes):
                return True
    return False


def _is_unlisted(change: MadeChange, object_id: str, eyes: Eyes) -> bool:
    """Whether a list, which did show the object, no longer does; for a token that may not read it by itself."""
    try:
        rows = named(eyes.read, change.of, change.home, _stem(change))
    except Unreadable:
        return False
    return object_id not in [change.of.identity(row) for row in rows]


def _stem(change: MadeChange) -> str:
    return change.name.rpartition(".")[0] or change.name


def _name(change: MadeChange) -> str:
    return f"{change.noun} '{change.name}'"
