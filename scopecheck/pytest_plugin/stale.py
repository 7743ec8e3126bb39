"""What earlier runs left where this one will write: removed when it starts, so that nobody takes it for new."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import pytest

from scopecheck.pytest_plugin.allure_leftovers import remove_own
from scopecheck.pytest_plugin.options import results_folder
from scopecheck.report.files import ALLURE_RESULTS, remove_old

_LOOKED_AT: Final = 500
"""The first bytes of a file, by which a JUnit report is known."""


def remove_stale(config: pytest.Config, reports: Path) -> None:
    """Remove old reports of this suite from their usual places and from those that options name.

    What an option names is removed only if it is a report: it may be a mistake for another file.
    """
    remove_old(reports)
    remove_own(Path(results_folder(config) or reports / ALLURE_RESULTS))
    junit = getattr(config.option, "xmlpath", None)
    if junit:
        _remove_junit(Path(junit))
    if config.option.canvas_record:
        _remove_bundle(config.invocation_params.dir / config.option.canvas_record)


def _remove_junit(path: Path) -> None:
    with contextlib.suppress(OSError):
        with path.open("rb") as file:
            start = file.read(_LOOKED_AT)
        if start.startswith(b"<?xml") and b"<testsuites" in start:
            path.unlink()


def _remove_bundle(path: Path) -> None:
    from scopecheck.bundle.bundle import BundleError, load_bundle

    with contextlib.suppress(OSError, BundleError):
        load_bundle(path)
        path.unlink()
