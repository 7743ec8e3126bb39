"""One process's share: its exercises run side by side in threads, and each pytest case waits for its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import msgspec
import pytest

from scopecheck.client import CanvasClient
from scopecheck.judge import judge
from scopecheck.pace import Pace
from scopecheck.profile import Requirement, load_profile
from scopecheck.run import Run
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.secret import Secret
from scopecheck.verdict import Cleanup, KeyResult, ScopeResult
from wiring.dealing import deal
from wiring.handover import CLEANUP_KEY, Handover

THREADS: Final = 16
"""More than requests may be in flight, so that a chain that waits for another's list costs nobody a place."""

REQUIREMENT = pytest.StashKey[Requirement]()
"""Where an item keeps the requirement that it judges."""


class Worker:
    """Judges the scopes of the items that this process was dealt."""

    def __init__(self, config: pytest.Config, handover: Handover) -> None:
        self.handover = handover
        self._config = config
        self._hands = int(getattr(config, "workerinput", {}).get("workercount", 1))
        self._name = str(getattr(config, "workerinput", {}).get("workerid", "main"))
        self._run: Run | None = None
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="exercise")
        self._judged: dict[str, Future[ScopeResult]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Name each item's group: xdist keeps a group on one worker. Before xdist, which puts it into the id."""
        hands = deal([item.stash[REQUIREMENT] for item in items if REQUIREMENT in item.stash], self._hands)
        for item in items:
            requirement = item.stash.get(REQUIREMENT, None)
            hand = hands[str(requirement.scope)] if requirement else 0
            item.add_marker(pytest.mark.xdist_group(name=str(hand)))

    def scope_result(self, item: pytest.Item) -> ScopeResult:
        """The result for an item; the first call starts all exercises of the item's group."""
        scope = str(item.stash[REQUIREMENT].scope)
        if scope not in self._judged:
            self._start(_same_group(item))
        return self._judged[scope].result()

    def key_result(self, name: str) -> KeyResult:
        """What the controller found for a key check."""
        return next(result for result in self.handover.setup.key if result.check == name)

    def pytest_sessionfinish(self) -> None:
        """Let running exercises put back what they changed, and tell the controller how that went."""
        run = self._run
        if run is None:
            return
        if not all(judged.done() for judged in self._judged.values()):
            run.interrupt()
        self._pool.shutdown(wait=True, cancel_futures=True)
        run.client.close()
        cleaned = Cleanup(run.restored, run.failed)
        workeroutput = getattr(self._config, "workeroutput", None)
        if workeroutput is not None:
            workeroutput[CLEANUP_KEY] = msgspec.json.encode(cleaned).decode()
        else:
            self._config.stash[CLEANED] = cleaned

    def _start(self, requirements: Sequence[Requirement]) -> None:
        run = self._run = self._run or self._make_run()
        # Longest chains first: a write takes several dependent calls.
        for requirement in sorted(requirements, key=lambda requirement: not requirement.scope.is_write):
            self._judged[str(requirement.scope)] = self._pool.submit(judge, requirement, run)

    def _make_run(self) -> Run:
        setup = self.handover.setup
        client = CanvasClient(setup.base_url, Secret(setup.token), Pace(setup.in_flight))
        run = Run(setup, load_profile(self.handover.profile_path), client, None)
        if setup.course_id:
            target = JournalTarget(setup.base_url, setup.course_id)
            run.journal = Journal(run.reports / "journal", target, f"{setup.tag}-{self._name}")
        return run


CLEANED = pytest.StashKey[Cleanup]()
"""Where the only process keeps what it put back (no xdist)."""


def _same_group(item: pytest.Item) -> list[Requirement]:
    """The requirements of all collected items of the item's group, so that `-k` narrows what is sent."""
    group = _group(item)
    return [
        other.stash[REQUIREMENT]
        for other in item.session.items
        if REQUIREMENT in other.stash and _group(other) == group
    ]


def _group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return str(marker.kwargs["name"]) if marker else ""
