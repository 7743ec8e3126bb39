"""The sweep removes leftovers of old runs, and nothing else.

Only the name counts: it must be exactly one that a run gives, with a tag more than a day old.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.sandbox.provisioning import RECIPES, made_course, made_file
from scopecheck.sandbox.tag import PREFIX, TAG, made_at
from scopecheck.sandbox.undo.made import Made
from scopecheck.transport.client import CanvasClient

OLD: Final = timedelta(days=1)

_NOUNS: Final = "|".join([*(recipe.noun for recipe in RECIPES), "blueprint"])
OURS: Final = re.compile(rf"{TAG.pattern}(?:(?:-renamed|-kept)?\.png| (?:{_NOUNS}))")
"""The names that runs give; sandboxes from `python -m scopecheck sandbox create` have different ones."""


def sweep(
    client: CanvasClient, admin: CanvasClient | None, course_id: str, account_id: str, now: datetime
) -> list[str]:
    """Remove our old leftovers from the course, and old blueprints from its account; returns the names removed."""
    swept = list(_sweep(client, made_file(course_id, ".png"), now))
    if admin:
        for recipe in RECIPES:
            swept += _sweep(admin, recipe.made(course_id, ""), now)
        swept += _sweep(admin, made_course(account_id, " blueprint"), now)
    return swept


def _sweep(client: CanvasClient, kind: Made, now: datetime) -> Iterator[str]:
    """Remove the litter of this kind; `kind.name` is the ending that all names of the kind share."""
    listed = client.send(Call("GET", kind.collection, query=[("search_term", PREFIX), ("per_page", "100")]))
    rows = listed.json if read(listed) is Reading.OK and isinstance(listed.json, list) else []
    for row in rows:
        if is_litter(row, kind, now) and read(client.send(kind.removal(str(row[kind.id_key])))) is Reading.OK:
            yield str(row[kind.name_key])


def is_litter(row: Any, kind: Made, now: datetime) -> bool:
    """Whether a row of a list is ours, of this kind, and more than a day old."""
    if not isinstance(row, dict) or kind.id_key not in row:
        return False
    name = str(row.get(kind.name_key))
    made = made_at(name)
    ours = bool(OURS.fullmatch(name)) and name.endswith(kind.name)
    return ours and made is not None and now - made > OLD
