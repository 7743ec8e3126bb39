"""A run that is killed at any of its writes leaves nothing changed once the next command has run.

That command is mostly `restore`, in this process to save time; a few kills are followed by a whole second run, which
does the same before anything else. Within two minutes of a kill, its requests may still take effect, which makes the
exit code 1; so most journals are made old first.
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
from tests.selftest.sandbox.aging import make_old
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
        make_old(reports)
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
        make_old(reports)
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
        make_old(reports)
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
        make_old(reports)
        assert restore(reports, to(canvas)).code == 0

        assert canvas.content == before


def test_a_write_takes_effect_after_the_restore(reports: Path) -> None:
    """If a request takes effect after everything looked right, the next command undoes it, until nothing can land."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE)
        kill_at(held, canvas, reports, "-n", "0", settings=to(canvas))
        early = restore(reports, to(canvas))

        assert early.code == 1
        assert "Not certain yet: page reading-list: body." in early.words
        canvas.land(held)
        assert canvas.content != before
        later = restore(reports, to(canvas))
        assert "Not certain yet: page reading-list: body." in later.words
        assert canvas.content == before
        make_old(reports)
        last = restore(reports, to(canvas))
        assert (last.code, canvas.content) == (0, before)
        assert "Nothing had to be restored: page reading-list: body" in last.words
    assert not (reports / "journal").exists()


def test_the_run_after_a_kill_tells_what_is_not_certain(reports: Path) -> None:
    """It is green otherwise, ends with exit code 1, and the run that settles it says so and is judged normally."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold(PAGE, moment=Moment.AFTER), canvas, reports, "-n", "0", settings=to(canvas))
        first = run(reports, "-n", "0", settings=to(canvas))
        make_old(reports)
        second = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert first.not_granted == {}
    assert first.code == 1, first.output
    assert second.code == 0, second.output
    told = " ".join(second.output.split())
    open_then = "Left open by an earlier run, and by now known not to have taken effect: "
    assert re.search(f"{open_then}.*page reading-list: body", told), told


def test_the_next_run_is_in_another_folder(reports: Path, tmp_path: Path) -> None:
    """It finds the journal of the killed one all the same, and is judged normally."""
    with watching() as canvas:
        before = canvas.content
        kill_at(canvas.hold(PAGE, moment=Moment.AFTER), canvas, reports, "-n", "2", settings=to(canvas))
        make_old(reports)
        found = run(tmp_path / "others", "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert found.code == 0, found.output
    assert re.search("Restored after an earlier run: .*page reading-list: body", " ".join(found.output.split()))
    assert not (reports / "journal").exists()
    assert [path for path in Path(os.environ["XDG_STATE_HOME"]).rglob("*") if path.is_file()] == []


def test_somebody_was_quicker(reports: Path) -> None:
    """If somebody has already restored the old text by hand, there is nothing left to do, and `restore` says so."""
    with watching() as canvas:
        page = canvas.canvas.tables.pages[3002]
        old = page.body
        kill_at(canvas.hold(PAGE, moment=Moment.AFTER), canvas, reports, "-n", "0", "-k", "pages", settings=to(canvas))
        page.body = old
        make_old(reports)
        ran = restore(reports, to(canvas))

        assert ran.code == 0
        assert "Nothing had to be restored: page reading-list: body" in ran.words
    assert not (reports / "journal").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds a worker's process in /proc")
def test_a_write_takes_effect_after_its_worker_crashed(reports: Path) -> None:
    """The run that outlived its worker ends with 1: the write may still take effect, and the next one undoes it."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(PAGE)
        process = start(reports, "-n", "2", settings=to(canvas))
        os.kill(worker_behind(held.wait().path, reports), signal.SIGKILL)
        held.drop()
        crashed = finish(process, reports)
        canvas.land(held)
        make_old(reports)
        found = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert crashed.code == 1, crashed.output
    assert found.code == 0, found.output
    assert "Restored after an earlier run: page reading-list: body" in " ".join(found.output.split())
