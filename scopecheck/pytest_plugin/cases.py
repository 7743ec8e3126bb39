"""From a profile to pytest cases, and from a verdict to what pytest, JUnit and Allure show."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scopecheck.installation import CONFORMANCE
from scopecheck.model.clean import cleaned
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import KeyCheck, KeyResult, ScopeResult
from scopecheck.pytest_plugin.allure_case import describe_key_check, describe_scope
from scopecheck.pytest_plugin.discretion import CaseCrashed
from scopecheck.pytest_plugin.handover import RESULT_PROPERTY
from scopecheck.pytest_plugin.worker import REQUIREMENT, Worker
from scopecheck.report.allure.cases import junit_properties


class Cases(pytest.Module):
    """A module of cases, read as its names say, whatever `python_functions` and `python_classes` are elsewhere."""

    def funcnamefilter(self, name: str) -> bool:
        return name.startswith("test_")

    def classnamefilter(self, name: str) -> bool:  # noqa: ARG002  # as pytest calls it
        return False


def is_module(path: Path) -> bool:
    """Whether a file is a module of cases, whatever `python_files` is."""
    return path.parent == CONFORMANCE and path.match("test_*.py")


def parametrize(metafunc: pytest.Metafunc, profile: Profile) -> None:
    """One case for each required scope and one for each key check; the ids are the scope and the check."""
    if "scope_result" in metafunc.fixturenames:
        ids = [str(requirement.scope) for requirement in profile.requirements]
        metafunc.parametrize("scope_result", profile.requirements, ids=ids, indirect=True)
    if "key_result" in metafunc.fixturenames:
        metafunc.parametrize("key_result", list(KeyCheck), ids=[check.value for check in KeyCheck], indirect=True)


def keep_requirement(item: pytest.Item) -> None:
    """Store a collected case's requirement where the worker finds it."""
    callspec = getattr(item, "callspec", None)
    if callspec and "scope_result" in callspec.params:
        item.stash[REQUIREMENT] = callspec.params["scope_result"]


def judge_scope(worker: Worker, profile: Profile, item: pytest.Item) -> ScopeResult:
    """Wait for the case's verdict, and add it to the JUnit and Allure reports."""
    try:
        found = worker.scope_result(item)
    except Exception as error:  # noqa: BLE001  # an error in this suite may quote what no report may show
        raise CaseCrashed(error, worker.secrets) from None
    result = cleaned(found, worker.secrets)
    item.user_properties.append((RESULT_PROPERTY, msgspec.json.encode(result).decode()))
    item.user_properties += junit_properties(result)
    describe_scope(item, profile, item.stash[REQUIREMENT], result)
    return result


def judge_key(worker: Worker, profile: Profile, item: pytest.Item, check: KeyCheck) -> KeyResult:
    """What the controller found for a key check; also added to the reports."""
    result = cleaned(worker.key_result(check), worker.secrets)
    item.user_properties += junit_properties(result)
    describe_key_check(item, profile, result)
    return result


def plain_failure(report: pytest.TestReport, error: BaseException) -> None:
    """Show a verdict without a traceback: the message says it all."""
    report.longrepr = str(error)


def complete_for_junit(report: pytest.TestReport, result: ScopeResult | None) -> None:
    """Put the properties that readers want into a case's last report, which is where JUnit takes them from."""
    # The only report of a case whose worker crashed has another value here.
    report.when = "teardown"
    kept = [(name, value) for name, value in report.user_properties if name != RESULT_PROPERTY]
    report.user_properties = kept or list(junit_properties(result) if result else ())
