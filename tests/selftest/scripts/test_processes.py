"""The quick self-tests start no process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

import pytest

from tests.selftest.processes import FORKED, HERE, RUNS, STARTING, SWEEPING, THOROUGH, UNIX, ProcessStarted


@pytest.mark.parametrize(
    "start",
    [
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda: os.system("exit 0"),  # noqa: S605  # it is to be refused
        lambda: sys.audit(FORKED),
    ],
    ids=["subprocess", "os.system", "forked"],
)
def test_a_test_without_the_marker_starts_no_process(start: Callable[[], object]) -> None:
    """It fails by itself, with what to do; nobody finds out from a quick run that has become slow."""
    with pytest.raises(ProcessStarted, match=r"test_a_test_without_the_marker_starts_no_process.*add its folder"):
        start()


@pytest.mark.parametrize("place", sorted(STARTING | SWEEPING | UNIX))
def test_every_place_exists(place: str) -> None:
    """A folder or module that was renamed is not left behind in the table."""
    assert [*HERE.rglob(place), *HERE.rglob(f"{place}.py")]


@pytest.mark.parametrize("name", sorted(THOROUGH))
def test_every_name_exists(name: str) -> None:
    """Nor is a test, among those that others like it stand for."""
    tests = (path for path in HERE.rglob("test_*.py") if path.stem == name or f"def {name}(" in path.read_text("utf-8"))

    assert next(tests, None)


def test_whole_runs_are_started_by_one_module() -> None:
    """The module that tells such tests by exists."""
    assert find_spec(RUNS)
