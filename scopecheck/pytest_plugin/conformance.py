"""What runs the cases: the controller's and the workers' plug-ins, and the cases' fixtures."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scopecheck.config.profile_file import load_profile
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import KeyResult, ScopeResult
from scopecheck.pytest_plugin import cases
from scopecheck.pytest_plugin.allure_case import AllureCases
from scopecheck.pytest_plugin.discretion import CaseCrashed, Discretion, hide_values
from scopecheck.pytest_plugin.failures import KeyCheckFailed, ScopeMisconfigured, ScopeMissing, Unproved
from scopecheck.pytest_plugin.handover import Equipment, Start
from scopecheck.pytest_plugin.worker import Worker
from scopecheck.transport.broker_line import BrokerLine

if TYPE_CHECKING:
    from scopecheck.pytest_plugin.controller import Controller

CONTROLLER: pytest.StashKey[Controller] = pytest.StashKey()
PROFILE = pytest.StashKey[Profile]()
WORKER = pytest.StashKey[Worker]()
MARKERS = (
    "scope(name): the API scope that a case judges",
    "key_check(name): the property of key or token that a case judges",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    start = Start.from_controller(config)
    if start:
        config.stash[PROFILE] = load_profile(start.profile_path)
        config.option.allure_report_dir = start.allure_results
        line = BrokerLine(start.broker)
        config.add_cleanup(line.close)
        register_worker(config, partial(Equipment.fetched, line))
        return
    # Here, because a worker has no use for what it imports.
    from scopecheck.pytest_plugin.registration import register_controller

    config.stash[PROFILE], controller = register_controller(config)
    if controller:
        config.stash[CONTROLLER] = controller


def register_worker(config: pytest.Config, equip: Callable[[], Equipment]) -> None:
    worker = config.stash[WORKER] = Worker(config, config.stash[PROFILE], equip)
    config.pluginmanager.register(worker, "canvas-worker")
    if not config.stash.get(CONTROLLER, None):
        hide_values(config, worker.secrets)
        config.pluginmanager.register(Discretion(worker.secrets), "canvas-discretion")
    AllureCases(config.stash[PROFILE]).register(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None, object, object]:
    controller = session.config.stash.get(CONTROLLER, None)
    if controller or WORKER in session.config.stash:
        # What is imported by now stays. Looked through again and again, it takes a sixth of a run's processor time.
        gc.freeze()
    started = yield
    if controller and controller.equipment:
        # Without xdist, the controller judges the cases itself.
        equipment = controller.equipment
        register_worker(session.config, lambda: equipment)
    return started


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect the cases once, and not as the configuration of another project says."""
    found = yield
    return [cases.Cases.from_parent(parent, path=file_path)] if cases.is_module(file_path) else found


def pytest_itemcollected(item: pytest.Item) -> None:
    cases.keep_requirement(item)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    profile = metafunc.config.stash.get(PROFILE, None)
    if profile:
        cases.parametrize(metafunc, profile)


@pytest.fixture
def scope_result(request: pytest.FixtureRequest) -> ScopeResult:
    """The verdict for one required scope."""
    return cases.judge_scope(request.config.stash[WORKER], request.config.stash[PROFILE], request.node)


@pytest.fixture
def key_result(request: pytest.FixtureRequest) -> KeyResult:
    """The verdict for one property of the key or token."""
    return cases.judge_key(request.config.stash[WORKER], request.config.stash[PROFILE], request.node, request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    verdicts = (ScopeMissing, ScopeMisconfigured, KeyCheckFailed, Unproved)
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, verdicts):
        cases.plain_failure(report, error)
    elif isinstance(error, CaseCrashed):
        report.longrepr = error.trace
    return report
