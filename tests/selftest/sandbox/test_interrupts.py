"""Ctrl-C, SIGTERM or a worker crash in the middle of a write: everything is restored and the reports are written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.model.call import Call
from scopecheck.pytest_plugin.interrupts import SAME_S, Interrupts
from scopecheck.transport import budget
from scopecheck.transport.client import CanvasClient
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.endtoend.runs import ROOT, Process, environment, finish, start
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import restore, to, worker_behind
from tests.selftest.sandbox.watching import Held, Moment, Watched, watching

PAGES_PUT = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
BUSY_S = 8
"""What a busy machine may add; calls that hang would take half a minute."""
FIFTH = 5
"""A write in the middle of a run, with others before and after it."""


def test_signals_are_held_back_while_workers_start() -> None:
    """One that comes meanwhile ends the run afterwards; a process started then is spared it until it can answer."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    inherited: set[int] = set()

    def start_workers() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        inherited.update(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    with pytest.raises(KeyboardInterrupt), Interrupts.held_back():
        start_workers()

    assert inherited >= {signal.SIGINT, signal.SIGTERM}
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & {signal.SIGINT, signal.SIGTERM}
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def to_the_run(process: Process, number: signal.Signals) -> None:
    """Send a signal to the process that the user started, as a CI system does."""
    process.send_signal(number)


def to_all(process: Process, number: signal.Signals) -> None:
    """Send a signal to the run with all its workers, as a terminal does."""
    os.killpg(process.pid, number)


def assert_told(reports: Path) -> None:
    """The reports say that the run was interrupted, and that nothing has to be restored by hand."""
    page, document = (reports / "scopes.md").read_text("utf-8"), reports / "scopes.json"

    assert (reports / "scopes.html").exists()
    assert "it was interrupted; run it again" in page
    assert "Restore by hand" not in page
    # There is none if the signal came before the first verdict.
    assert not document.exists() or json.loads(document.read_text("utf-8"))["conformant"] is False


def assert_settled(reports: Path, canvas: Watched) -> None:
    """Nothing is left in the journal.

    A write that a busy machine does not answer within a second of the signal is let go: then the report says so, and
    `restore` settles it.
    """
    if (reports / "journal").exists():
        assert "Not settled yet" in (reports / "scopes.md").read_text("utf-8")
        make_old(reports)
        assert restore(reports, to(canvas)).code == 0
    assert not (reports / "journal").exists()


@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name)
@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    ("send", "number"),
    [
        pytest.param(to_the_run, signal.SIGINT, id="SIGINT"),
        pytest.param(to_the_run, signal.SIGTERM, id="SIGTERM"),
        pytest.param(to_all, signal.SIGINT, id="SIGINT-all"),
        pytest.param(to_all, signal.SIGTERM, id="SIGTERM-all"),
    ],
)
def test_interrupted_in_a_write(
    reports: Path,
    send: Callable[[Process, signal.Signals], None],
    number: signal.Signals,
    workers: str,
    moment: Moment,
) -> None:
    """The run ends on its own: exit code 2, all reports, unchanged content, and nothing left in the journal unsaid."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(number=FIFTH, moment=moment)
        process = start(reports, "-n", workers, settings=to(canvas))
        held.wait()
        send(process, number)
        held.release()
        found = finish(process, reports)

        assert found.code == 2, found.output
        assert canvas.content == before
        assert_told(reports)
        assert_settled(reports, canvas)
        assert canvas.content == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds a worker's process in /proc")
@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name)
def test_a_worker_crashes_in_a_write(reports: Path, moment: Moment) -> None:
    """Its own scopes are unproved, the rest are judged, and what it had changed is restored: exit code 1."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("PUT .*/pages/", moment=moment)
        process = start(reports, "-n", "2", settings=to(canvas))
        path = held.wait().path
        os.kill(worker_behind(path, reports), signal.SIGKILL)
        held.drop()
        found = finish(process, reports)

        assert found.code == 1, found.output
        assert canvas.content == before
    lost = {scope for scope, ended in found.not_granted.items() if ended == ("unproved", "worker-crashed")}
    assert lost == set(found.not_granted)
    assert PAGES_PUT in lost
    assert list(found.verdicts) == list(SCOPES)
    assert {name for name, outcome in found.junit.items() if outcome == "failed"} >= {f"test_scope[{s}]" for s in lost}
    assert len(lost) < len(SCOPES) - 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_scripts_check_passes_it_on(reports: Path, number: signal.Signals) -> None:
    """A signal to `scripts/check` alone ends the run behind it in the same way, with exit code 2."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold(number=FIFTH, moment=Moment.AFTER)
        process = check(reports, canvas)
        held.wait()
        process.send_signal(number)
        held.release()
        found = finish(process, reports)

        assert found.code == 2, found.output
        assert canvas.content == before
    assert_told(reports)


def check(reports: Path, canvas: Watched) -> subprocess.Popen[str]:
    """Start `scripts/check` in the self-tests' environment."""
    return subprocess.Popen(
        [sys.executable, ROOT / "scripts" / "run.py", "check", "-n", "0"],
        env=environment(reports, to(canvas)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def interrupted(
    canvas: Watched, reports: Path, workers: str, numbers: Sequence[signal.Signals] = (signal.SIGINT,)
) -> tuple[Process, Held]:
    """A run that signals have ended while it had a page changed, and the write that restores the page, held up."""
    changed = canvas.hold("PUT .*/pages/", moment=Moment.AFTER)
    process = start(reports, "-n", workers, settings=to(canvas))
    changed.wait()
    restoring = canvas.hold("PUT .*/pages/")
    for number in numbers:
        to_all(process, number)
    changed.release()
    restoring.wait()
    return process, restoring


@pytest.mark.parametrize("workers", ["0", "2"])
def test_signals_at_the_same_time_are_one(reports: Path, workers: str) -> None:
    """Whatever passes a Ctrl-C on besides the terminal does not keep the run from restoring what it changed."""
    with watching() as canvas:
        before = canvas.content
        process, restoring = interrupted(canvas, reports, workers, (signal.SIGINT, signal.SIGTERM, signal.SIGINT))
        restoring.release()
        found = finish(process, reports)

        assert found.code == 2, found.output
        assert canvas.content == before
    assert_told(reports)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_interrupted_again_while_restoring(reports: Path, workers: str) -> None:
    """A second Ctrl-C ends run and workers at once; the journal has what is left, for `restore` to undo."""
    with watching() as canvas:
        before = canvas.content
        process, restoring = interrupted(canvas, reports, workers)
        time.sleep(SAME_S)
        asked = time.monotonic()
        to_all(process, signal.SIGINT)
        found = finish(process, reports)
        ended = time.monotonic()
        restoring.drop()

        assert found.code == 2, found.output
        assert ended - asked < BUSY_S
        assert "python -m scopecheck restore" in found.output
        assert canvas.content != before
        make_old(reports)
        assert restore(reports, to(canvas)).code == 0
        assert canvas.content == before


@pytest.mark.parametrize("workers", ["0", "2"])
def test_interrupted_while_a_call_hangs(reports: Path, workers: str) -> None:
    """Restoring begins within two seconds, though Canvas does not answer the write at which the signal comes."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("PUT .*/pages/", moment=Moment.AFTER)
        process = start(reports, "-n", workers, settings=to(canvas))
        held.wait()
        restoring = canvas.hold("PUT .*/pages/")
        asked = time.monotonic()
        to_the_run(process, signal.SIGINT)
        restoring.wait()
        began = time.monotonic()
        restoring.release()
        held.release()
        found = finish(process, reports)

        assert found.code == 2, found.output
        assert canvas.content == before
    assert began - asked < 2 + BUSY_S


def test_interrupted_while_preparing(reports: Path) -> None:
    """Before there is anything to restore, the run just ends, though its questions to Canvas hang."""
    with watching(faults=(Fault("hang"),)) as canvas:
        process = start(reports, "-n", "2", settings=to(canvas))
        while not canvas.seen:
            time.sleep(0.01)
        asked = time.monotonic()
        to_all(process, signal.SIGINT)
        found = finish(process, reports)

        assert found.code == 2, found.output
    assert time.monotonic() - asked < 2 + BUSY_S


def test_interrupted_while_objects_are_created(reports: Path) -> None:
    """What the administrator's token has already created is removed, and the reports say that nothing was judged."""
    with watching() as canvas:
        before = canvas.content
        held = canvas.hold("POST .*/quizzes", moment=Moment.AFTER)
        process = start(reports, "-n", "2", settings=to(canvas, admin=True))
        held.wait()
        to_the_run(process, signal.SIGINT)
        held.release()
        found = finish(process, reports)

        assert found.code == 2, found.output
        assert canvas.content == before
    assert_told(reports)
    assert "Nothing was tested: it was interrupted" in (reports / "scopes.md").read_text("utf-8")
    assert not (reports / "scopes.json").exists()


def test_a_hurried_client_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the run is to end, a hanging Canvas costs only one short timeout per request, without retries."""
    monkeypatch.setattr(budget, "HURRIED_S", 0.2)
    with watching(faults=(Fault("hang"),)) as canvas:
        hurried = CanvasClient(canvas.canvas.url)
        hurried.budget.hurry()
        answer = hurried.send(Call("GET", "/api/v1/accounts"))
        hurried.close()

    assert answer.fault == "no answer within 0 s"
    assert len(canvas.seen) == 1
