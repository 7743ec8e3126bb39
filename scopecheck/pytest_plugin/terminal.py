"""What the user sees: a line as each case ends, then the table and what to do."""

from __future__ import annotations

import os
import time
from typing import Any, Final

import msgspec
import pytest

from scopecheck.config.settings import Settings
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.pytest_plugin.controller import Controller
from scopecheck.pytest_plugin.endings import stopped_by
from scopecheck.pytest_plugin.handover import RESULT_PROPERTY
from scopecheck.pytest_plugin.on_github import for_github
from scopecheck.pytest_plugin.on_screen import rewrites, screen_of
from scopecheck.pytest_plugin.status_line import StatusLine
from scopecheck.pytest_plugin.watching import Watching
from scopecheck.report import HTML, terminal
from scopecheck.report.screen import OPEN_IT
from scopecheck.report.terminal import Detail

_INTERRUPTED: Final = (
    "Interrupted: restoring what was changed. This may take a few seconds. A second Ctrl-C ends it at once; "
    "then the journal keeps what is left."
)


class Terminal:
    """Shows the run in words instead of pytest's dots and tracebacks."""

    def __init__(self, config: pytest.Config, controller: Controller, settings: Settings) -> None:
        self._config = config
        self._controller = controller
        self._requirements = settings.profile.requirements
        self._done = 0
        self._watching: Watching | None = None
        self._detail = Detail(max(Detail.OUTCOME, min(config.option.verbose, Detail.CAUSES)))
        # What pytest and xdist add at -q and -v is about files and workers; at -vv it is shown.
        config.option.verbose = {Detail.WRONG: Detail.OUTCOME, Detail.CAUSES: 0}.get(
            config.option.verbose, config.option.verbose
        )
        if config.option.tbstyle == "auto":
            # The table shows the verdicts; --tb=short brings tracebacks back.
            config.option.tbstyle = "no"
        config.option.no_header = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Before the preparation: hide what means nothing to the reader, and begin to count."""
        self._reporter.showfspath = False
        if self._detail < Detail.ALL:
            self._silence_xdist()
        elif rewrites(self._config):
            writer = self._config.get_terminal_writer()
            self._watching = Watching(StatusLine(writer), self._requirements, lambda: writer.fullwidth, self._ends)
            self._config.pluginmanager.register(self._watching, "canvas-watching")

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
        result = msgspec.json.decode(properties[RESULT_PROPERTY], type=ScopeResult)
        if self._has_line(result):
            screen = screen_of(self._config)
            self._write(terminal.progress_line(result, self._done, len(self._requirements), screen, self._detail))

    def _has_line(self, result: ScopeResult) -> bool:
        """Whether a case that has ended has its own line, beside the one that counts."""
        if os.environ.get("CI") or self._detail < Detail.ALL:
            # CI logs keep every line; there the table is enough.
            return False
        return not self._watching or self._detail is Detail.CAUSES or result.verdict is not Verdict.GRANTED

    def pytest_keyboard_interrupt(self) -> None:
        """Say why the run does not end at once: restoring may take some seconds."""
        if stopped_by(self._config) or not self._reporter:  # which is there only a moment later
            return
        self._write("\n".join(screen_of(self._config).wrapped(_INTERRUPTED)))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        """The table, what to do, and where the reports are."""
        screen, subject = screen_of(self._config), self._controller.subject
        if subject:
            if self._detail >= Detail.ALL:
                self._write("")
            text = terminal.summary(subject, screen, self._detail)
            self._write(text if self._names_files else text.rstrip())
            for line in for_github(subject):
                self._write(line)
        if self._controller.problem:
            self._write(str(self._controller.problem))
            return
        if self._names_files:
            files = [("Reports", self._controller.reports / HTML, OPEN_IT)]
            if self._controller.bundle:
                files.append(("Bundle", self._controller.bundle, "docs/how-to/report-a-bug.md says what is in it"))
            for file in files:
                for line in screen.located(*file):
                    self._write(line)

    @property
    def _names_files(self) -> bool:
        """Whether to say where the reports are."""
        subject = self._controller.subject
        return subject is not None and self._detail >= (Detail.ALL if subject.conformant else Detail.WRONG)

    @property
    def _reporter(self) -> Any:
        return self._config.pluginmanager.get_plugin("terminalreporter")

    def _ends(self) -> float:
        """When the run's time is used up, on the clock of `time.monotonic`."""
        return time.monotonic() + self._controller.seconds_left

    def _silence_xdist(self) -> None:
        """Leave out that workers start, which xdist says even at -qq."""
        plugins = self._config.pluginmanager
        running: Any = plugins.get_plugin("dsession")
        if running:
            running.terminal = None
            plugins.unregister(name="terminaldistreporter")

    def _write(self, text: str) -> None:
        self._reporter.ensure_newline()
        self._reporter.write_line(text)
