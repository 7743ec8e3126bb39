"""Counts which of the product's lines the self-tests reach, in all workers; too few fail the run. A pytest plug-in.

It has to be loaded by `-p`, before anything of the product is imported. coverage.py, which up to Python 3.13 is told of
every call and line by the interpreter, would more than double the time; SlipCover puts its counting into imported code.
"""

from __future__ import annotations

import io
import json
import os
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage

ROOT: Final = Path(__file__).resolve().parents[2]
TABLE: Final = "self-test-lines.txt"
"""The file in the folder of reports that lists the missing lines of each file."""

_ASKED: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["slipcover"]
_FOLDERS: Final = [str(ROOT / folder) for folder in _ASKED["source"]]
_FLOOR: Final[int] = _ASKED["fail-under"]
_NEVER: Final = 2**31 - 1
"""Code that has been counted is not exchanged while threads run it: that saves little."""

# Only the controller adds the files that nothing has imported.
_COUNTER: Final = Slipcover(source=None if "PYTEST_XDIST_WORKER" in os.environ else _FOLDERS, d_miss_threshold=_NEVER)
ImportManager(_COUNTER, FileMatcher(sources=_FOLDERS)).__enter__()

_OF_WORKERS: Final[list[dict[str, Any]]] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker has counted; one that crashed tells nothing."""
    if output := getattr(node, "workeroutput", None):
        _OF_WORKERS.append(json.loads(output["lines"]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's count over; in the controller write the table, and fail a run that reaches too few lines."""
    counted = _COUNTER.get_coverage()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["lines"] = json.dumps(counted)
        return
    for of_worker in _OF_WORKERS:
        merge_coverage(counted, of_worker)
    _table(session.config).write_text(_listed(counted), "utf-8")
    session.config.stash[_REACHED] = reached = counted["summary"]["percent_covered"]
    if reached < _FLOOR and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many lines were reached, and what to do where they are too few."""
    reached = terminalreporter.config.stash[_REACHED]
    told = f"The self-tests reach {reached:.2f} % of the lines; {_table(terminalreporter.config)} lists the others."
    if reached < _FLOOR:
        told += f" FAILED: fail-under in pyproject.toml asks for {_FLOOR} %. Write tests for what is new."
    terminalreporter.write_line(told, red=reached < _FLOOR)


_REACHED: Final = pytest.StashKey[float]()


def _table(config: pytest.Config) -> Path:
    return Path(config.getoption("canvas_reports") or "reports") / TABLE


def _listed(counted: dict[str, Any]) -> str:
    table = io.StringIO()
    print_coverage(counted, outfile=table, missing_width=100, skip_covered=True)
    return table.getvalue()
