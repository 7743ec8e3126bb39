"""What the guard makes of each course that may answer, without a run: write, write nothing, or end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from scopecheck.config.settings import Settings
from scopecheck.model.call import Call
from scopecheck.sandbox.guard import GuardError, course_call, guard
from tests.selftest.exercises.sweep import ALLY
from tests.selftest.sandbox.leaving import leaving
from tests.selftest.sandbox.scripted import answer

NAME: Final = "Sandbox"
RIGHT: Final[dict[str, Any]] = {
    "id": 1001, "name": NAME, "workflow_state": "available", "blueprint": False, "total_students": 0, "term": {},
}  # fmt: skip
UNTOLD: Final = {key: value for key, value in RIGHT.items() if key not in {"total_students", "term"}}
NOT_FOUND: Final = {"errors": [{"message": "The specified resource does not exist."}]}


def guarded(status: int, body: Any, *, course_id: str = "1001", allow_students: bool = False) -> str | None:
    """What the guard says of an answer."""
    settings = Settings(ALLY, "exercise", Path(), "https://canvas.test", course_id=course_id, course_name=NAME)
    return guard(answer(Call("GET", "/"), status, body), settings, allow_students=allow_students)


@pytest.mark.parametrize("state", ["available", "unpublished"])
def test_the_call_asks_for_all_that_the_guard_goes_by(tmp_path: Path, state: str) -> None:
    """One reading brings the students, the syllabus and the term besides the course itself (courses_controller.rb)."""
    with leaving(tmp_path / "reports", course_state=state, active_students=2) as left:
        course = left.client.send(course_call("1001")).json

    assert course_call("1001").method == "GET"
    assert (course["id"], course["workflow_state"], course["total_students"]) == (1001, state, 2)
    assert {"syllabus_body", "term"} <= set(course)


WRITABLE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("right", RIGHT, {}),
    ("unpublished", {**RIGHT, "workflow_state": "unpublished"}, {}),
    ("by another id of the same", {**RIGHT, "id": 10000000001001}, {"course_id": "sis_course_id:S1"}),
    ("by its short global id", RIGHT, {"course_id": "1~1001"}),
    ("by its global id", RIGHT, {"course_id": "10000000001001"}),
    ("students allowed", {**RIGHT, "total_students": 3}, {"allow_students": True}),
    ("students allowed and not told", UNTOLD, {"allow_students": True}),
    ("students not told, other includes are", {**UNTOLD, "term": {}}, {}),
    ("students not told, unpublished", {**UNTOLD, "workflow_state": "unpublished"}, {}),
    ("students null, other includes are told", {**RIGHT, "total_students": None}, {}),
]


@pytest.mark.parametrize(("course", "more"), [row[1:] for row in WRITABLE], ids=[row[0] for row in WRITABLE])
def test_written_to(course: dict[str, Any], more: dict[str, Any]) -> None:
    """The course that the settings name, without students unless they are allowed, may be written to."""
    assert guarded(200, course, **more) is None


UNREADABLE: list[tuple[str, int, Any]] = [
    ("students not told", 200, UNTOLD),
    ("students null", 200, {**UNTOLD, "total_students": None}),
    ("not permitted", 403, {"status": "unauthorized", "errors": [{"message": "no"}]}),
    ("no scope", 401, {"errors": [{"message": "Insufficient scopes on access token."}]}),
    ("a fault with the course in it", 500, RIGHT),
    ("a list", 200, [RIGHT]),
    ("no id", 200, {key: value for key, value in RIGHT.items() if key != "id"}),
    ("a gateway's 404", 404, {"message": "no route"}),
]


@pytest.mark.parametrize(("status", "body"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_not_written_to(status: int, body: Any) -> None:
    """Where it cannot be read, or a published course's students cannot be counted, the run goes on without writing."""
    why = guarded(status, body)

    assert why is not None
    assert "course" in why


REFUSED: list[tuple[str, int, Any, dict[str, Any]]] = [
    ("no course", 404, NOT_FOUND, {}),
    ("another name", 200, {**RIGHT, "name": "Biology"}, {}),
    ("a name in other case", 200, {**RIGHT, "name": NAME.upper()}, {}),
    ("no name", 200, {"id": 1001}, {}),
    ("another course of this name", 200, {**RIGHT, "id": 1002}, {}),
    ("another course by its short global id", 200, {**RIGHT, "id": 1002}, {"course_id": "1~1001"}),
    ("concluded", 200, {**RIGHT, "workflow_state": "completed"}, {}),
    ("deleted", 200, {**RIGHT, "workflow_state": "deleted"}, {}),
    ("a blueprint", 200, {**RIGHT, "blueprint": True}, {}),
    ("one student", 200, {**RIGHT, "total_students": 1}, {}),
    ("one student, unpublished", 200, {**RIGHT, "total_students": 1, "workflow_state": "unpublished"}, {}),
    ("a blueprint, students allowed", 200, {**RIGHT, "blueprint": True}, {"allow_students": True}),
    ("concluded, students allowed", 200, {**RIGHT, "workflow_state": "completed"}, {"allow_students": True}),
]


@pytest.mark.parametrize(("status", "body", "more"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(status: int, body: Any, more: dict[str, Any]) -> None:
    """Another course, or one that must not be written to, ends the run; the setting to correct is named."""
    with pytest.raises(GuardError) as refused:
        guarded(status, body, **more)
    assert "1001" in str(refused.value)
    assert "CANVAS_SANDBOX_COURSE_" in str(refused.value)
