"""The sweep removes leftovers of old runs, and nothing else.

Only the name counts: it must be exactly one that a run gives, with a tag more than a day old.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scopecheck.canvas.ids import IdForm
from scopecheck.sandbox.changes import MadeChange
from scopecheck.sandbox.objects import KINDS, Noun, ObjectKind
from scopecheck.sandbox.provisioning import RECIPES
from scopecheck.sandbox.tag import PREFIX, TAG, made_at
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from scopecheck.sandbox.undo.look import Row, Unreadable, named
from scopecheck.sandbox.undo.made import undo_made
from scopecheck.sandbox.undo.undoing import Undoing
from scopecheck.transport.client import CanvasClient

OLD: Final = timedelta(days=1)

_ENDINGS: Final = {
    **{recipe.noun: f" {recipe.noun}" for recipe in RECIPES},
    Noun.PAGE: r" page(?:-\d+)?",
    Noun.FILE: r"(?:-renamed|-kept)?(?:-\d+)?\.png",
    Noun.COURSE: " blueprint",
}
NAMES: Final = {noun: re.compile(f"{TAG.pattern}{ending}") for noun, ending in _ENDINGS.items()}
"""The names that runs give to each kind. Canvas numbers files and pages created twice (attachment.rb, wiki_page.rb).

Sandboxes from `python -m scopecheck sandbox create` have different ones.
"""


OURS: Final = re.compile("|".join(name.pattern for name in NAMES.values()))
"""All of these names."""


@dataclass(frozen=True)
class Swept:
    """What a sweep did, and found."""

    names: list[str]
    """Of what was removed."""
    listed: frozenset[tuple[Noun, str]]
    """Kinds of objects, each with its course or account, that the administrator's token may list."""


def sweep(client: CanvasClient, admin: CanvasClient | None, course_id: str, account_id: str, now: datetime) -> Swept:
    """Remove our old leftovers from the course, and old blueprints from its account."""
    names: list[str] = []
    _sweep(client, Noun.FILE, course_id, now, names)
    kinds = [(recipe.noun, course_id) for recipe in RECIPES]
    kinds += [(Noun.COURSE, account_id)] if IdForm.NUMBER.fits(account_id) else []
    return Swept(names, frozenset(each for each in kinds if admin and _sweep(admin, *each, now, names)))


def _sweep(client: CanvasClient, noun: Noun, home: str, now: datetime, names: list[str]) -> bool:
    """Remove what a list shows, each looked at by itself, and return whether there is a list.

    What cannot be removed is left to the next run.
    """
    kind = KINDS[noun]
    hands = Undoing(client, None, lambda: None).hands
    try:
        rows = named(hands.read, kind, home, PREFIX)
    except Unreadable:
        return False
    litter = {str(row[kind.name_key]) for row in rows if is_litter(row, kind, now)}
    # X-1.png before X.png, which would take it along unsaid.
    for name in sorted(litter, key=len, reverse=True):
        with contextlib.suppress(UndoError):
            if undo_made(MadeChange(noun, home, name), hands) is Outcome.RESTORED:
                names.append(name)
    return True


def is_litter(row: Row, kind: ObjectKind, now: datetime) -> bool:
    """Whether a row of a list is ours, of this kind, and more than a day old."""
    name = str(row.get(kind.name_key))
    made = made_at(name)
    ours = NAMES[kind.noun].fullmatch(name) is not None
    return kind.identity(row) is not None and ours and made is not None and now - made > OLD
