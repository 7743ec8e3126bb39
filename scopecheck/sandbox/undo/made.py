"""One object that a run created, and how it is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.sandbox.undo.interface import Send, Since, UndoError


@dataclass(frozen=True)
class Made:
    """One object that a run created, as a journal entry of kind `made` describes it.

    It appears in the list `collection` with its name in the member `name_key` and its id in the member `id_key`;
    `delete` is the path of its DELETE without the id. `by_admin` says whether the administrator's token creates and
    deletes it.
    """

    collection: str
    name_key: str
    name: str
    id_key: str
    delete: str
    query: str = ""
    """The DELETE's query, as `key=value`."""
    by_admin: bool = False
    id: str | None = None
    """None until Canvas has assigned it."""

    def removal(self, made_id: str) -> Call:
        """The request that deletes it."""
        key, _, value = self.query.partition("=")
        return Call("DELETE", f"{self.delete}/{quote(made_id, safe='')}", query=[(key, value)] if key else ())


def undo_made(data: Mapping[str, Any], send: Send, _since: Since) -> bool:
    """Delete it and return whether it was created at all. Raises UndoError."""
    made = Made(**data)
    made_id = made.id or _id_of(made, send)
    if made_id is None:
        return False
    answer = send(made.removal(made_id))
    if read(answer) not in {Reading.OK, Reading.NOT_FOUND, Reading.EMPTY}:
        raise UndoError(f"Canvas did not delete {made.name} ({answer.says()}). Delete it by hand.")
    return True


def _id_of(made: Made, send: Send) -> str | None:
    answer = send(Call("GET", made.collection, query=[("search_term", made.name), ("per_page", "100")]))
    if read(answer) is not Reading.OK or not isinstance(answer.json, list):
        raise UndoError(
            f"{made.collection} cannot be listed ({answer.says()}). Delete {made.name} by hand, if it exists."
        )
    rows = (row for row in answer.json if isinstance(row, dict) and made.id_key in row)
    return next((str(row[made.id_key]) for row in rows if row.get(made.name_key) == made.name), None)
