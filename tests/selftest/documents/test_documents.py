"""What documents name is there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scopecheck.commands.main import COMMANDS
from tests.selftest.documents.markdown import DOCUMENTS, README, ROOT, anchors, links

BELOW = ("", "scopecheck", "tests/selftest")
"""Where a path in a document may begin."""
MADE_LATER = (".venv/", "reports/", "allure-report/", "allure-results/", "journal/", "unrestored/")


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", ["docs/explanation/architecture.md", "README.md", "CONTRIBUTING.md"])
def test_every_path_in_it_exists(document: str) -> None:
    """A path in code style that has a folder in it names a file or folder of the project."""
    text = (ROOT / document).read_text("utf-8")
    paths = {path for path in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text) if not path.startswith(MADE_LATER)}

    assert paths
    assert [path for path in sorted(paths) if not any((ROOT / base / path).exists() for base in BELOW)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link without a host leads to a file or folder of the project, and its anchor to a heading there."""
    astray = []
    for place, target in links(document):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        there = (document.parent / parts.path).resolve() if parts.path else document
        if not there.exists() or (parts.fragment and parts.fragment not in anchors(there)):
            astray.append(f"{place}: {target}")

    assert astray == []


def test_every_document_can_be_found() -> None:
    """Links lead from the README to each document in docs/."""
    reached, new = set[Path](), {README}
    while new:
        reached |= new
        targets = ((each.parent / urlsplit(target).path).resolve() for each in new for _, target in links(each))
        new = {there for there in targets if there in DOCUMENTS} - reached

    assert [named(each) for each in DOCUMENTS if ROOT / "docs" in each.parents and each not in reached] == []


def test_every_command_has_its_reference() -> None:
    """The README lists it, and the reference has a section for it."""
    readme = README.read_text("utf-8")

    assert [name for name in COMMANDS if f"| `{name}` |" not in readme] == []
    assert COMMANDS.keys() - anchors(ROOT / "docs" / "reference" / "commands.md") == set()
