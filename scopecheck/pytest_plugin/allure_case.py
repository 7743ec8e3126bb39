"""What Allure shows for a case: its section and scope, what to do, and the evidence."""

from __future__ import annotations

from functools import partial
from typing import Final

import allure
import allure_commons
import pytest
from allure_commons.model2 import Label, Link, StatusDetails, TestResult, TestResultContainer
from allure_commons.types import AttachmentType, LinkType

from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.verdict import KeyResult, ScopeResult
from scopecheck.pytest_plugin import failures
from scopecheck.pytest_plugin.allure_losses import AllureLosses
from scopecheck.pytest_plugin.crash import crashed
from scopecheck.pytest_plugin.options import results_folder
from scopecheck.pytest_plugin.worker import REQUIREMENT
from scopecheck.report import evidence_text
from scopecheck.report.allure.cases import CaseMeta, key_meta, scope_meta

STEPS: Final = {"scope_result": "Call Canvas under the scope", "key_result": "Check key and token"}
"""Names of a case's setup steps, by fixture."""

DESCRIBED = pytest.StashKey[tuple[CaseMeta, ScopeResult | KeyResult]]()
"""Where an item keeps what Allure shows for it."""


def describe_scope(item: pytest.Item, profile: Profile, requirement: Requirement, result: ScopeResult) -> None:
    """Keep what Allure shows for a scope's case."""
    item.stash[DESCRIBED] = (scope_meta(profile, requirement, result), result)


def describe_key_check(item: pytest.Item, profile: Profile, result: KeyResult) -> None:
    """Keep what Allure shows for a key check's case."""
    item.stash[DESCRIBED] = (key_meta(profile, result), result)


class AllureCases:
    """A plugin for both pytest, which knows the case, and Allure, which writes its result.

    allure-pytest overwrites titles and descriptions that a fixture sets, and its history ids depend on parameter
    values, so everything is put into the result just before it is written.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._meta: CaseMeta | None = None

    def register(self, config: pytest.Config) -> None:
        """Register the plugin, if the run writes Allure results."""
        if results_folder(config):
            config.pluginmanager.register(self, "canvas-allure")
            for plugin in (self, AllureLosses()):
                allure_commons.plugin_manager.register(plugin)
                config.add_cleanup(partial(allure_commons.plugin_manager.unregister, plugin))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Describe a scope's case as crashed until its verdict is known; that stays if its setup fails."""
        requirement = item.stash.get(REQUIREMENT, None)
        self._meta = scope_meta(self._profile, requirement, crashed(requirement, "")) if requirement else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        """Attach the evidence to the case itself; in a fixture it would be attached to the setup."""
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
        """Give the setup a readable name, and leave out pytest's own finalizers, which mean nothing to the reader."""
        for before in container.befores:
            before.name = STEPS.get(before.name, before.name)
        container.afters = [after for after in container.afters if not after.name.endswith("<lambda>")]


def apply(meta: CaseMeta, result: TestResult) -> None:
    """Set a result's name, labels, links and description."""
    result.name, result.fullName = meta.title, meta.test_case_name
    result.testCaseId = result.historyId = meta.history_id
    result.titlePath = [value for name, value in meta.labels if name in {"epic", "feature"}]
    result.description = meta.description
    result.parameters = []
    result.labels += [Label(name, value) for name, value in meta.labels]
    result.links += [Link(LinkType.LINK, address, name) for address, name in meta.links]
    _shorten(result.statusDetails)


def _shorten(details: StatusDetails | None) -> None:
    """Show only the verdict's message: no exception name before it, no traceback after it."""
    kind, _, words = details.message.partition(": ") if details else ("", "", "")
    if details and (kind == "Skipped" or kind.startswith(f"{failures.__name__}.")):
        details.message, details.trace = words, None
