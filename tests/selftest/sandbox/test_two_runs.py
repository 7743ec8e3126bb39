"""Two runs on one course exclude each other, however the first one ends; other runs are not affected."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import finish, run, start
from tests.selftest.own_locks import EVERYBODYS, VARIABLE
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, lock_of, to, worker_behind
from tests.selftest.sandbox.test_guard import assert_only_probed
from tests.selftest.sandbox.watching import Moment, Watched, watching

OTHER_TOKEN = {"CANVAS_ACCESS_TOKEN": "1~of-the-second-run"}
"""Distinguishes the second run's requests from the first's."""


def otherwise_spelt(canvas: Watched) -> dict[str, str]:
    """The same address in capitals, with a trailing slash."""
    return {"CANVAS_BASE_URL": f"{canvas.canvas.url.upper()}/"}


def others_requests(canvas: Watched) -> list[str]:
    """The paths that the second run requested."""
    return [seen.path for seen in canvas.seen if seen.token == OTHER_TOKEN["CANVAS_ACCESS_TOKEN"]]


def test_a_second_run_is_refused(reports: Path, tmp_path: Path) -> None:
    """It sends nothing, says why in one sentence, and ends with exit code 4.

    It has a different report folder and spells the Canvas's address differently.
    """
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(number=5, moment=Moment.AFTER)
        first = start(reports, "-n", "2", settings=to(canvas))
        held.wait()
        second = run(tmp_path / "others", "-n", "2", settings={**to(canvas), **OTHER_TOKEN, **otherwise_spelt(canvas)})
        held.release()
        ended = finish(first, reports)

        assert others_requests(canvas) == []
        assert canvas.content == before
    assert second.code == 4, second.output
    said = f"Another run is using course 1001 on {canvas.canvas.url}; nothing was sent. Wait until it has ended"
    assert said in " ".join(second.output.split())
    assert ended.code == 0, ended.output


def test_another_home_is_no_other_machine(reports: Path, tmp_path: Path) -> None:
    """A run with other folders for its home, cache and temporary files is refused, as another user's is."""
    (tmp_path / "home").mkdir()
    everybodys = {VARIABLE: ""}
    others = dict.fromkeys(
        ["HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR"], str(tmp_path / "home")
    )
    with watching() as canvas:
        held = canvas.hold(number=5, moment=Moment.AFTER)
        first = start(reports, "-n", "0", settings={**to(canvas), **everybodys}, fresh=True)
        held.wait()
        settings = {**to(canvas), **OTHER_TOKEN, **everybodys, **others}
        second = run(tmp_path / "others", "-n", "0", settings=settings, fresh=True)
        held.release()
        ended = finish(first, reports)

        assert others_requests(canvas) == []
        left = [Path(folder) / lock_of(canvas).name for folder in EVERYBODYS]
    assert second.code == 4, second.output
    assert ended.code == 0, ended.output
    assert [path for path in left if path.exists()] == []


def test_a_second_run_that_writes_the_id_otherwise_is_refused(reports: Path, tmp_path: Path, locks: Path) -> None:
    """It has to ask Canvas which course is meant, and then writes nothing."""
    with watching() as canvas:
        held = canvas.hold(number=5, moment=Moment.AFTER)
        first = start(reports, "-n", "0", settings=to(canvas))
        held.wait()
        otherwise = {"CANVAS_SANDBOX_COURSE_ID": "1~1001"}
        second = run(tmp_path / "others", "-n", "0", settings={**to(canvas), **otherwise})
        held.release()
        ended = finish(first, reports)
        third = run(reports, "-n", "2", settings={**to(canvas), **otherwise})

    assert second.code == 4, second.output
    said = f"Another run is using course 1001 on {canvas.canvas.url}; nothing was written. Wait until"
    assert said in " ".join(second.output.split())
    assert not (tmp_path / "others" / "journal").exists()
    assert ended.code == 0, ended.output
    assert third.code == 0, third.output
    assert third.document["target"]["course_id"] == "1001"
    assert list(locks.iterdir()) == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param({"CANVAS_SANDBOX_COURSE_ID": "1004", "CANVAS_SANDBOX_COURSE_NAME": "Drawing I"}, id="course"),
        pytest.param({"CANVAS_MODE": "probe"}, id="probe mode"),
    ],
)
def test_other_runs_are_not_affected(reports: Path, tmp_path: Path, elsewhere: dict[str, str]) -> None:
    """A run on another course, or in probe mode, works while the first one is running."""
    with watching() as canvas:
        held = canvas.hold(number=5)
        first = start(reports, "-n", "0", settings=to(canvas))
        held.wait()
        second = run(tmp_path / "others", "-n", "0", settings={**to(canvas), **elsewhere})
        held.release()

        assert finish(first, reports).code == 0
    assert second.code == 0, second.output


def test_a_killed_run_frees_the_course(reports: Path, tmp_path: Path, locks: Path) -> None:
    """The next run can use it at once, even with another report folder, and finished runs leave no lock file."""
    with watching() as canvas:
        kill_at(canvas.hold(number=2), canvas, reports, "-n", "2", settings=to(canvas))
        make_old(reports)
        found = run(tmp_path / "others", "-n", "2", settings=to(canvas))

    assert found.code == 0, found.output
    assert list(locks.iterdir()) == []


def test_workers_that_outlive_their_run_keep_the_course(reports: Path, tmp_path: Path, locks: Path) -> None:
    """If only the controller is killed, its workers restore what they changed and end; until then no run may write."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("PUT .*/pages/", moment=Moment.AFTER)
        first = start(reports, "-n", "2", settings=to(canvas))
        # A worker whose controller is gone lets go of its calls at once: stopped, it outlives it for longer.
        worker = worker_behind(held.wait().path, reports)
        os.kill(worker, signal.SIGSTOP)
        first.send_signal(signal.SIGKILL)
        first.wait()
        second = run(tmp_path / "others", "-n", "0", settings={**to(canvas), **OTHER_TOKEN})
        os.kill(worker, signal.SIGCONT)
        held.release()
        # The workers hold its output open until they end.
        finish(first, reports)
        third = run(reports, "-n", "0", settings=to(canvas))

        assert others_requests(canvas) == []
        assert canvas.content == before
    assert second.code == 4, second.output
    assert third.code == 0, third.output
    assert list(locks.iterdir()) == []


def test_without_a_lock_nothing_is_written(reports: Path, tmp_path: Path) -> None:
    """If no lock file can be used, the run goes on without writing, and each case says so."""
    with watching() as canvas:
        # As another user might have it there.
        lock_of(canvas).symlink_to(tmp_path / "elsewhere")
        found = run(reports, "-n", "2", settings=to(canvas, admin=True))

    assert found.code == 0, found.output
    assert_only_probed(canvas, found, "the course could not be locked against other runs")
