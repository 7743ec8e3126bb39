"""A file of targets: what it says, and that what is wrong with it is refused with its place, and no secret shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.config.targets_file import Target, TargetsError, load_targets

TOKEN = "1234~" + "aB3" * 21
ENVIRONMENT = {"SCHOOL_A_TOKEN": "not-a-canvas-token"}

GOOD = """
[defaults]
CANVAS_PROFILE = "ally"
CANVAS_KNOWN_GAPS = "gaps.toml"
secrets = { CANVAS_CLIENT_SECRET = "KEY_SECRET" }

[[target]]
name = "School A"
CANVAS_BASE_URL = "https://a.test.instructure.com"
CANVAS_CLIENT_ID = 10000000000042
CANVAS_REQUIRED = false
secrets = { CANVAS_ACCESS_TOKEN = "SCHOOL_A_TOKEN", CANVAS_CLIENT_SECRET = "" }

[[target]]
name = "../Schule Ü: 1"
CANVAS_KNOWN_GAPS = ""
"""


def written(folder: Path, text: str) -> Path:
    """A file with this text."""
    path = folder / "targets.toml"
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    """All that is wrong with it."""
    with pytest.raises(TargetsError) as caught:
        load_targets(written(folder, text), ENVIRONMENT)
    return list(caught.value.problems)


def test_targets_take_the_defaults_and_their_own(tmp_path: Path) -> None:
    """A target's own comes before the defaults, an empty one unsets, and a path starts at the file's folder."""
    assert load_targets(written(tmp_path, GOOD), ENVIRONMENT) == (
        Target(
            "School A",
            "School-A",
            {
                "CANVAS_PROFILE": "ally",
                "CANVAS_KNOWN_GAPS": str(tmp_path / "gaps.toml"),
                "CANVAS_BASE_URL": "https://a.test.instructure.com",
                "CANVAS_CLIENT_ID": "10000000000042",
                "CANVAS_REQUIRED": "false",
            },
            {"CANVAS_ACCESS_TOKEN": "SCHOOL_A_TOKEN"},
        ),
        Target("../Schule Ü: 1", "Schule-Ü-1", {"CANVAS_PROFILE": "ally"}, {"CANVAS_CLIENT_SECRET": "KEY_SECRET"}),
    )


A = '[[target]]\nname = "A"\n'
IN_A = "target A, line 3"
LOOKS = "looks like the secret itself, not like a variable's name"
SECRET_NAME = "not-a-canvas-token"
REFUSED = {
    "unknown": (f'{A}CANVAS_BASE_ULR = "x"', "CANVAS_BASE_ULR is not a setting", IN_A),
    "lower case": (f'{A}base_url = "x"', "base_url is not a setting", IN_A),
    "not ours": (f'{A}colour = "x"', "colour is not a setting", IN_A),
    "unknown table": (f"{A}[other]\nx = 1", "other is not a known name", "top, line 3"),
    "in defaults": (f'{A}[defaults]\n# x = 1\nx = "1"', "x is not a setting", "defaults, line 5"),
    "kind": (f"{A}CANVAS_BASE_URL = [1]", "CANVAS_BASE_URL is neither text nor a whole number", IN_A),
    "reports": (f'{A}CANVAS_REPORTS = "x"', "CANVAS_REPORTS is not for one target", IN_A),
    "no name": ("[[target]]\nCANVAS_MODE = 'probe'", "name is missing", "target 1, line 1"),
    "signs": ('[[target]]\nname = "../.."', "name is not one that a folder can have", "target 1, line 2"),
    "twice": (f'{A}[[target]]\nname = "a"', "a would have the same folder as A (target 1)", "target 2, line 4"),
    "same folder": (
        '[[target]]\nname = "B/1"\n[[target]]\nname = "b 1"', "b 1 would have the same folder as B/1 (target 1)",
        "target 2, line 4",
    ),
    "own file": (
        '[[target]]\nname = "Fleet.json"',
        "Fleet.json would have the same folder as a file of the overview, fleet.json", "target 1, line 2",
    ),
    "no target": ("", "there is no target", "top"),
    "secret": (f'{A}CANVAS_ACCESS_TOKEN = "{TOKEN}"', "CANVAS_ACCESS_TOKEN is written into the file", IN_A),
    "for a name": (f'{A}secrets = {{ CANVAS_ACCESS_TOKEN = "{TOKEN}" }}', f"CANVAS_ACCESS_TOKEN {LOOKS}", IN_A),
    "other token": (
        f'{A}[target.secrets]\nCANVAS_CLIENT_SECRET = "{TOKEN[5:]}"', f"CANVAS_CLIENT_SECRET {LOOKS}",
        "target A, line 4",
    ),
    "in a comment": (f"{A}# {TOKEN}", "a token of Canvas is written into the file", "line 3"),
    "in the name": (f'[[target]]\nname = "{TOKEN}"', "name is not one that a folder can have", "target 1, line 2"),
    "as a key": (f'{A}"{TOKEN}" = "x"', "••• is not a setting", IN_A),
    "value of a variable": (
        f'{A}CANVAS_SANDBOX_COURSE_NAME = "{SECRET_NAME}"\nsecrets = {{ CANVAS_ACCESS_TOKEN = "SCHOOL_A_TOKEN" }}',
        "the value of SCHOOL_A_TOKEN is written into the file", "line 3",
    ),
    "login": (
        f'{A}CANVAS_BASE_URL = "https://me:{TOKEN}@a.test"', "CANVAS_BASE_URL has a password or token in it", IN_A,
    ),
    "in a query": (
        f'{A}CANVAS_REDIRECT_URI = "https://a.test/?access_token={TOKEN[5:]}"',
        "CANVAS_REDIRECT_URI has a password or token in it", IN_A,
    ),
    "not secret": (f'{A}secrets = {{ CANVAS_CLIENT_ID = "X" }}', "CANVAS_CLIENT_ID is not secret", IN_A),
    "no such secret": (f'{A}secrets = {{ TOKEN = "X" }}', "TOKEN is not a secret setting", IN_A),
    "no table": (f'{A}secrets = "X"', "secrets is not a table", IN_A),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said", "place"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_refused_with_its_place(tmp_path: Path, text: str, said: str, place: str) -> None:
    """One problem, in the place where it is, without any part of a secret."""
    (found,) = problems(tmp_path, text)

    assert found.startswith(f"{said} (targets.toml, {place}); ")
    assert TOKEN[5:17] not in found


def test_another_setting_is_suggested(tmp_path: Path) -> None:
    """For a slip of the hand, and for a name without its prefix."""
    found = problems(tmp_path, f'{A}CANVAS_BASE_ULR = "x"\nclient_id = 1\naccess_token = "x"')

    assert [each.partition("; ")[2] for each in found] == [
        "did you mean CANVAS_BASE_URL.",
        "did you mean CANVAS_CLIENT_ID.",
        "if you mean CANVAS_ACCESS_TOKEN, name the variable that holds it, like secrets = { CANVAS_ACCESS_TOKEN = … }.",
    ]


def test_what_is_not_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    """The parser says in which line it gave up."""
    assert problems(tmp_path, f"{A}x = = 1") == [
        "this is not valid TOML: Invalid value (at line 3, column 5) (targets.toml); mend that line."
    ]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """No problem hides another, in whichever target it is."""
    text = f'{A}colour = "x"\n[[target]]\nname = "B"\nCANVAS_ADMIN_TOKEN = "{TOKEN}"\n[[target]]\nname = "b"\n'

    assert len(problems(tmp_path, text)) == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is said which file, and what to give instead."""
    with pytest.raises(TargetsError, match=r"none\.toml cannot be read"):
        load_targets(tmp_path / "none.toml", {})
