"""What a run does with its sandbox course when the lease is another's, or nobody knows whose it is: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.model.call import Call
from scopecheck.run.plan import Plan
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.changes import FieldChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.lock import TargetBusy, TargetLock
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, report_folder, settings_for
from tests.selftest.sandbox.aging import set_back
from tests.selftest.sandbox.left_open import open_changes

TAG = "scopecheck-20260101T000000-abcd"
LONG_AGO = "2026-01-01T00:00:00+00:00"
PAGE = "/api/v1/courses/1001/pages/reading-list"
TARGET = JournalTarget(BASE, "1001")


@dataclass
class Begun:
    """A run that has locked the course, and the page that an earlier one left changed."""

    canvas: Canvas
    session: SandboxSession
    changed: str

    @property
    def untouched(self) -> bool:
        """Whether the course is as it was found."""
        return self.canvas.tables.digest() == self.changed

    @property
    def open(self) -> list[str]:
        """What is still open in the journal."""
        return [change.what for change in open_changes(self.session.settings.reports / FOLDER, TARGET)]


@contextmanager
def begun(*, leased: bool = False, **state: Any) -> Iterator[Begun]:
    """Such a run; on request another machine's is using the course."""
    canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
    if leased:
        files = canvas.tables.files
        name = LeaseName(new_tag(datetime.now(UTC)), "build-7", datetime.now(UTC) + timedelta(minutes=5))
        live = next(file for file in files.values() if file.course_id == 1001 and file.workflow_state == "processed")
        files[9001] = replace(live, id=9001, display_name=str(name), created_at=datetime.now(UTC))
    plan = Plan(new_tag(datetime.now(UTC)), "2026-01-01T00:00:00Z", patience=HASTY, transport=transport(canvas))
    with report_folder() as reports:
        settings = replace(settings_for(canvas, "exercise", ALLY, reports), lease_wait_seconds=0.0)
        client = plan.client(settings, settings.access_token, Pace(1))
        old = client.send(Call("GET", PAGE)).json["body"]
        change = FieldChange(Noun.PAGE, "1001", "reading-list", old, f"{old}<p>{TAG}</p>")
        journal = Journal(reports / FOLDER, TARGET, f"{TAG}-main")
        set_back(journal.path, LONG_AGO, journal.open("page reading-list: body", change).id)
        client.send(change.of.put_call(change.course_id, change.object_id, change.written))
        yield Begun(canvas, SandboxSession.acquire(settings, plan), canvas.tables.digest())


def test_a_course_in_use_is_left_alone() -> None:
    """The run ends, gives its lock back, and leaves to its successor what it would have restored."""
    with begun(leased=True) as run:
        with pytest.raises(TargetBusy, match="A run on build-7 is using course 1001"):
            run.session.set_up(lambda _: None)

        assert run.untouched
        assert run.open == ["page reading-list: body"]
        TargetLock(TARGET).acquire().release()


def test_an_interrupt_while_waiting_leaves_it_alone() -> None:
    """Clean-up undoes only changes in a course that the run holds."""

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    with begun(leased=True) as run:
        run.session.settings = replace(run.session.settings, lease_wait_seconds=60.0)
        with pytest.raises(KeyboardInterrupt):
            run.session.set_up(interrupted)
        run.session.clean_up(hurried=True)

        assert run.untouched
        assert run.open == ["page reading-list: body"]


def test_where_nobody_knows_nothing_is_written() -> None:
    """The run goes on, its cases only probe, and nothing is restored either."""
    with begun(faults=(Fault("502", "GET .*/1001/files$"),)) as run:
        setup = run.session.set_up(lambda _: None)
        run.session.clean_up()

        assert setup.writes_refused
        assert setup.writes_refused.startswith("whether a run on another machine is using the course could not be")
        assert run.untouched
        assert run.open == ["page reading-list: body"]


def test_a_course_that_is_free_is_restored_and_left_clean() -> None:
    """What an earlier run left is restored while the lease lies in the course, which is gone at the end."""
    with begun() as run:
        run.session.set_up(lambda _: None)
        placed = [write.path for write in run.canvas.tables.writes if write.changed]
        run.session.clean_up()

        assert placed[-2].endswith("/create_success")
        assert placed[-1] == PAGE
        assert run.canvas.tables.writes[-1].path.startswith("/api/v1/files/")
        assert run.open == []
        assert run.session.cleanup.restored == 1
        assert run.session.cleanup.failed == []


def test_a_lease_that_stays_fails_the_run() -> None:
    """It blocks others until it expires, so it is reported like every other change that could not be undone."""
    with begun(denied=frozenset({"manage_files_delete"})) as run:
        run.session.set_up(lambda _: None)
        run.session.clean_up()

        assert ["-lease-" in failure.what for failure in run.session.cleanup.failed] == [True]
