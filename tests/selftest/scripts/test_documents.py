"""What documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BELOW = ("", "scopecheck", "tests/selftest")
"""Where a path in a document may begin."""
MADE_LATER = (".venv/", "reports/", "allure-report/", "allure-results/")


@pytest.mark.parametrize("document", ["docs/architecture.md", "README.md"])
def test_every_path_in_it_exists(document: str) -> None:
    """A path in code style that has a folder in it names a file or folder of the project."""
    text = (ROOT / document).read_text("utf-8")
    paths = {path for path in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text) if not path.startswith(MADE_LATER)}

    assert paths
    assert [path for path in sorted(paths) if not any((ROOT / base / path).exists() for base in BELOW)] == []
