"""The guard ends the run before its first write if the course must not be written to, and says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.selftest.endtoend.runs import Finished, run
from tests.selftest.sandbox.killing import to
from tests.selftest.sandbox.watching import Watched, watching

NAME: Final = "Ally scope check sandbox"

REFUSED: Final[list[tuple[str, dict[str, Any], dict[str, str], str]]] = [
    ("another name", {}, {"CANVAS_SANDBOX_COURSE_NAME": "Sandbox"},
     f"Course 1001 is named '{NAME}', but CANVAS_SANDBOX_COURSE_NAME is 'Sandbox'; nothing was written."),
    ("a name that differs in case", {}, {"CANVAS_SANDBOX_COURSE_NAME": NAME.lower()},
     f"Course 1001 is named '{NAME}', but CANVAS_SANDBOX_COURSE_NAME is '{NAME.lower()}'; nothing was written."),
    ("another course's ID", {}, {"CANVAS_SANDBOX_COURSE_ID": "1003"},
     f"Course 1003 is named 'Introduction to Biology', but CANVAS_SANDBOX_COURSE_NAME is '{NAME}'; nothing"),
    ("no such course", {}, {"CANVAS_SANDBOX_COURSE_ID": "999"}, "There is no course 999 on http://127.0.0.1"),
    ("concluded", {"course_state": "completed"}, {}, "Course 1001 is completed; nothing was written."),
    ("deleted", {"course_state": "deleted"}, {}, "There is no course 1001 on http://127.0.0.1"),
    ("a blueprint", {"sandbox_is_blueprint": True}, {}, "Course 1001 is a blueprint, so changes would spread to"),
    ("students", {"course_state": "available", "active_students": 3}, {}, "Course 1001 has active students (3)"),
    ("students in an unpublished course", {"active_students": 3}, {}, "Course 1001 has active students (3); nothing"),
]  # fmt: skip

REASONED: Final = (
    "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id",
    "url:PUT|/api/v1/courses/:course_id/assignments/:id",
    "url:POST|/api/v1/courses/:course_id/files",
    "url:PUT|/api/v1/media_objects/:media_object_id",
    "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks",
)
"""Scopes whose exercises have no other reason to stop before they find that nothing may be written."""


@pytest.mark.parametrize(("state", "settings", "said"), [pytest.param(*rest, id=name) for name, *rest in REFUSED])
def test_refused(reports: Path, state: dict[str, Any], settings: dict[str, str], said: str) -> None:
    """Exit code 4, one message, and no write in the server's log, not even the administrator's."""
    with watching(**state) as canvas:
        found = run(reports, "-n", "0", settings={**to(canvas, admin=True), **settings})

    assert found.code == 4, found.output
    assert found.output.count("Sandbox guard: ") == 1
    assert said in " ".join(found.output.split())
    assert "Traceback" not in found.output
    assert [seen for seen in canvas.seen if seen.writes] == []


def test_students_allowed(reports: Path) -> None:
    """With `--allow-students`, a course with students is written to and restored."""
    with watching(course_state="available", active_students=3) as canvas:
        before = canvas.content
        found = run(reports, "-n", "0", "--allow-students", settings=to(canvas))

        assert canvas.content == before
    assert found.code == 0, found.output
    assert proofs(found) == {"exercised"}


def test_a_published_course_whose_students_cannot_be_counted(reports: Path) -> None:
    """If Canvas ignores include[], students cannot be ruled out: nothing is written, and every case says why."""
    with watching(course_state="available", allow_includes=False) as canvas:
        found = run(reports, "-n", "0", settings=to(canvas))

    assert_only_probed(canvas, found, "did not say whether the published sandbox course has students")


def test_a_course_that_cannot_be_read(reports: Path) -> None:
    """Without the scope to read the course, the guard cannot check it, so nothing is written."""
    read_course = "url:GET|/api/v1/courses/:id"
    with watching(missing_on_token=frozenset({read_course})) as canvas:
        found = run(reports, "-n", "0", settings=to(canvas))

    assert set(found.not_granted) == {read_course}
    assert_only_probed(canvas, found, "the sandbox course could not be read before the first write")


def assert_only_probed(canvas: Watched, found: Finished, reason: str) -> None:
    """No write changed anything, and every scope that writes was probed, those in REASONED for this reason."""
    assert canvas.changes == []
    writes = [row for row in found.document["scopes"] if not row["scope"].startswith("url:GET")]
    assert {row["proof"] for row in writes} == {"probed"}
    for scope in REASONED:
        assert reason in next(row["message"] for row in writes if row["scope"] == scope)


def proofs(found: Finished) -> set[str]:
    """The proofs of all scopes."""
    return {row["proof"] for row in found.document["scopes"]}
