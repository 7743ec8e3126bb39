"""How the self-tests run.

Hypothesis has fixed examples in CI; elsewhere new ones, printed when they fail. Only tests marked `process` start any.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
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
