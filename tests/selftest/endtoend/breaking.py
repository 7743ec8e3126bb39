"""A plugin for pytest that ends a run, or a case, with an error, as a fault in the suite would.

The words that BROKEN_WITH has in it are in the error's message, and in variables of the functions on its way.
"""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

from scopecheck.exercises import case


def pytest_configure() -> None:
    if os.environ.get("BROKEN_AT") == "case":
        patch.object(case.Case, "require_success", _require_success).start()


def pytest_collection_finish() -> None:
    if os.environ.get("BROKEN_AT") != "case":
        _break(os.environ["BROKEN_WITH"])


def _require_success(_case: case.Case, answer: Any) -> None:
    _break(f"{os.environ['BROKEN_WITH']} {answer}")


def _break(words: str) -> None:
    raise RuntimeError("broken with " + words)
