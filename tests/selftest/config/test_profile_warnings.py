"""What looks wrong in a profile that can be used: said, in the check of the file and in a run, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.profile_file import ProfileError, load_profile, profile_files
from scopecheck.config.profile_warnings import profile_warnings
from scopecheck.config.settings import load_settings

ROW = '[[scope]]\nscope = "{}"\nsection = "{}"\n'


def warnings(folder: Path, scope: str, section: str) -> list[str]:
    file = folder / "profile.toml"
    file.write_text(ROW.format(scope, section), "utf-8")
    return profile_warnings(load_profile(file))


@pytest.mark.parametrize("file", profile_files(), ids=lambda file: file.stem)
def test_no_profile_of_the_suite_has_a_warning(file: Path) -> None:
    """Each scope is known, and under its heading."""
    assert profile_warnings(load_profile(file)) == []


def test_an_unknown_scope_is_named_with_the_nearest(tmp_path: Path) -> None:
    """A well-formed scope that no known Canvas has may be a slip, or newer: the message says both."""
    [told] = warnings(tmp_path, "url:GET|/api/v1/acounts/:id", "Accounts")

    assert told.startswith(
        f"url:GET|/api/v1/acounts/:id ({tmp_path / 'profile.toml'}, scope 1) is a scope of no Canvas"
    )
    assert "did you mean url:GET|/api/v1/accounts/:id" in told
    assert "if your Canvas's key page shows it like this" in told


def test_an_older_name_is_known(tmp_path: Path) -> None:
    """A page's scope under the name that it had before 2023 is no slip."""
    assert warnings(tmp_path, "url:GET|/api/v1/courses/:course_id/pages/:url", "Pages") == []


def test_a_wrong_heading_is_named(tmp_path: Path) -> None:
    """Who looks for the box looks under the heading."""
    [told] = warnings(tmp_path, "url:GET|/api/v1/accounts/:account_id/courses", "Courses")

    assert 'is in section "Courses"' in told
    assert 'has it under "Accounts"' in told


def test_a_malformed_scope_is_refused(tmp_path: Path) -> None:
    """What can be no scope of any Canvas is no warning."""
    with pytest.raises(ProfileError, match="neither a word nor a :parameter"):
        warnings(tmp_path, "url:DELETE|/api/v1/users/:user_id/custom_data(*/scope)", "Users")


def test_a_run_notes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of a run carry the warning as a note, and the run is made."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    file = tmp_path / "profile.toml"
    file.write_text(ROW.format("url:GET|/api/v1/acounts", "Accounts"), "utf-8")
    [note] = load_settings({"canvas_profile": str(file)}, tmp_path).notes

    assert "did you mean url:GET|/api/v1/accounts" in note
