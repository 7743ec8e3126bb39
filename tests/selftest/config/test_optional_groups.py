"""Optional groups: read from a profile, and made required by a setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.profile_file import ProfileError, load_profile
from scopecheck.config.settings import Settings, SettingsError, load_settings
from scopecheck.model.profile import OptionalGroup

ACCOUNTS, COURSES = "url:GET|/api/v1/accounts", "url:GET|/api/v1/courses"
ROWS = "".join(f'[[scope]]\nscope = "{scope}"\nsection = "A"\n' for scope in (ACCOUNTS, COURSES))
GROUP = '[[optional]]\nname = "{}"\nwithout = "No list of courses."\nscopes = ["{}"]\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "profile.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment does not reach the tests."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)


def test_a_group_is_read(tmp_path: Path) -> None:
    """A group has its name, what is lost, and its scopes; other scopes are in none."""
    profile = load_profile(write(tmp_path, GROUP.format("courses", COURSES) + ROWS))
    group = OptionalGroup("courses", "No list of courses.", (COURSES,))

    assert profile.optional == (group,)
    assert (profile.optional_group(COURSES), profile.optional_group(ACCOUNTS)) == (group, None)


@pytest.mark.parametrize(
    ("text", "wrong", "remedy"),
    [
        ("optional = 1\n", "optional is 1", "write [[optional]] tables"),
        ("optional = [1]\n", "1 is not a table", "write it under its own [[optional]] heading"),
        (GROUP.format("", COURSES), "name is missing", "add it"),
        (GROUP.format("c", COURSES).replace("without", "lost"), "without is missing", "add it"),
        (GROUP.format("c", "url:GET|/api/v1/x"), "is no scope of this profile", "copy it from a [[scope]]"),
        (GROUP.format("all", COURSES), 'name is "all"', "use a name other than all"),
        (GROUP.format("a,b", COURSES), 'name is "a,b"', "without a comma"),
        (GROUP.format("c", COURSES) + GROUP.format("c", ACCOUNTS), "listed twice", "make one group of the two"),
        (GROUP.format("c", COURSES) + GROUP.format("d", COURSES), "is in two groups", "remove it from one"),
        ("as_of = 2026\n", "as_of is 2026", "write a date like"),
        ("as_of = 2026-01-01T00:00:00Z\n", "as_of is 2026-01-01", "write a date like"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, wrong: str, remedy: str) -> None:
    """Each fault of a group, or of the date of the source, is told with its remedy."""
    with pytest.raises(ProfileError) as refusal:
        load_profile(write(tmp_path, text + ROWS))

    assert any(wrong in problem and remedy in problem for problem in refusal.value.problems)


def loaded(folder: Path, needed: str) -> Settings:
    text = GROUP.format("courses", COURSES) + GROUP.format("accounts", ACCOUNTS) + ROWS
    options = {"canvas_profile": str(write(folder, text)), "canvas_optional_groups": needed}
    return load_settings(options, folder)


@pytest.mark.parametrize(
    ("needed", "optional"),
    [("", ["courses", "accounts"]), ("courses", ["accounts"]), (" accounts , courses ", []), ("all", [])],
)
def test_a_setting_makes_groups_required(tmp_path: Path, needed: str, optional: list[str]) -> None:
    """A named group is no longer optional; `all` names every one."""
    assert [group.name for group in loaded(tmp_path, needed).profile.optional] == optional


def test_an_unknown_group_is_refused(tmp_path: Path) -> None:
    """A misspelt name would leave a group optional that somebody asked for."""
    with pytest.raises(
        SettingsError, match="names 'course', no optional group of profile profile; write one of courses"
    ):
        loaded(tmp_path, "course")
    with pytest.raises(SettingsError, match="it has none, so unset the setting"):
        load_settings({"canvas_optional_groups": "all,x"}, tmp_path)
