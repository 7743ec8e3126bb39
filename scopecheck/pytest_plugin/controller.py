"""What happens once per run, in the process that the user started: setup before the cases, reports after them."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

from scopecheck.config.settings import Settings
from scopecheck.config.unconfigured import why_unconfigured
from scopecheck.installation import CLI
from scopecheck.key.grant import GrantBusy
from scopecheck.model.clean import cleaned
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.verdict import Cleanup, RunResult, ScopeResult
from scopecheck.pytest_plugin import allure_results
from scopecheck.pytest_plugin.cases import complete_for_junit
from scopecheck.pytest_plugin.closed_output import outlast_readers
from scopecheck.pytest_plugin.crash import crashed
from scopecheck.pytest_plugin.discretion import mask_error
from scopecheck.pytest_plugin.endings import INTERRUPTED, ended_by, selected, stopped_by, tested_nothing
from scopecheck.pytest_plugin.handover import RESULT_PROPERTY, Equipment, Handover, Start
from scopecheck.pytest_plugin.interrupts import INTERRUPTS
from scopecheck.pytest_plugin.on_github import refused
from scopecheck.pytest_plugin.on_screen import screen_of
from scopecheck.pytest_plugin.options import SETUP_KEY, bundle_path, results_folder, root
from scopecheck.pytest_plugin.scheduling import GroupScheduling, scope_of
from scopecheck.pytest_plugin.worker import CLEANED, EXCHANGES
from scopecheck.pytest_plugin.worker_processes import Node, Workers
from scopecheck.report import HTML, ReportFolderError, Subject, html, write_reports
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.terminal import announcement
from scopecheck.run.plan import Plan, stamp
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.guard import GuardError
from scopecheck.sandbox.lock import TargetBusy
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.broker import Broker
from scopecheck.transport.budget import Budget
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace

if TYPE_CHECKING:
    from scopecheck.bundle.recorder import Recorder
    from scopecheck.run.embedded_target import Embedded

_OURS: Final = frozenset({ExitCode.OK, ExitCode.NOT_CONFORMANT, pytest.ExitCode.NO_TESTS_COLLECTED})
"""pytest's exit codes that the verdicts override; interruptions and internal errors keep their own."""


