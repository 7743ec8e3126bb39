"""A run's results put through pytest again, without Canvas, to see what JUnit and Allure make of them."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from scopecheck.model.secret import KnownSecrets
from scopecheck.model.verdict import KeyResult, ScopeResult
from scopecheck.pytest_plugin import allure_results, cases
from scopecheck.pytest_plugin.allure_case import AllureCases
from scopecheck.pytest_plugin.failures import KeyCheckFailed, ScopeMisconfigured, ScopeMissing, Unproved
from scopecheck.pytest_plugin.worker import REQUIREMENT, Worker
from scopecheck.report import HTML
from scopecheck.report.subject import Subject

CASES = """
from tests.conformance.test_key import test_key
from tests.conformance.test_scopes import test_scope
"""
VERDICTS = (ScopeMissing, ScopeMisconfigured, KeyCheckFailed, Unproved)


class Known:
    """Stands in for a worker: it already has every result."""

    def __init__(self, subject: Subject) -> None:
        self._scopes = {result.scope: result for result in subject.found.scopes}
        self._checks = {result.check.value: result for result in subject.found.key}
        self.secrets = KnownSecrets()

    def scope_result(self, item: pytest.Item) -> ScopeResult:
        return self._scopes[str(item.stash[REQUIREMENT].scope)]

    def key_result(self, name: str) -> KeyResult:
        return self._checks[name]


class Replay:
    """Stands in for conftest.py and controller: the same steps, without settings."""

    def __init__(self, subject: Subject) -> None:
        judged = {result.scope for result in subject.found.scopes}
        rows = [row for row in subject.profile.requirements if str(row.scope) in judged]
        self._profile = replace(subject.profile, requirements=tuple(rows))
        self._worker = cast(Worker, Known(subject))

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        AllureCases(self._profile).register(config)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        cases.parametrize(metafunc, self._profile)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        cases.keep_requirement(item)

    @pytest.fixture
    def scope_result(self, request: pytest.FixtureRequest) -> ScopeResult:
        return cases.judge_scope(self._worker, self._profile, request.node)

    @pytest.fixture
    def key_result(self, request: pytest.FixtureRequest) -> KeyResult:
        return cases.judge_key(self._worker, self._profile, request.node, request.param)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo and isinstance(call.excinfo.value, VERDICTS):
            cases.plain_failure(report, call.excinfo.value)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            cases.complete_for_junit(report, None)


@contextlib.contextmanager
def replayed(subject: Subject) -> Iterator[Path]:
    """A folder with junit.xml and allure-results of the subject's run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\nstrict = true\n", "utf-8")
        # A unique name: Python caches the modules of earlier ones.
        (folder / f"test_{folder.name}.py").write_text(CASES, "utf-8")
        arguments = ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", f"--rootdir={folder}"]
        arguments += [f"-c{folder / 'pytest.ini'}", "--no-summary", "-q"]
        reports = [f"--junitxml={folder / 'junit.xml'}", f"--alluredir={folder / 'allure-results'}"]
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = pytest.main([*arguments, *reports, str(folder)], plugins=[Replay(subject)])
        assert code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, output.getvalue()
        allure_results.complete(folder / "allure-results", subject, folder / HTML)
        yield folder
