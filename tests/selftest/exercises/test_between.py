"""An answer from something between the engine and a Canvas proves nothing, and turns no other scope red."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.model.verdict import Verdict
from scopecheck.sandbox.guard import GuardError
from tests.selftest.exercises.between import Junk, Lag, OtherSoftware
from tests.selftest.exercises.sweep import SCOPES, sweep

FOREIGN: list[Any] = [{"status": "ok"}, []]
"""What other software answers with a 200."""
WRITES = tuple(scope for scope in SCOPES if scope.startswith(("url:PUT", "url:DELETE", "url:POST")))
CAPTIONS = "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks"
READ_FILE, DELETE_FILE = "url:GET|/api/v1/courses/:course_id/files/:id", "url:DELETE|/api/v1/files/:id"


def where(scope: str) -> str:
    """The pattern of the calls that a scope allows."""
    verb, path = scope.removeprefix("url:").split("|")
    segments = ["[^/]+" if segment.startswith(":") else segment for segment in path.split("/")]
    return f"{verb} {'/'.join(segments)}"


@pytest.mark.parametrize("scope", [scope for scope in WRITES if scope != CAPTIONS])
@pytest.mark.parametrize("body", FOREIGN, ids=repr)
def test_a_foreign_success_is_no_write(scope: str, body: Any) -> None:
    """A write that other software answers with its own JSON is unproved, and turns no other scope red."""
    found = sweep(between=lambda canvas: OtherSoftware(canvas, where(scope), body))

    assert found.not_granted() == {scope: (Verdict.UNPROVED, "not-canvas-answering")}


def test_a_misdirected_success_is_no_write() -> None:
    """An answer of Canvas that belongs to another call is unproved too."""
    scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
    found = sweep(between=lambda canvas: OtherSoftware(canvas, where(scope), {"status": "ok"}, signed=True))

    assert found.not_granted() == {scope: (Verdict.UNPROVED, "unexpected-answer")}


@pytest.mark.parametrize("body", FOREIGN, ids=repr)
def test_a_foreign_read_turns_no_write_red(body: Any) -> None:
    """Uploading and deleting a file do not depend on what answers when the file is read."""
    found = sweep(between=lambda canvas: OtherSoftware(canvas, where(READ_FILE), body))

    assert found.not_granted() == {READ_FILE: (Verdict.UNPROVED, "not-canvas-answering")}
    assert found.untouched


def test_a_foreign_success_is_no_probe() -> None:
    """A probe that must succeed is not proved by an object that any software might return."""
    scope = "url:GET|/api/v1/accounts"
    found = sweep("probe", between=lambda canvas: OtherSoftware(canvas, where(scope), {"status": "ok"}))

    assert found.not_granted() == {scope: (Verdict.UNPROVED, "not-canvas-answering")}


@pytest.mark.parametrize("body", FOREIGN, ids=repr)
def test_a_course_that_is_no_course_is_not_written_to(body: Any) -> None:
    """If other software answers for the sandbox course, the run goes on without writing."""
    found = sweep(between=lambda canvas: OtherSoftware(canvas, "GET /api/v1/courses/1001", body))

    assert found.setup.writes_refused is not None
    assert found.setup.writes_refused.startswith("the sandbox course could not be read")
    assert set(found.not_granted()) == {"url:GET|/api/v1/courses/:id"}
    assert found.untouched


def test_a_course_under_another_id_is_named() -> None:
    """The guard names the ID that Canvas returns, which is the one to set."""
    other = {"id": 10000000001002, "name": "Ally sandbox"}
    with pytest.raises(GuardError, match="Set CANVAS_SANDBOX_COURSE_ID=10000000001002, if that is the course"):
        sweep(
            between=lambda canvas: OtherSoftware(canvas, "GET /api/v1/courses/1001", other, signed=True),
            settings={"course_name": "Ally sandbox"},
        )


def test_a_gateway_refusal_is_not_canvas_s() -> None:
    """A gateway's 400 says nothing about the scope or the content."""
    scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
    found = sweep(between=lambda canvas: OtherSoftware(canvas, where(scope), {"message": "Bad request"}, 400))

    assert found.not_granted() == {scope: (Verdict.UNPROVED, "not-canvas-answering")}
    assert found.untouched


@pytest.mark.parametrize("reads", [1, 2])
def test_a_lagging_replica_is_waited_for(reads: int) -> None:
    """If a read still shows the state before the write, it is repeated."""
    found = sweep(between=lambda canvas: Lag(canvas, reads))

    assert found.not_granted() == {}
    assert found.untouched


def test_what_never_shows_was_not_written() -> None:
    """A write that no read shows is without effect, even though Canvas accepted it."""
    found = sweep(between=lambda canvas: Lag(canvas, 99), only=(DELETE_FILE,))

    assert found.not_granted() == {DELETE_FILE: (Verdict.MISCONFIGURED, "write-without-effect")}


JUNK: list[tuple[str, Any]] = [
    ("url", ""),
    ("url", ".."),
    ("url", "a/b"),
    ("url", "\ud800"),
    ("body", "\ud800"),
    ("syllabus_body", []),
    ("workflow_state", []),
    ("submission_types", [[]]),
    ("display_name", 7),
    ("upload_url", 7),
    ("file_param", 7),
    ("media_id", 7),
    ("title", []),
    ("locale", []),
    ("media_tracks", [None]),
    ("media_tracks", None),
]


@pytest.mark.parametrize(("key", "value"), JUNK, ids=map(repr, JUNK))
def test_junk_is_no_crash_and_no_harm(key: str, value: Any) -> None:
    """A value that Canvas would not give ends no run, makes no scope missing, and leaves no change behind.

    Above all it costs no captions: Canvas deletes each locale that a write does not list. What is not shown under our
    name, or not at all, as half a surrogate pair makes the list unreadable, stays, and is open in the journal.
    """
    found = sweep(between=lambda canvas: Junk(canvas, key, value))
    # What does not show at all is made once more before it is said not to be granted.
    files = 2 if key == "display_name" else int((key, value) == ("url", "\ud800"))
    stays = ["file scopecheck-20260101T000000-abcd.png"] * files

    assert Verdict.MISSING not in found.verdicts().values()
    assert found.untouched is not bool(stays)
    assert found.still_open == stays
