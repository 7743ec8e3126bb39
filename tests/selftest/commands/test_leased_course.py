"""Commands that write to a sandbox course which a run on another machine is using, and bundles that show its lease."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scopecheck.bundle.stand_ins import StandIns
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.records import Course
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.sandbox.lease_name import LeaseName
from tests.selftest.commands.running import run
from tests.selftest.commands.sandboxing import made_long_ago, sandbox
from tests.selftest.commands.test_restore_command import OLD, WRITTEN, body, canvas, killed_run

TAG = "scopecheck-20260101T000000-abcd"

__all__ = ["canvas"]


def lease(at: EmbeddedCanvas, course_id: int, lasts: timedelta = timedelta(minutes=5)) -> LeaseName:
    """Place another machine's lease in a course."""
    name = LeaseName(TAG, "build-7", datetime.now(UTC).replace(microsecond=0) + lasts)
    tables = at.tables
    pattern = next(file for file in tables.files.values() if file.workflow_state == "processed")
    number = tables.next_id()
    tables.files[number] = replace(
        pattern, id=number, course_id=course_id, display_name=str(name), created_at=datetime.now(UTC)
    )
    return name


def live(at: EmbeddedCanvas) -> list[str]:
    """The names of the leases in all courses."""
    return [each.display_name for each in at.tables.files.values()
            if each.workflow_state == "processed" and "-lease-" in each.display_name]  # fmt: skip


class TestRestore:
    """`restore` is one more run at the course."""

    def test_it_leaves_the_course_to_the_run(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Exit code 4, with machine and time, and nothing is changed."""
        monkeypatch.setenv("CANVAS_LEASE_WAIT_SECONDS", "0")
        killed_run(canvas, tmp_path)
        name = lease(canvas, 1001)
        ran = run(tmp_path, "restore")

        assert ran.code == 4
        assert f"A run on build-7 is using course 1001 on {canvas.url}; nothing was changed." in ran.words
        assert f"{name.expires:%Y-%m-%d %H:%M:%S} UTC" in ran.words
        assert body(canvas) == WRITTEN

    def test_it_takes_its_own(self, canvas: EmbeddedCanvas, tmp_path: Path) -> None:
        """Once the course is free; it leaves none there, and removes one that has expired."""
        killed_run(canvas, tmp_path)
        lease(canvas, 1001, timedelta(seconds=-1))
        ran = run(tmp_path, "restore")
        uploads = [each for each in canvas.tables.writes if each.path == "/api/v1/courses/1001/files"]

        assert ran.code == 0
        assert "Restored: page reading-list: body" in ran.out
        assert "Removed leases of runs that have ended:" in ran.out
        assert body(canvas) == OLD
        assert len(uploads) == 1
        assert live(canvas) == []

    def test_it_does_nothing_where_nobody_knows(
        self, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If the files cannot be listed, a run may be using the course."""
        monkeypatch.setenv("CANVAS_LEASE_WAIT_SECONDS", "0")
        killed_run(canvas, tmp_path)
        handle = canvas.canvas.handle

        def fail(request: Request) -> Response | Broken:
            return Broken() if request.path.endswith("/1001/files") else handle(request)

        monkeypatch.setattr(canvas.canvas, "handle", fail)
        ran = run(tmp_path, "restore")

        assert ran.code == 1
        assert "Nothing was restored: whether a run on another machine is using the course could not" in ran.words
        assert body(canvas) == WRITTEN


class TestRemove:
    """`sandbox remove` deletes the course with all that is in it."""

    def made(self, administered: EmbeddedCanvas) -> Course:
        """A sandbox."""
        return made_long_ago(administered)[1]

    def test_a_course_in_use_is_kept(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """Exit code 4, with machine and time."""
        course = self.made(administered)
        name = lease(administered, course.id)
        before = administered.tables.digest()
        ran = sandbox(tmp_path, "remove", "--yes")

        assert ran.code == 4
        assert f"A run on build-7 is using course {course.id}" in ran.words
        assert f"{name.expires:%Y-%m-%d %H:%M:%S} UTC" in ran.words
        assert administered.tables.digest() == before

    def test_an_expired_lease_goes_with_it(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """A lease is nobody's content."""
        lease(administered, self.made(administered).id, timedelta(seconds=-1))

        assert "not created by the scope check" not in sandbox(tmp_path, "status").out
        assert sandbox(tmp_path, "remove", "--yes").code == 0


def test_a_bundle_shows_no_machine() -> None:
    """A lease keeps its form, since a replay must not take it for somebody's file; its machine gets a stand-in."""
    stand_ins = StandIns(b"key", "https://canvas.test", TAG, frozenset())
    names = [f"{TAG}-lease-{host}-until-20260101T001500Z.png" for host in ("zoes-laptop", "zoes-laptop", "build-7")]
    shown = [LeaseName.parse(stand_ins.name(name)) for name in names]

    assert shown[0] == shown[1] != shown[2]
    assert "zoes-laptop" not in str(shown)
    assert {name.tag for name in shown if name} == {TAG}
