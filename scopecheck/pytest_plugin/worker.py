"""One process's part of the run: its exercises run in parallel threads, and each pytest case waits for its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.profile import Profile, Requirement
from scopecheck.model.secret import KnownSecrets, Secret
from scopecheck.model.verdict import Cleanup, KeyResult, ScopeResult
from scopecheck.pytest_plugin.groups import assign_groups
from scopecheck.pytest_plugin.handover import CLEANUP_KEY, EXCHANGES_KEY, Equipment
from scopecheck.pytest_plugin.interrupts import INTERRUPTS
from scopecheck.run.plan import TOKEN
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.sandbox.lock import LockError, TargetBusy, TargetLock
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.signs_latch import SignsLatch

if TYPE_CHECKING:
    from scopecheck.bundle.recorder import Recorder, Timed

THREADS: Final = 16
"""More than the number of requests in flight, so that exercises waiting for another's list do not block the rest."""

MAIN: Final = "main"
"""The name of the only process if xdist is not used."""

REQUIREMENT = pytest.StashKey[Requirement]()
"""Where an item stores the requirement that it judges."""


class Worker:
    """Judges the scopes of the items that this process was assigned."""

    def __init__(self, config: pytest.Config, profile: Profile, equip: Callable[[], Equipment]) -> None:
        """`equip` is called at the first case, by when there is what it gives."""
        self._config = config
        self._profile = profile
        self._equip = equip
        self.secrets = KnownSecrets()
        """Every secret that this process knows by now."""
        xdist = getattr(config, "workerinput", {})
        self._groups = assign_groups(self._profile.requirements, int(xdist.get("workercount", 1)))
        self._name = str(xdist.get("workerid", MAIN))
        self._lock: TargetLock | None = None
        self._equipped: Equipment | None = None
        self._recorder: Recorder | None = None
        if xdist:
            INTERRUPTS.catch(self._let_go)
        self._run: RunContext | None = None
        self._judged: dict[str, Future[ScopeResult]] = {}

    @property
    def equipment(self) -> Equipment:
        """What this process judges with. Raises ControllerGone, and KeyboardInterrupt if the run is to end."""
        if self._equipped is None:
            with INTERRUPTS.raised():
                self._equipped = self._equip()
            self.secrets.add(*map(Secret, self._equipped.setup.secrets))
        return self._equipped

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        # One after another while a bundle is recorded: a replay asks so, and gives the answers to each call in order.
        return ThreadPoolExecutor(1 if self._recorder else THREADS, thread_name_prefix="exercise")

    def _let_go(self) -> None:
        if self._equipped:
            self._equipped.budget.let_go()

    def scope_result(self, item: pytest.Item) -> ScopeResult:
        """The result for an item; the first call starts all exercises in the item's group."""
        scope = str(item.stash[REQUIREMENT].scope)
        if scope not in self._judged:
            self._start(self._same_group(item))
        with INTERRUPTS.raised():
            return self._judged[scope].result()

    def key_result(self, name: str) -> KeyResult:
        """What the controller found for a key check."""
        return next(result for result in self.equipment.setup.key if result.check == name)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Let running exercises restore what they changed, and report the outcome to the controller."""
        run = self._run
        if run is None:
            return
        if not all(judged.done() for judged in self._judged.values()):
            run.interrupt()
        self._pool.shutdown(wait=True, cancel_futures=True)
        run.client.close()
        if self._lock:
            self._lock.release()
        cleaned = run.tally.cleanup()
        exchanges = self._recorder.taken if self._recorder else None
        workeroutput = getattr(self._config, "workeroutput", None)
        if workeroutput is not None:
            workeroutput[CLEANUP_KEY] = msgspec.json.encode(cleaned).decode()
            if exchanges is not None:
                workeroutput[EXCHANGES_KEY] = msgspec.json.encode(exchanges).decode()
        else:
            self._config.stash[CLEANED] = cleaned
            self._config.stash[EXCHANGES] = exchanges or []

    def _same_group(self, item: pytest.Item) -> list[Requirement]:
        """The requirements of all selected items in the item's group, so that `-k` limits what is sent."""
        selected = [each.stash[REQUIREMENT] for each in item.session.items if REQUIREMENT in each.stash]
        group = self._groups[str(item.stash[REQUIREMENT].scope)]
        return [requirement for requirement in selected if self._groups[str(requirement.scope)] == group]

    def _start(self, requirements: Sequence[Requirement]) -> None:
        run = self._run = self._run or self._make_run()
        # Longest chains first: a write takes several calls, one after the other.
        longest_first = sorted(requirements, key=lambda requirement: not requirement.scope.is_write)
        for requirement in requirements if self._recorder else longest_first:
            self._judged[str(requirement.scope)] = self._pool.submit(judge, requirement, run)

    def _make_run(self) -> RunContext:
        equipment = self.equipment
        setup = equipment.setup
        if equipment.recording:
            # Here, because it takes a quarter of a second to import.
            from scopecheck.bundle.recorder import Recorder

            self._recorder = Recorder(equipment.recording)
        client = CanvasClient(
            setup.base_url,
            Secret(setup.token),
            equipment.pace,
            signs=SignsLatch(setup.signs),
            renew=equipment.renew,
            record=self._recorder.by(TOKEN) if self._recorder else None,
            budget=equipment.budget,
            names=setup.names,
            secrets=self.secrets,
        )
        if setup.course_id is None:
            return RunContext(setup, self._profile, client, None)
        target = JournalTarget(setup.base_url, setup.course_id)
        if self._name != MAIN and setup.mode == "exercise" and not setup.writes_refused:
            try:
                self._lock = TargetLock(target, self._name).acquire()
            except (LockError, TargetBusy) as error:
                setup = replace(setup, writes_refused=str(error))
        journal = Journal(Path(setup.reports) / FOLDER, target, f"{setup.tag}-{self._name}")
        return RunContext(setup, self._profile, client, journal)


CLEANED = pytest.StashKey[Cleanup]()
"""Where the only process stores what it restored, if xdist is not used."""
EXCHANGES: pytest.StashKey[list[Timed]] = pytest.StashKey()
"""Where it stores what it recorded."""
