"""From a profile to pytest cases, and from a verdict to what pytest, JUnit and Allure see of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from scopecheck.profile import Profile
from scopecheck.verdict import KeyCheck, KeyResult, ScopeResult
from wiring.allure_case import describe_key_check, describe_scope
from wiring.handover import RESULT_PROPERTY
from wiring.worker import REQUIREMENT, Worker


def parametrize(metafunc: pytest.Metafunc, profile: Profile) -> None:
    """One case for each required scope, and one for each key check; ids are scope and check."""
    if "scope_result" in metafunc.fixturenames:
        ids = [str(requirement.scope) for requirement in profile.requirements]
        metafunc.parametrize("scope_result", profile.requirements, ids=ids, indirect=True)
    if "key_result" in metafunc.fixturenames:
        metafunc.parametrize("key_result", list(KeyCheck), ids=[check.value for check in KeyCheck], indirect=True)


def keep_requirement(item: pytest.Item) -> None:
    """Where the worker finds the requirement of a collected case."""
    callspec = getattr(item, "callspec", None)
    if callspec and "scope_result" in callspec.params:
        item.stash[REQUIREMENT] = callspec.params["scope_result"]


def judge_scope(worker: Worker, profile: Profile, item: pytest.Item) -> ScopeResult:
    """Wait for the case's verdict, and put it into the reports of JUnit and Allure."""
    result = worker.scope_result(item)
    item.user_properties.append((RESULT_PROPERTY, msgspec.json.encode(result).decode()))
    for name in ("verdict", "proof", "cause", "remedy"):
        item.user_properties.append((name, str(getattr(result, name) or "")))
    describe_scope(profile, item.stash[REQUIREMENT], result)
    return result


def judge_key(worker: Worker, profile: Profile, item: pytest.Item, check: KeyCheck) -> KeyResult:
    """What the controller found for a key check, put into the reports."""
    result = worker.key_result(check)
    for name in ("verdict", "cause", "remedy"):
        item.user_properties.append((name, str(getattr(result, name) or "")))
    describe_key_check(profile, result)
    return result


def plain_failure(report: pytest.TestReport, error: BaseException) -> None:
    """A verdict needs no traceback: its own words are the whole story."""
    report.longrepr = str(error)


def without_result(properties: list[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """The properties without the one that only the controller reads."""
    return ((name, value) for name, value in properties if name != RESULT_PROPERTY)
