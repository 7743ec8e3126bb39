"""The version: it stands in one place, and a release's tag and changelog entry agree with it."""

from __future__ import annotations

import re

import pytest

from scopecheck import __version__
from scripts.release_tag import CHANGELOG, against, latest

RELEASED = "# Changelog\n\n## 1.2.3 - 2026-11-30\n\n### Added\n\n## 1.2.2 - 2026-10-01\n"


def test_the_changelog_is_about_this_version() -> None:
    """Whoever changes the version writes its entry, and the other way round."""
    version, _ = latest(CHANGELOG.read_text("utf-8"))

    assert version == __version__


def test_the_version_is_of_three_numbers() -> None:
    """Semantic versions: what breaks an interface is told by the first number."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_a_tag_of_the_dated_version_may_be_released() -> None:
    """The tag is v and the version, and the entry has a date."""
    assert against("v1.2.3", "1.2.3", RELEASED) == ""


@pytest.mark.parametrize(
    ("tag", "version", "changelog", "reason"),
    [
        ("v1.2.4", "1.2.3", RELEASED, "The tag is v1.2.4, but the version is 1.2.3"),
        ("1.2.3", "1.2.3", RELEASED, "The tag is 1.2.3"),
        ("v1.2.2", "1.2.2", RELEASED, "topmost entry is of 1.2.3"),
        ("v1.2.3", "1.2.3", RELEASED.replace("2026-11-30", "unreleased"), "says that 1.2.3 is unreleased"),
    ],
    ids=["another version", "no v", "no entry", "no date"],
)
def test_any_other_is_refused(tag: str, version: str, changelog: str, reason: str) -> None:
    """What differs is named."""
    assert reason in against(tag, version, changelog)


@pytest.mark.parametrize("heading", ["## Unreleased", "## [1.2.3] - 2026-11-30", "## 1.2.3", ""])
def test_a_heading_of_another_form_is_an_error(heading: str) -> None:
    """Nothing is guessed from a heading that cannot be read."""
    with pytest.raises(ValueError, match="topmost entry"):
        latest(f"# Changelog\n\n{heading}\n")
