"""Removing what a run made, by its id or found by its name, and parting what it associated; whose token that takes."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Final

import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.journal import JournalEntry
from scopecheck.sandbox.undo.dispatch import needs_admin, undo
from scopecheck.sandbox.undo.interface import Since, UndoError
from scopecheck.sandbox.undo.made import Made
from tests.selftest.sandbox.scripted import Script, Step, put

NAME: Final = "scopecheck-20260101T000000-abcd.png"
FILE: Final = Made("/api/v1/courses/7/files", "display_name", NAME, "id", "/api/v1/files")
LIST: Final = Call("GET", FILE.collection, query=[("search_term", NAME), ("per_page", "100")])
DELETE: Final = Call("DELETE", "/api/v1/files/9")
NOT_FOUND: Final = {"errors": [{"message": "The specified resource does not exist."}]}


def made(what: Made, **more: Any) -> JournalEntry:
    """A change that made this."""
    return JournalEntry("run/1", "made", "file", {**asdict(what), **more}, "now")


KNOWN: Final = made(FILE, id="9")
PARTED: Final = put("/api/v1/courses/8/blueprint_templates/default/update_associations", {
    "course_ids_to_remove": ["7"]})  # fmt: skip
ASSOCIATION: Final = JournalEntry("run/2", "association", "blueprint", {"blueprint_id": "8", "course_id": "7"}, "now")

UNDONE: list[tuple[str, JournalEntry, list[Step]]] = [
    ("deleted", KNOWN, [(DELETE, 200, {"id": 9})]),
    ("deleted without a word", KNOWN, [(DELETE, 204, None)]),
    ("deleted before", KNOWN, [(DELETE, 404, NOT_FOUND)]),
    ("found by its name", made(FILE), [
        (LIST, 200, ["junk", {"display_name": NAME}, {"id": 8, "display_name": f"{NAME} 2"},
                     {"id": 9, "display_name": NAME}, {"id": 10, "display_name": NAME}]),
        (DELETE, 200, {"id": 9})]),
    ("with a query", made(replace(FILE, query="event=delete"), id="9"),
     [(replace(DELETE, query=[("event", "delete")]), 200, {"id": 9})]),
    ("with a query that has a value with =", made(replace(FILE, query="on=a=b"), id="9"),
     [(replace(DELETE, query=[("on", "a=b")]), 200, {"id": 9})]),
    ("an id that is a name", made(FILE, id="a page/?"), [(Call("DELETE", "/api/v1/files/a%20page%2F%3F"), 200, {})]),
    ("parted", ASSOCIATION, [(PARTED, 200, {"success": True})]),
    ("parted before, with the blueprint", ASSOCIATION, [(PARTED, 404, NOT_FOUND)]),
]  # fmt: skip


@pytest.mark.parametrize("since", Since)
@pytest.mark.parametrize(("change", "steps"), [row[1:] for row in UNDONE], ids=[row[0] for row in UNDONE])
def test_it_is_removed(change: JournalEntry, since: Since, steps: list[Step]) -> None:
    """It is gone behind the one request, whenever that is made: nobody but a run gives things such names."""
    script = Script(steps)

    assert undo(change, script.send, since) is True
    assert script.over


@pytest.mark.parametrize("rows", [[], [{"id": 8, "display_name": f"{NAME} 2"}, {"id": 9}, {"display_name": NAME}]])
def test_what_was_never_made_is_not_removed(rows: list[Any]) -> None:
    """Where no row of the list has the whole name and an id, nothing is deleted."""
    script = Script([(LIST, 200, rows)])

    assert undo(made(FILE), script.send, Since.ANYTHING) is False
    assert script.over


FAILING: list[tuple[str, JournalEntry, list[Step], str]] = [
    ("not deleted", KNOWN, [(DELETE, 403, {})], NAME),
    ("no list", made(FILE), [(LIST, 401, {})], NAME),
    ("a fault that looks like a list", made(FILE), [(LIST, 500, [])], NAME),
    ("an object for a list", made(FILE), [(LIST, 200, {"id": 9, "display_name": NAME})], NAME),
    ("not parted", ASSOCIATION, [(PARTED, 403, {})], "8"),
    ("parted without a word", ASSOCIATION, [(PARTED, 204, None)], "8"),
]


@pytest.mark.parametrize(
    ("change", "steps", "named"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING]
)  # fmt: skip
def test_what_stays_is_named(change: JournalEntry, steps: list[Step], named: str) -> None:
    """What Canvas does not remove, or does not let be looked for, is to be removed by hand."""
    script = Script(steps)

    with pytest.raises(UndoError) as refused:
        undo(change, script.send, Since.NOTHING)
    assert script.over
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("change", "admin"),
    [
        pytest.param(ASSOCIATION, True, id="an association"),
        pytest.param(made(replace(FILE, by_admin=True)), True, id="made by an administrator"),
        pytest.param(made(FILE), False, id="made by the integration"),
        pytest.param(JournalEntry("run/3", "field", "page", {}, "now"), False, id="a field"),
        pytest.param(JournalEntry("run/4", "caption", "caption", {}, "now"), False, id="a caption"),
    ],
)
def test_whose_token_it_takes(change: JournalEntry, *, admin: bool) -> None:
    """What the administrator's token made takes it again; blueprints are made by no other."""
    assert needs_admin(change) is admin
