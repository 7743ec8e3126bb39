"""What happens once in a run, in the process that the user started: set-up before the cases, reports after."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import pytest

from scopecheck import causes
from scopecheck.client import CanvasClient
from scopecheck.pace import ALL_IN_FLIGHT, Pace
from scopecheck.prepare import Plan, prepare
from scopecheck.profile import Requirement
from scopecheck.report import Subject, write_reports
from scopecheck.run import Setup
from scopecheck.sandbox.guard import GuardError
from scopecheck.sandbox.journal import JournalTarget
from scopecheck.sandbox.restore import recover
from scopecheck.sandbox.tag import new_tag
from scopecheck.secret import Secret
from scopecheck.settings import Settings
from scopecheck.verdict import Cleanup, FailedRestore, RunResult, ScopeResult, Target, Verdict
from wiring.embedded import Embedded
from wiring.handover import CLEANUP_KEY, RESULT_PROPERTY, SETUP_KEY, Cleaned, Handover
from wiring.worker import CLEANED

EXIT_CONFORMANT, EXIT_NOT_CONFORMANT = 0, 1
_OURS: Final = frozenset({EXIT_CONFORMANT, EXIT_NOT_CONFORMANT, 5})
"""pytest's exit codes that the verdicts decide about; interruptions and internal errors keep their own."""


class _Node(Protocol):
    """The part of xdist's worker controller that is used here."""

    workerinput: dict[str, Any]
    workeroutput: dict[str, Any]


class Controller:
    """Sets up the run, collects the verdicts, writes the reports and decides the exit code."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._embedded: Embedded | None = None
        self._started = datetime.now(UTC)
        self._clock = time.perf_counter()
        self._results: dict[str, ScopeResult] = {}
        self._crashed: dict[str, str] = {}
        self._restored = 0
        self._failed: list[FailedRestore] = []
        self.handover: Handover | None = None
        self.subject: Subject | None = None

    @property
    def reports(self) -> Path:
        """The report folder."""
        return self._settings.reports

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Before xdist starts its workers: the embedded Canvas, preflight, token, guard."""
        if self._settings.base_url is None:
            self._embedded = Embedded.start(self._config, self._settings.profile)
            self._settings = self._embedded.settings(self._settings)
        plan = Plan(
            tag=new_tag(self._started),
            started_at=_iso(self._started),
            processes=_processes(self._config),
            allow_students=self._config.getoption("allow_students"),
        )
        try:
            setup, _ = prepare(self._settings, plan)
        except GuardError as error:
            raise pytest.UsageError(f"Sandbox guard: {error}") from None
        self._recover(setup)
        self.handover = Handover(setup, str(self._settings.profile.path))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: _Node) -> None:
        """Hand the set-up to a worker."""
        if self.handover:
            node.workerinput[SETUP_KEY] = self.handover.to_json()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: _Node) -> None:
        """Take what a worker put back; a crashed worker has nothing to say."""
        output = getattr(node, "workeroutput", {})
        if CLEANUP_KEY in output:
            self._take(msgspec.json.decode(output[CLEANUP_KEY], type=Cleaned))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect a case's verdict; a case that ended without one is no answer."""
        # xdist puts a case's group behind its id, which depends on the number of workers.
        report.nodeid = report.nodeid.rsplit("@", 1)[0]
        properties = dict(report.user_properties)
        if RESULT_PROPERTY in properties:
            result = msgspec.json.decode(str(properties[RESULT_PROPERTY]), type=ScopeResult)
            self._results[result.scope] = result
        elif report.failed:
            self._crashed[report.nodeid] = str(report.longrepr).strip().splitlines()[-1]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """After all workers: stop the embedded Canvas, write the reports, decide the exit code."""
        if self.handover is None:
            return
        if self._config.stash.get(CLEANED, None):
            self._take(self._config.stash[CLEANED])
        # A worker that crashed or was interrupted could not put everything back.
        self._recover(self.handover.setup)
        result = self._run_result(self.handover.setup)
        if self._embedded:
            self._embedded.stop()
        self.subject = write_reports(self._settings.reports, self._settings.profile, result)
        if int(session.exitstatus) in _OURS:
            session.exitstatus = EXIT_CONFORMANT if self.subject.conformant else EXIT_NOT_CONFORMANT

    def _recover(self, setup: Setup) -> None:
        """Undo what the journal still holds open: an earlier run's changes at the start, this run's at the end."""
        if setup.mode != "exercise" or setup.course_id is None or setup.dead or setup.writes_refused:
            return
        client = CanvasClient(setup.base_url, Secret(setup.token), Pace(setup.in_flight))
        recovery = recover(self.reports, JournalTarget(setup.base_url, setup.course_id), client)
        client.close()
        self._restored += len(recovery.restored)
        settled = {failure.what for failure in recovery.failed} | set(recovery.restored)
        self._failed = [failure for failure in self._failed if failure.what not in settled] + recovery.failed

    def _take(self, cleaned: Cleaned) -> None:
        self._restored += cleaned.restored
        self._failed += cleaned.failed

    def _run_result(self, setup: Setup) -> RunResult:
        requirements = self._settings.profile.requirements
        scopes = [result for r in requirements if (result := self._result_of(r)) is not None]
        return RunResult(
            profile=self._settings.profile.name,
            mode=setup.mode,
            started_at=setup.started_at,
            duration_s=round(time.perf_counter() - self._clock, 1),
            target=Target(
                setup.base_url, self._embedded is not None, setup.account_id, setup.course_id, self._settings.client_id
            ),
            key=setup.key,
            scopes=scopes,
            cleanup=Cleanup(self._restored, self._failed),
            expected=len(requirements),
            missing_on_key=setup.missing_on_key,
            notes=[setup.dead.message] if setup.dead else [],
        )

    def _result_of(self, requirement: Requirement) -> ScopeResult | None:
        """The verdict of a scope; a substitute where its case ended without one, None where it was not selected."""
        scope = str(requirement.scope)
        if scope in self._results:
            return self._results[scope]
        crash = next((text for nodeid, text in self._crashed.items() if f"[{scope}]" in nodeid), None)
        if crash is None:
            return None
        cause = causes.WORKER_CRASHED
        return ScopeResult(
            scope, requirement.section, Verdict.UNPROVED, None, cause.slug, f"{cause.means} {crash}",
            cause.remedy_for(), 0,
        )  # fmt: skip


def clean_results(folder: Path) -> Path:
    """An empty folder for Allure's results: cleaned here, since each worker that cleans wipes the others' results."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _processes(config: pytest.Config) -> int:
    # xdist has turned -n into one `tx` entry for each worker by now.
    return min(ALL_IN_FLIGHT, max(1, len(config.getoption("tx", default=None) or [])))


def _iso(moment: datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