class Controller:
    """Sets up the run, collects the verdicts, writes the reports and decides the exit code."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._embedded: Embedded | None = None
        self._started = datetime.now(UTC)
        self._clock = time.perf_counter()
        self._requirements = {str(requirement.scope): requirement for requirement in settings.profile.requirements}
        self._results: dict[str, ScopeResult] = {}
        self.sandbox: SandboxSession | None = None
        self._pace = Pace(ALL_IN_FLIGHT)
        self._broker: Broker | None = None
        self.workers = Workers(config)
        self.equipment: Equipment | None = None
        """What the cases are judged with, if this process judges them itself."""
        self.subject: Subject | None = None
        self.problem: OSError | None = None
        """Why not all reports could be written."""
        self._ended = ""
        """Why the run ended before its last case."""
        self._unconfigured = ""
        """Why the embedded Canvas is tested."""
        self.bundle = bundle_path(config)
        """Where to write what the run's exchanges were; None: nothing is recorded."""
        self._plan: Plan | None = None
        self._recorder: Recorder | None = None

    @property
    def reports(self) -> Path:
        """The report folder."""
        return self._settings.reports

    @property
    def seconds_left(self) -> float:
        """How much is left of the run's time; without end until it has begun."""
        return self._plan.budget.left if self._plan else math.inf

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, object, object]:
        """The embedded Canvas, preflight, token, guard, sandbox, while xdist's workers start, import and collect."""
        try:
            self._begin()
            with INTERRUPTS.held_back():
                started = yield
            self._prepare()
        except BaseException as error:
            # pytest does not call pytest_sessionfinish for a session that failed to start.
            if isinstance(error, KeyboardInterrupt):
                # The call that it tore through leaves its connection open, which pytest takes for an error.
                sys.unraisablehook = lambda _: None
            self.workers.dismiss()
            self._ended = ended_by(error, self._settings.known)
            mask_error(error, self._settings.known)
            self._conclude(hurried=True)
            if not self.subject:
                tested_nothing(self.reports, error, self._settings.known)
            raise
        return started

    def _begin(self) -> None:
        # A CI system that cancels a job sends SIGTERM: it ends the run as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        INTERRUPTS.let_in()
        outlast_readers(self._config)
        if self._settings.base_url is None:
            self._unconfigured = why_unconfigured(root(self._config))
            # Where little is to be said, the outcome says it.
            if self._config.option.verbose >= 0:
                self._say(announcement(self._unconfigured, screen_of(self._config)))
        # xdist has already turned -n into one `tx` entry per worker.
        if self._config.getoption("tx", default=None):
            self._broker = Broker(self._pace)

    def _prepare(self) -> None:
        if self._settings.base_url is None:
            # Imported only when needed, which is never in a worker or in a run against a real Canvas.
            from scopecheck.pytest_plugin.embedded_canvas import start_embedded

            self._embedded = start_embedded(self._config, self._settings.profile)
            self._settings = self._embedded.settings(self._settings)
        tag = new_tag(self._started)
        if self.bundle:
            # Here, because it takes a quarter of a second to import.
            from scopecheck.bundle.recorder import Recorder
            from scopecheck.bundle.recording import Recording

            self._recorder = Recorder(Recording.of(self._settings, tag))
        plan = self._plan = Plan(
            tag=tag,
            started_at=stamp(self._started),
            allow_students=self._config.getoption("canvas_allow_students"),
            record=self._recorder.by if self._recorder else None,
            budget=Budget(self._settings.run_seconds),
            pace=self._pace,
        )
        try:
            self.sandbox = SandboxSession.acquire(self._settings, plan, self._say)
            # From here on there is something to restore.
            INTERRUPTS.catch(self._interrupted, self._end)
            with INTERRUPTS.raised():
                setup = self.sandbox.set_up(self._say)
        except GrantBusy as busy:
            raise refused(str(busy), self._settings.known) from None
        except (GuardError, TargetBusy) as error:
            # It has given the course back, if it ever had it.
            self.sandbox = None
            self._save(None, None)
            raise refused(f"Sandbox guard: {error}", self._settings.known) from None
        self.workers.require_all()
        # The cases mostly wait for Canvas.
        threading.Thread(target=html.prepare, name="templates", daemon=True).start()
        renewal = self.sandbox.renewal
        recording = self._recorder.recording if self._recorder else None
        if self._broker:
            handover = Handover(setup, time.time() + plan.budget.left, renewal is not None, recording)
            self._broker.hand_over(handover.to_json(), renewal)
        else:
            self.equipment = Equipment(setup, plan.pace, renewal, plan.budget, recording)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Node) -> None:
        """Tell a worker what to collect, and where to ask for the rest."""
        if self._broker:
            start = Start(str(self._settings.profile.path), results_folder(self._config), self._broker.address)
            node.workerinput[SETUP_KEY] = start.to_json()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> GroupScheduling:
        """Keep each group of cases on one worker."""
        return GroupScheduling(config, log, self._settings.profile.requirements)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect a case's verdict; a case that ended without one counts as crashed."""
        properties = dict(report.user_properties)
        requirement = self._requirements.get(scope_of(report.nodeid))
        if RESULT_PROPERTY in properties:
            result = msgspec.json.decode(str(properties[RESULT_PROPERTY]), type=ScopeResult)
            self._results[result.scope] = result
        elif report.failed and requirement:
            result = crashed(requirement, str(report.longrepr).strip().splitlines()[-1])
            self._results.setdefault(result.scope, result)
        if report.when not in {"setup", "call"}:
            complete_for_junit(report, self._results.get(str(requirement.scope)) if requirement else None)

    def pytest_keyboard_interrupt(self) -> None:
        """Note why the run ends, unless an option ends it: pytest calls this for them too."""
        if not stopped_by(self._config):
            self._ended = self._ended or INTERRUPTED

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note why the run ends."""
        self._ended = self._ended or ended_by(excinfo.value, self._settings.known)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """After all workers, whatever goes wrong: restore, write the reports, decide the exit code."""
        try:
            return (yield)
        except OSError as error:
            # pytest failed to write its junit.xml.
            self.problem = ReportFolderError(self.reports, error)
            return None
        finally:
            if session.exitstatus == ExitCode.WRONG_SETTINGS:
                # pytest found no such test, and its error is still on its way.
                self._ended = str(sys.exception() or "")
            if stopped_by(self._config) and session.exitstatus == ExitCode.INTERRUPTED:
                session.exitstatus = ExitCode.NOT_CONFORMANT
            self._conclude(hurried=session.exitstatus == ExitCode.INTERRUPTED)
            if self.problem:
                session.exitstatus = ExitCode.INTERNAL_ERROR
            elif self.subject and session.exitstatus in _OURS:
                session.exitstatus = ExitCode.OK if self.subject.conformant else ExitCode.NOT_CONFORMANT

    def _conclude(self, *, hurried: bool) -> None:
        """Restore what workers could not, stop the embedded Canvas and write the reports."""
        sandbox = self.sandbox
        if self._broker:
            self._broker.stop()
        if sandbox:
            for done in (*self.workers.cleaned, self._config.stash.get(CLEANED, Cleanup())):
                sandbox.add(done)
            # A worker that crashed or was interrupted may not have restored everything.
            sandbox.clean_up(hurried=hurried)
        if self._embedded:
            self._embedded.stop()
        if sandbox is None:
            return
        scopes = [self._results[scope] for scope in self._requirements if scope in self._results]
        duration = round(time.perf_counter() - self._clock, 1)
        found = replace(
            sandbox.result(scopes, duration, embedded=self._embedded is not None),
            part=selected(self._config),
            ended=self._ended,
            stopped=stopped_by(self._config),
            unconfigured=self._unconfigured,
        )
        result = cleaned(found, self._settings.known)
        self._save(sandbox, result)
        today = self._started.astimezone().date()
        gaps = find_gaps(self._settings.gaps, result, today, self._settings.profile.optional)
        # For the terminal, even if the reports cannot be written.
        self.subject = Subject(self._settings.profile, result, gaps, self._settings.baseline)
        allure = results_folder(self._config)
        try:
            write_reports(self.reports, self.subject)
            if allure and not self.subject.tested_nothing:
                allure_results.complete(Path(allure), self.subject, self.reports / HTML)
        except ReportFolderError as error:
            self.problem = error
        except OSError as error:
            self.problem = ReportFolderError(Path(allure or self.reports), error)

    def _interrupted(self) -> None:
        """Let go of calls that hang, here and in the workers."""
        if self._plan:
            self._plan.budget.let_go()
            self._plan.pace.let_go()
        self.workers.interrupt()

    def _end(self) -> None:
        """End this process and its workers at once: somebody has asked twice."""
        try:
            self.workers.kill()
            self._say(
                "\nEnded before everything was restored. What is left is in the journal, in the reports folder. Run "
                f"again, or run `{CLI} restore`."
            )
        finally:
            os._exit(ExitCode.INTERRUPTED)

    def _say(self, text: str) -> None:
        """A line on the terminal, at once."""
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        reporter.write(f"{clean(self._settings.known.mask(text))}\n", flush=True)

    def _save(self, sandbox: SandboxSession | None, result: RunResult | None) -> None:
        """Write the bundle, if one is recorded; without a session or result for a run that the guard ended."""
        if self._recorder is None or self._plan is None or self.bundle is None:
            return
        from scopecheck.bundle.bundle import BundleNotWritten, write_bundle

        self._recorder.taken += [*self.workers.exchanges, *self._config.stash.get(EXCHANGES, [])]
        bundle = self._recorder.bundle(
            self._settings,
            self._plan,
            sandbox.setup if sandbox else None,
            result,
            embedded=self._embedded is not None,
        )
        try:
            write_bundle(self.bundle, bundle)
        except OSError as error:
            self.problem = BundleNotWritten(self.bundle, error)
