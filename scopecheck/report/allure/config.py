"""The configuration of Allure 3, which turns Allure results into a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.report.allure.cases import label_categories

RUNS_KEPT: Final = 30
"""How many earlier runs the trends cover; each takes about 60 KB."""


_TECHNICAL: Final = ["parentSuite", "suite", "host", "thread", "framework", "language", "package"]
"""Labels that allure-pytest adds and that say nothing about a key."""


def allure_config(found: ScopesDocument, reports: Path) -> dict[str, Any]:
    """The content of allurerc.json: a single-file report, since a folder of files does not open from disk."""
    outcome = "conformant" if found.conformant else "not conformant"
    about = "Demonstration, nothing is known about your Canvas: " if found.demonstration else ""
    return {
        "name": f"{about}Canvas scopes for {found.profile}: {outcome}",
        "output": str(reports / "allure-report"),
        "historyPath": str(reports / "history" / "allure.jsonl"),
        "historyLimit": RUNS_KEPT,
        "hideLabels": _TECHNICAL,
        "categories": label_categories(found),
        "plugins": {
            "awesome": {"options": {"singleFile": True, "reportLanguage": "en", "groupBy": ["epic", "feature"]}}
        },
    }
