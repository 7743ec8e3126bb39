"""What people watch while a run goes on: how many cases are done, which one it waits for, and how long it will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pytest

from scopecheck.model.foreign_text import clean
from scopecheck.model.profile import Requirement
from scopecheck.model.verdict import KeyCheck
from scopecheck.pytest_plugin.groups import cost
from scopecheck.pytest_plugin.scheduling import scope_of
from scopecheck.pytest_plugin.status_line import StatusLine
from scopecheck.pytest_plugin.time_left import TimeLeft
from scopecheck.report.columns import columns, fitting
from scopecheck.report.terminal import short
from scopecheck.report.words import CHECK_TITLES

_PREPARING: Final = "Preparing: asking Canvas about key, token and course"
_ENDING: Final = "cleaning up and writing the reports"
_LONGEST_SECTION: Final = 24
_EVERY_S: Final = 1.0


class Watching:
    """A plugin that keeps a status line up to date: at each event, and once a second for the time left."""

    def __init__(
        self,
        line: StatusLine,
        requirements: Iterable[Requirement],
        width: Callable[[], int],
        ends: Callable[[], float],
    ) -> None:
        self._line, self._width, self._ends = line, width, ends
        self._requirements = {str(requirement.scope): requirement for requirement in requirements}
        self._cases = set[str]()
        self._done = set[str]()
        self._running = dict[str, None]()
        self._left: TimeLeft | None = None
        self._closed = threading.Event()
        self.show()
        threading.Thread(target=self._keep_up, name="status-line", daemon=True).start()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Note which cases there are."""
        self._cases.update(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The same without xdist."""
        self._cases.update(item.nodeid for item in session.items)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A case has begun."""
        if self._left is None:
            self._left = TimeLeft(sum(map(self._cost, self._cases)), self._ends(), time.monotonic)
        self._running[nodeid] = None
        self.show()

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A case has ended, or a part of it."""
        if (report.when == "call" or report.outcome != "passed") and report.nodeid not in self._done:
            self._done.add(report.nodeid)
            self._running.pop(report.nodeid, None)
            if self._left:
                self._left.add(self._cost(report.nodeid))
            self.show()

    def pytest_keyboard_interrupt(self) -> None:
        """The run ends, and says so itself."""
        self.close()

    def pytest_unconfigure(self) -> None:
        """The run is over, or was refused before it began."""
        self.close()

    def close(self) -> None:
        """Erase the line for good."""
        self._closed.set()
        self._line.close()

    def show(self) -> None:
        """Bring the line up to date."""
        # One column less, or some terminals go on to the next line.
        self._line.show(fitting(self._text(self._width() - 1), self._width() - 1))

    def _text(self, room: int) -> str:
        if self._left is None:
            return _PREPARING
        count = f"{len(self._done)} of {len(self._cases)}"
        if not self._running:
            return f"{count}  {_ENDING}" if len(self._done) >= len(self._cases) else count
        left = f"  {self._left}".rstrip()
        # What the others wait for: each worker's cases are at work together, and reported in order.
        named = self._named(next(iter(self._running)), room - columns(f"{count}  {left}"))
        return f"{count}  {named}{left}"

    def _named(self, nodeid: str, room: int) -> str:
        name = scope_of(nodeid)
        if name not in self._requirements:
            return CHECK_TITLES[KeyCheck(name)] if name in set(KeyCheck) else ""
        section = fitting(" ".join(clean(self._requirements[name].section).split()), _LONGEST_SECTION)
        return f"{section}: {short(name, room - columns(section) - 2)}"

    def _cost(self, nodeid: str) -> int:
        requirement = self._requirements.get(scope_of(nodeid))
        return cost(requirement) if requirement else 0

    def _keep_up(self) -> None:
        while not self._closed.wait(_EVERY_S):
            self.show()
