"""The worker processes as the controller sees them: interrupting them, and what to say when one crashes."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import pytest

from pytest_plugin.handover import CLEANUP_KEY
from pytest_plugin.interrupts import INTERRUPTS
from scopecheck.model.verdict import Cleanup

_STOPPED = "interrupted"


class Node(Protocol):
    """The part of xdist's worker controller that is used here."""

    workerinput: dict[str, Any]
    workeroutput: dict[str, Any]
    gateway: Any


class Workers:
    """xdist's workers of this run; there are none with `-n 0`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.cleaned: list[Cleanup] = []
        """What each worker put back; one that crashed has nothing to say."""
        self._nodes: list[Node] = []
        self._collected: Sequence[str] = ()
        self._reported: set[str] = set()
        self._crashed = False

    def interrupt(self) -> None:
        """Pass a signal on to every worker, and have xdist wait until each has put back what it changed."""
        for node in self._nodes:
            # execnet keeps the process to itself, and has no other word for a worker than one that takes five seconds.
            # (On Windows a console's Ctrl-C reaches every process by itself, and there is no other signal.)
            if os.name != "nt":
                node.gateway._io.popen.send_signal(signal.SIGINT)
        self._stop()

    def _stop(self) -> None:
        session = self._config.pluginmanager.get_plugin("dsession")
        if INTERRUPTS.pending and session:
            session.shouldstop = _STOPPED

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Node) -> None:
        """A worker is being started."""
        self._nodes.append(node)

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_xdist_make_scheduler(self) -> None:
        """The last moment before xdist forgets what it was told."""
        with INTERRUPTS.raised():
            pass

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self) -> None:
        """A signal may have come at the very moment when xdist forgot what it was told."""
        self._stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Which cases there are to be judged."""
        self._collected = ids

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Node, error: object) -> None:
        """A worker has ended; one that could not say goodbye has crashed."""
        if node not in self._nodes:
            # xdist says it twice of one that was interrupted.
            return
        self._nodes.remove(node)
        output = getattr(node, "workeroutput", {})
        if CLEANUP_KEY in output:
            self.cleaned.append(msgspec.json.decode(output[CLEANUP_KEY], type=Cleanup))
        self._crashed = self._crashed or (error is not None and not output)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A case has come so far."""
        self._reported.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """xdist reports the case at which a worker crashed, and no word of those that it had still to do."""
        if not self._crashed or INTERRUPTS.pending:
            return
        for nodeid in self._collected:
            if nodeid not in self._reported:
                self._config.hook.pytest_runtest_logreport(report=_lost(nodeid))


def _lost(nodeid: str) -> pytest.TestReport:
    """The report of a case that was never begun, in the shape of xdist's own for the case at which a worker crashed."""
    file = nodeid.split("::")[0]
    when: Any = "???"
    return pytest.TestReport(nodeid, (file, None, file), {}, "failed", "Its worker crashed before it.", when)
