"""A profile written as text is read back as the same profile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scopecheck.config.profile_file import load_profile, profile_files
from scopecheck.config.profile_text import name_from, profile_text
from scopecheck.model.profile import KeySettings, Profile, Requirement
from scopecheck.model.scope import Scope


def written(profile: Profile, folder: Path) -> Profile:
    file = folder / f"{profile.name}.toml"
    file.write_text(profile_text(profile, ["A remark."]), "utf-8")
    return replace(load_profile(file), path=profile.path)


@pytest.mark.parametrize(
    "file", [file for file in profile_files() if load_profile(file).role is None], ids=lambda file: file.stem
)
def test_each_profile_without_a_role_comes_back(file: Path, tmp_path: Path) -> None:
    """Name, title, source, date, key, groups and every field of every scope are kept; the order is by section."""
    profile = load_profile(file)
    rows = tuple(sorted(profile.requirements, key=lambda row: row.section.lower()))

    assert written(profile, tmp_path) == replace(profile, requirements=rows)


@pytest.mark.parametrize("text", ['a "quoted" \\ name', "tab\tand\nline", "del\x7f", "ümlaut ✓ 漢", "#x = 'y'"])
def test_any_text_is_a_valid_string(text: str, tmp_path: Path) -> None:
    """Titles and reasons may have any character."""
    row = Requirement(Scope.parse("url:GET|/api/v1/accounts"), "Accounts", why=text)
    profile = Profile("x", text, tmp_path, KeySettings(False, True, "https://a.test/cb"), (row,))

    assert written(profile, tmp_path) == profile


def test_a_name_from_a_title() -> None:
    """Lower-case words with hyphens, and something where no word is left."""
    assert (name_from("Canvas App (Explorer) 2"), name_from("漢")) == ("canvas-app-explorer-2", "new-profile")
