"""Ctrl-C, SIGTERM and a worker's crash in the middle of a write: everything is put back and the reports are written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import ROOT, environment, finish, start
from tests.selftest.safety.killing import to
from tests.selftest.safety.watching import Moment, watching

FIFTH = 5
"""A write in the middle of a run: others are done, others to come."""


def to_the_run(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to the process that the user started, as a CI system does."""
    process.send_signal(number)


def to_all(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to the run with all its workers, as a terminal does."""
    os.killpg(process.pid, number)


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
    send: Callable[[subprocess.Popen[str], signal.Signals], None],
    number: signal.Signals,
    workers: str,
    moment: Moment,
) -> None:
    """The run ends by itself: exit code 2, all reports, the content as before, and nothing left in the journal."""
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
    assert found.document["conformant"] is False
    assert found.document["cleanup"]["failed"] == []
    assert (reports / "scopes.html").exists()
    assert not (reports / "journal").exists()
