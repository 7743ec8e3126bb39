"""What Allure is told of a case: its place among sections and scopes, what to do, and the evidence."""

from __future__ import annotations

from functools import partial
from typing import Final

import allure
import allure_commons
import pytest
from allure_commons.model2 import Label, Link, StatusDetails, TestResult, TestResultContainer
from allure_commons.types import AttachmentType, LinkType

from pytest_plugin import failures
from pytest_plugin.allure_losses import AllureLosses
from pytest_plugin.crash import crashed
from pytest_plugin.worker import REQUIREMENT
from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.verdict import KeyResult, ScopeResult
from scopecheck.report import evidence_text
from scopecheck.report.allure.cases import CaseMeta, key_meta, scope_meta

STEPS: Final = {"scope_result": "Call Canvas under the scope", "key_result": "Look at key and token"}
"""What the set-up steps of a case are called, by fixture."""

DESCRIBED = pytest.StashKey[tuple[CaseMeta, ScopeResult | KeyResult]]()
"""Where an item keeps what Allure is to be told of it."""


def describe_scope(item: pytest.Item, profile: Profile, requirement: Requirement, result: ScopeResult) -> None:
    """Keep what Allure is to be told of a scope's case."""
    item.stash[DESCRIBED] = (scope_meta(profile, requirement, result), result)


def describe_key_check(item: pytest.Item, profile: Profile, result: KeyResult) -> None:
    """Keep what Allure is to be told of a key check's case."""
    item.stash[DESCRIBED] = (key_meta(profile, result), result)


class AllureCases:
    """A plugin of pytest and of Allure: the first knows the case, the second writes its result.

    Titles and descriptions that a fixture sets are overwritten by allure-pytest, and its history ids hang on the
    parameters' values; so all of it is put into the result just before it is written.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._meta: CaseMeta | None = None

    def register(self, config: pytest.Config) -> None:
        """Take part in the run, if it writes Allure results at all."""
        if config.option.allure_report_dir:
            config.pluginmanager.register(self, "canvas-allure")
            for plugin in (self, AllureLosses()):
                allure_commons.plugin_manager.register(plugin)
                config.add_cleanup(partial(allure_commons.plugin_manager.unregister, plugin))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Until its verdict is there, a scope's case has none: so it stays where its set-up fails."""
        requirement = item.stash.get(REQUIREMENT, None)
        self._meta = scope_meta(self._profile, requirement, crashed(requirement, "")) if requirement else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Attach the evidence to the case itself: within a fixture it would hang on the set-up."""
        if DESCRIBED not in item.stash:
            return
        self._meta, result = item.stash[DESCRIBED]
        for exchange in result.evidence:
            allure.attach(evidence_text.text(exchange), evidence_text.name(exchange), AttachmentType.TEXT)

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        """Complete the case that is about to be written."""
        meta, self._meta = self._meta, None
        if meta:
            apply(meta, result)

    @allure_commons.hookimpl(tryfirst=True)
    def report_container(self, container: TestResultContainer) -> None:
        """Name the set-up in words, and leave out pytest's own finalizers, which tell nobody anything."""
        for before in container.befores:
            before.name = STEPS.get(before.name, before.name)
        container.afters = [after for after in container.afters if not after.name.endswith("<lambda>")]


def apply(meta: CaseMeta, result: TestResult) -> None:
    """Put names, labels, links and description into a result."""
    result.name, result.fullName = meta.title, meta.test_case_name
    result.testCaseId = result.historyId = meta.history_id
    result.titlePath = [value for name, value in meta.labels if name in {"epic", "feature"}]
    result.description = meta.description
    result.parameters = []
    result.labels += [Label(name, value) for name, value in meta.labels]
    result.links += [Link(LinkType.LINK, address, name) for address, name in meta.links]
    _shorten(result.statusDetails)


def _shorten(details: StatusDetails | None) -> None:
    """A verdict's own words are its whole story: no exception's name before them, no traceback after."""
    kind, _, words = details.message.partition(": ") if details else ("", "", "")
    if details and (kind == "Skipped" or kind.startswith(f"{failures.__name__}.")):
        details.message, details.trace = words, None
