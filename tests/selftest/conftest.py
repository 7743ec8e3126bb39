"""How the self-tests run.

Hypothesis has fixed examples in CI; elsewhere new ones, printed when they fail. Only tests marked `process` start any.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from hashlib import sha256
from typing import Final

import pytest
from hypothesis import settings

from tests.selftest import processes

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, database=None)
settings.register_profile("local", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

GUARD: Final = processes.Guard()


@pytest.fixture(autouse=True)
def _own_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    """What a run remembers for its user, such as where its journals are, stays within its test."""
    name = sha256(request.node.nodeid.encode()).hexdigest()[:16]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "states" / name))


def pytest_itemcollected(item: pytest.Item) -> None:
    processes.mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    GUARD.test = "" if item.get_closest_marker("process") else item.nodeid
    try:
        return (yield)
    finally:
        GUARD.test = ""
