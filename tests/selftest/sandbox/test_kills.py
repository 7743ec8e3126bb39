"""A run that is killed at any of its writes leaves nothing changed once the next command has run.

That command is mostly `restore`, in this process to save time; a few kills are followed by a whole second run, which
does the same before anything else.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.selftest.endtoend.runs import finish, run, start
from tests.selftest.sandbox.killing import kill_at, restore, to, worker_behind
from tests.selftest.sandbox.watching import Moment, watching

WRITES: Final = 26
"""The writes of a whole run, including harmless ones; `test_these_are_all_writes` counts them."""

EACH: Final = range(1, WRITES + 1)

PAGE: Final = "PUT .*/pages/"

ADMINISTRATORS: Final = [
    ("POST .*/1001/pages$", 1, Moment.AFTER, "0"),
    ("POST .*/1001/files$", 2, Moment.AFTER, "0"),
    ("POST .*/accounts/11/courses$", 1, Moment.AFTER, "4"),
    ("PUT .*/update_associations$", 1, Moment.BEFORE, "0"),
    ("PUT .*/update_associations$", 1, Moment.AFTER, "0"),
    (PAGE, 1, Moment.AFTER, "4"),
    ("PUT .*/update_associations$", 2, Moment.AFTER, "0"),
    ("DELETE .*/quizzes/", 1, Moment.BEFORE, "0"),
    ("DELETE .*/pages/", 1, Moment.AFTER, "0"),
]
"""Writes to what the administrator's token creates: when the run is killed, and with how many workers."""

by_name = pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name)


@pytest.mark.parametrize("workers", ["0", "4"])
def test_these_are_all_writes(reports: Path, workers: str) -> None:
    """A whole run makes exactly as many writes as the other tests kill it at."""
    with watching() as canvas:
        found = run(reports, "-n", workers, settings=to(canvas))

    assert found.code == 0, found.output
    assert len([seen for seen in canvas.seen if seen.writes]) == WRITES


@by_name
@pytest.mark.parametrize("number", EACH)
def test_killed_at_a_write(reports: Path, number: int, moment: Moment) -> None:
    """`restore` brings the content back to what it was before, whether the write was applied or not."""
    kill_and_restore(reports, number, moment, workers="0")


@pytest.mark.parametrize("number", EACH)
def test_killed_at_a_write_of_four_workers(reports: Path, number: int) -> None:
    """The same while other workers are writing; to save time, the moment alternates from write to write."""
    kill_and_restore(reports, number, list(Moment)[number % 2], workers="4")


def kill_and_restore(reports: Path, number: int, moment: Moment, workers: str) -> None:
    """Kill a run at its `number`-th write, and restore what it left."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold(number=number, moment=moment), canvas, reports, "-n", workers, settings=to(canvas))
        ran = restore(reports, to(canvas))

        assert ran.code == 0, ran.words
        assert canvas.content == before


@pytest.mark.parametrize(("number", "workers"), [(4, "0"), (9, "4"), (13, "0"), (19, "4")])
def test_killed_and_run_again(reports: Path, number: int, workers: str) -> None:
    """The same command again restores what the first one left, is all green, and leaves nothing changed."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(number=number, moment=Moment.AFTER)
        kill_at(held, canvas, reports, "-n", workers, settings=to(canvas))
        found = run(reports, "-n", workers, settings=to(canvas))

        assert canvas.content == before
    assert found.code == 0, found.output
    assert {row["proof"] for row in found.document["scopes"]} == {"exercised"}


@pytest.mark.parametrize(("match", "number", "moment", "workers"), ADMINISTRATORS)
def test_killed_with_created_objects(reports: Path, match: str, number: int, moment: Moment, workers: str) -> None:
    """What the administrator's token had created so far, or was removing, is gone after the second run."""
    with watching(blueprint=False) as canvas:
        before = canvas.content
        settings = to(canvas, admin=True)
        kill_at(canvas.hold(match, number, moment), canvas, reports, "-n", workers, settings=settings)
        found = run(reports, "-n", "0", settings=settings)

        assert canvas.content == before
    assert found.code == 0, found.output
    assert found.document["cleanup"]["failed"] == []


@by_name
def test_killed_while_restoring(reports: Path, moment: Moment) -> None:
    """If a run is killed while it restores what another one left, the next command finishes the job."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold(PAGE, moment=Moment.AFTER), canvas, reports, "-n", "0", settings=to(canvas))
        kill_at(canvas.hold(PAGE, moment=moment), canvas, reports, "-n", "0", settings=to(canvas))
        assert restore(reports, to(canvas)).code == 0

        assert canvas.content == before


def test_a_write_takes_effect_after_the_restore(reports: Path) -> None:
    """If a request takes effect after everything looked right, the next command undoes it."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE)
        kill_at(held, canvas, reports, "-n", "0", settings=to(canvas))
        early = restore(reports, to(canvas))

        assert early.code == 0
        assert "Not visible yet: page reading-list: body." in early.words
        canvas.land(held)
        assert canvas.content != before
        assert "Restored: page reading-list: body" in restore(reports, to(canvas)).words
        assert canvas.content == before


def test_somebody_was_quicker(reports: Path) -> None:
    """If somebody has already restored the old text by hand, there is nothing left to do, and `restore` says so."""
    with watching() as canvas:
        page = canvas.canvas.tables.pages[3002]
        old = page.body
        kill_at(canvas.hold(PAGE, moment=Moment.AFTER), canvas, reports, "-n", "0", "-k", "pages", settings=to(canvas))
        page.body = old
        journal = next(reports.glob("journal/*/*-main.jsonl"))
        journal.write_text(re.sub(r'"at":"[^"]*"', '"at":"2026-01-01T00:00:00+00:00"', journal.read_text("utf-8")))
        ran = restore(reports, to(canvas))

        assert ran.code == 0
        assert ran.out.startswith("Nothing had to be restored: everything listed in the journal was restored already")
    assert not (reports / "journal").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds a worker's process in /proc")
def test_a_write_takes_effect_after_its_worker_crashed(reports: Path) -> None:
    """The run that outlived its worker says that the write may still take effect, and the next run undoes it."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE)
        process = start(reports, "-n", "2", settings=to(canvas))
        os.kill(worker_behind(held.wait().path, reports, canvas), signal.SIGKILL)
        held.drop()
        crashed = finish(process, reports)
        canvas.land(held)
        found = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert crashed.code == 1, crashed.output
    assert "Note: May still take effect; the next run checks again:" in crashed.output
    assert found.code == 0, found.output
    assert "Restored after an earlier run: page reading-list: body" in " ".join(found.output.split())
