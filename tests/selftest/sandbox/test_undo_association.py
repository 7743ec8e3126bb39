"""Detaching a course from a blueprint of the run: nothing but that blueprint is written to."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.model.call import Call
from scopecheck.sandbox.changes import AssociationChange
from scopecheck.sandbox.undo.dispatch import undo
from scopecheck.sandbox.undo.interface import Outcome, UndoError
from tests.selftest.sandbox.scripted import NOT_FOUND, Script, Step, put

TAG: Final = "scopecheck-20260101T000000-abcd"
CHANGE: Final = AssociationChange("8", "7")
TEMPLATE: Final = "/api/v1/courses/8/blueprint_templates/default"
LOOK: Final = Call("GET", "/api/v1/courses/8", query=[("include[]", "syllabus_body"), ("include[]", "term")])
LIST: Final = Call("GET", f"{TEMPLATE}/associated_courses", query=[("per_page", "100")])
REMOVE: Final = put(f"{TEMPLATE}/update_associations", {"course_ids_to_remove": ["7"]})
DONE: Final = {"success": True}


def course(name: str = f"{TAG} blueprint", number: Any = 8) -> dict[str, Any]:
    """A course as Canvas shows it."""
    return {"id": number, "name": name, "account_id": 3}


SEEN: Final[list[Step]] = [(LOOK, 200, course()), (LIST, 200, [{"id": 7}])]
ENDS: list[tuple[str, Outcome, list[Step]]] = [
    ("it is removed", Outcome.RESTORED, [*SEEN, (REMOVE, 200, DONE), (LIST, 200, [])]),
    ("it is gone, whatever was answered", Outcome.RESTORED, [*SEEN, (REMOVE, 502, None), (LIST, 200, [{"id": 6}])]),
    ("it cannot be listed, but Canvas says so", Outcome.RESTORED,
     [(LOOK, 200, course()), (LIST, 403, {}), (REMOVE, 200, DONE), (LIST, 403, {})]),
    ("it was removed before", Outcome.ABSENT, [(LOOK, 200, course()), (LIST, 200, [{"id": 6}])]),
    ("the blueprint has vanished", Outcome.ABSENT, [(LOOK, 404, NOT_FOUND), (LOOK, 404, NOT_FOUND)]),
    ("the blueprint is deleted", Outcome.ABSENT, [(LOOK, 200, {**course(), "workflow_state": "deleted"})]),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "steps"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_it_ends(outcome: Outcome, steps: list[Step]) -> None:
    """The list of associated courses decides, before and after."""
    script = Script(steps)

    assert undo(CHANGE, script.hands) is outcome
    assert script.over


LEFT: list[tuple[str, list[Step]]] = [
    ("somebody else's blueprint", [(LOOK, 200, course("Template for all courses"))]),
    ("one with our name in it", [(LOOK, 200, course(f"Copy of {TAG} blueprint"))]),
    ("one that is called like ours and more", [(LOOK, 200, course(f"{TAG} blueprint 2"))]),
    ("another course's record", [(LOOK, 200, course(number=1003))] * 2),
    ("an outage", [(LOOK, 502, None)]),
    ("still associated", [*SEEN, (REMOVE, 200, DONE), (LIST, 200, [{"id": 7}])]),
    (
        "an error that says 200",
        [(LOOK, 200, course()), (LIST, 403, {}), (REMOVE, 200, {"errors": []}), (LIST, 403, {})],
    ),
    ("an empty list that says 200", [(LOOK, 200, course()), (LIST, 403, {}), (REMOVE, 200, []), (LIST, 403, {})]),
    ("204", [(LOOK, 200, course()), (LIST, 403, {}), (REMOVE, 204, None), (LIST, 403, {})]),
]


@pytest.mark.parametrize("steps", [row[1] for row in LEFT], ids=[row[0] for row in LEFT])
def test_what_stays_is_told(steps: list[Step]) -> None:
    """Nothing is written to what is not certainly the run's blueprint, and no answer alone is believed."""
    script = Script(steps)

    with pytest.raises(UndoError, match="Remove it in Canvas"):
        undo(CHANGE, script.hands)
    assert script.over
