"""The sweep removes leftovers of old runs, and nothing else.

Only the name counts: it must be exactly one that a run gives, with a tag more than a day old.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from scopecheck.canvas.classify import rows_of
from scopecheck.canvas.ids import IdForm
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.objects import KINDS, Noun, ObjectKind
from scopecheck.sandbox.provisioning import RECIPES
from scopecheck.sandbox.tag import PREFIX, TAG, made_at
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from scopecheck.sandbox.undo.look import Row
from scopecheck.sandbox.undo.made import undo_made
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.transport.client import CanvasClient

OLD: Final = timedelta(days=1)

_NOUNS: Final = "|".join([*(recipe.noun for recipe in RECIPES), "blueprint"])
OURS: Final = re.compile(rf"{TAG.pattern}(?:(?:-renamed|-kept)?\.png| (?:{_NOUNS}))")
"""The names that runs give; sandboxes from `python -m scopecheck sandbox create` have different ones."""


def sweep(
    client: CanvasClient, admin: CanvasClient | None, course_id: str, account_id: str, now: datetime
) -> list[str]:
    """Remove our old leftovers from the course, and old blueprints from its account; returns the names removed."""
    swept = list(_sweep(client, Noun.FILE, course_id, now))
    if admin:
        for recipe in RECIPES:
            swept += _sweep(admin, recipe.noun, course_id, now)
        if IdForm.NUMBER.fits(account_id):
            swept += _sweep(admin, Noun.COURSE, account_id, now)
    return swept


def _sweep(client: CanvasClient, noun: Noun, home: str, now: datetime) -> Iterator[str]:
    kind = KINDS[noun]
    for row in rows_of(client.send(kind.list_call(home, search=PREFIX))):
        if not is_litter(row, kind, now):
            continue
        name = str(row[kind.name_key])
        with contextlib.suppress(UndoError):
            # What cannot be removed today is looked at again by the next run.
            made = MadeChange(noun, home, name, object_id=kind.identity(row))
            if undo_made(made, Undoing(client, None, lambda: None).hands) is Outcome.RESTORED:
                yield name


def is_litter(row: Row, kind: ObjectKind, now: datetime) -> bool:
    """Whether a row of a list is ours, of this kind, and more than a day old."""
    name = str(row.get(kind.name_key))
    made = made_at(name)
    ours = bool(OURS.fullmatch(name)) and name.endswith(_ENDINGS.get(kind.noun, f" {kind.noun}"))
    return kind.identity(row) is not None and ours and made is not None and now - made > OLD


_ENDINGS: Final = {Noun.FILE: ".png", Noun.COURSE: " blueprint"}
"""How the names of these kinds end; the others end with their noun."""
