"""The files that a run writes into its report folder, by name: for those who write them, and to remove the old ones."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from scopecheck.config.scopes_file import SCOPES_FILE

JSON: Final = SCOPES_FILE
MARKDOWN: Final = "scopes.md"
HTML: Final = "scopes.html"
JUNIT: Final = "junit.xml"
CTRF: Final = "ctrf.json"
ALLURE_RESULTS: Final = "allure-results"
"""A folder; what of it is this suite's, `scopecheck/pytest_plugin/allure_results.py` tells by its content."""
ALLURE_REPORT: Final = "allure-report/index.html"

WRITTEN: Final = (JSON, MARKDOWN, HTML, JUNIT, CTRF, ALLURE_REPORT)
"""What an earlier run's result would be read from. Journal, history and old values that could not be restored are not
results of one run: they stay."""


def remove_old(reports: Path) -> None:
    """Remove an earlier run's reports, so that nobody takes them for this run's; everything else stays.

    What cannot be removed cannot be replaced either, which is reported when the new reports are written.
    """
    for name in WRITTEN:
        with contextlib.suppress(OSError):
            (reports / name).unlink(missing_ok=True)
