"""The worker processes as the controller sees them: interrupting them, and reporting when one crashes."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import pytest

from scopecheck.model.verdict import Cleanup
from scopecheck.pytest_plugin.handover import CLEANUP_KEY, EXCHANGES_KEY
from scopecheck.pytest_plugin.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from scopecheck.bundle.recorder import Timed

_STOPPED = "interrupted"


class Node(Protocol):
    """The part of xdist's worker controller that is used here."""

    workerinput: dict[str, Any]
    workeroutput: dict[str, Any]
    gateway: Any
    shutting_down: bool


class WorkerLost(Exception):
    """A worker died before it had anything to do; xdist would show what it failed to send to it, or nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Worker process {name} died while the run was being prepared, so nothing was tested. Run again; -n 0 runs "
            "without worker processes."
        )


class Workers:
    """The run's xdist workers; there are none with `-n 0`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.cleaned: list[Cleanup] = []
        """What each worker restored; a crashed one reports nothing."""
        self.exchanges: list[Timed] = []
        """What each worker recorded."""
        self._nodes: list[Node] = []
        self._collected: Sequence[str] = ()
        self._reported: set[str] = set()
        self._crashed = False

    def interrupt(self) -> None:
        """Pass a signal on to every worker, and make xdist wait until each has restored what it changed."""
        for node in self._nodes:
            # execnet keeps the process private, and its own way to stop a worker takes five seconds.
            # (On Windows, the console sends Ctrl-C to every process, and there is no other signal.)
            if os.name != "nt":
                node.gateway._io.popen.send_signal(signal.SIGINT)
        self._stop()

    def kill(self) -> None:
        """End every worker at once, whatever it does."""
        for node in self._nodes:
            node.gateway._io.popen.kill()

    def require_all(self) -> None:
        """Raises WorkerLost unless all that were started are there, or have said why not, which xdist will tell."""
        for node in self._nodes:
            if node.shutting_down and not hasattr(node, "workeroutput"):
                raise WorkerLost(node.gateway.id)

    def dismiss(self) -> None:
        """End every worker, none of which has been given anything to do."""
        self.kill()
        for node in self._nodes:
            node.gateway._io.wait()

    def _stop(self) -> None:
        session = self._config.pluginmanager.get_plugin("dsession")
        if INTERRUPTS.pending and session:
            session.shouldstop = _STOPPED

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Node) -> None:
        """Register a worker that is about to start."""
        self._nodes.append(node)

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_xdist_make_scheduler(self) -> None:
        """Raise a pending interrupt: xdist is about to reset `shouldstop`."""
        with INTERRUPTS.raised():
            pass

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self) -> None:
        """Stop again, in case a signal came just when xdist reset `shouldstop`."""
        self._stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Keep which cases are to be judged."""
        self._collected = ids

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Node, error: object) -> None:
        """A worker has ended; one that ended without output has crashed."""
        if node not in self._nodes:
            # xdist calls this twice for an interrupted worker.
            return
        self._nodes.remove(node)
        output = getattr(node, "workeroutput", {})
        if CLEANUP_KEY in output:
            self.cleaned.append(msgspec.json.decode(output[CLEANUP_KEY], type=Cleanup))
        if EXCHANGES_KEY in output:
            from scopecheck.bundle.recorder import Timed

            self.exchanges += msgspec.json.decode(output[EXCHANGES_KEY], type=list[Timed])
        self._crashed = self._crashed or (error is not None and not output)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a case has been reported."""
        self._reported.add(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Report the cases that a crashed worker did not start: xdist only reports the one at which it crashed."""
        if not self._crashed or INTERRUPTS.pending:
            return
        for nodeid in self._collected:
            if nodeid not in self._reported:
                self._config.hook.pytest_runtest_logreport(report=_lost(nodeid))


def _lost(nodeid: str) -> pytest.TestReport:
    """The report of a case that never started, in the form of xdist's own report for a crashed case."""
    file = nodeid.split("::")[0]
    when: Any = "???"
    return pytest.TestReport(
        nodeid, (file, None, file), {}, "failed", "Its worker crashed before this case started.", when
    )
