"""How the self-tests run.

Hypothesis has fixed examples in CI; elsewhere new ones, printed when they fail. Only tests marked `process` start any.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

from tests.selftest import processes
from tests.selftest.own_locks import keep_locks_in

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, database=None)
settings.register_profile("local", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

GUARD: Final = processes.Guard()


@pytest.fixture(autouse=True, scope="session")
def _no_state_of_mine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What runs remember for their user, such as where their journals are, is not remembered for the developer."""
    with pytest.MonkeyPatch.context() as patched:
        states = tmp_path_factory.mktemp("states")
        patched.setenv("XDG_STATE_HOME", str(states))
        yield states


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, _no_state_of_mine: Path, request: pytest.FixtureRequest) -> None:
    """Nor from one test to another."""
    name = sha256(request.node.nodeid.encode()).hexdigest()[:16]
    monkeypatch.setenv("XDG_STATE_HOME", str(_no_state_of_mine / name))


@pytest.fixture(autouse=True, scope="session")
def _own_locks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test's locks lie where those of this machine's runs do."""
    with pytest.MonkeyPatch.context() as patch:
        keep_locks_in(tmp_path_factory.mktemp("locks"), patch)
        yield


def pytest_itemcollected(item: pytest.Item) -> None:
    processes.mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    GUARD.test = "" if item.get_closest_marker("process") else item.nodeid
    try:
        return (yield)
    finally:
        GUARD.test = ""
