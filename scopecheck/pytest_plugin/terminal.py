"""What the user sees: a line as each case ends, then the table and what to do."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import pytest

from scopecheck.config.settings import Settings
from scopecheck.model.verdict import ScopeResult
from scopecheck.pytest_plugin.controller import Controller
from scopecheck.pytest_plugin.endings import stopped_by
from scopecheck.pytest_plugin.handover import RESULT_PROPERTY
from scopecheck.pytest_plugin.on_github import for_github
from scopecheck.report import terminal


class Terminal:
    """Shows the run in words instead of pytest's dots and tracebacks."""

    def __init__(self, config: pytest.Config, controller: Controller, settings: Settings) -> None:
        self._config = config
        self._controller = controller
        self._expected = len(settings.profile.requirements)
        self._done = 0
        # CI logs keep every line; there the table is enough.
        self._progress = not os.environ.get("CI") and config.option.verbose >= 0
        if config.option.tbstyle == "auto":
            # The table shows the verdicts; --tb=short brings tracebacks back.
            config.option.tbstyle = "no"
        config.option.no_header = True

    def pytest_sessionstart(self) -> None:
        """Hide the file name, which means nothing to the reader; each case has its own line."""
        self._reporter.showfspath = False

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No dots: `pytest_runtest_logreport` writes the case's line."""
        if report.when == "call" or report.outcome != "passed":
            return report.outcome, "", ""
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One line for each verdict."""
        properties: dict[str, Any] = dict(report.user_properties)
        if report.when != "call" or RESULT_PROPERTY not in properties:
            return
        self._done += 1
        if self._progress:
            result = msgspec.json.decode(properties[RESULT_PROPERTY], type=ScopeResult)
            self._write(terminal.progress_line(result, self._done, self._expected, color=self._color()))

    def pytest_keyboard_interrupt(self) -> None:
        """Say why the run does not end at once: restoring may take some seconds."""
        if stopped_by(self._config):
            return
        self._write(
            "Interrupted: restoring what was changed. This may take a few seconds. A second Ctrl-C ends it at once; "
            "then the journal keeps what is left."
        )

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        """The table, what to do, and where the reports are."""
        subject = self._controller.subject
        if subject:
            self._write("")
            self._write(terminal.summary(subject, color=self._color()))
            for line in for_github(subject):
                self._write(line)
        if self._controller.problem:
            self._write(str(self._controller.problem))
            return
        if subject:
            self._write(f"Reports: {self._controller.reports / 'scopes.html'} (open it in a browser)")
            if self._controller.bundle:
                self._write(f"Bundle: {self._controller.bundle} (docs/how-to/report-a-bug.md says what is in it)")

    @property
    def _reporter(self) -> Any:
        return self._config.pluginmanager.get_plugin("terminalreporter")

    def _write(self, text: str) -> None:
        self._reporter.ensure_newline()
        self._reporter.write_line(text)

    def _color(self) -> bool:
        """Color only on a terminal, and not if NO_COLOR is set."""
        return bool(self._reporter.hasmarkup) and not os.environ.get("NO_COLOR")
