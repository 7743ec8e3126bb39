"""The command line itself: every command has help, and every outcome its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from scopecheck.commands import diff
from scopecheck.commands.main import COMMANDS, EXAMPLES, _in_full, command, parser
from scopecheck.config.definitions import SETTINGS
from tests.selftest.commands.running import run

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, tmp_path: Path) -> None:
    """`--help` says what a command does and what its exit codes mean; the list of commands names it."""
    own, every = run(tmp_path, name, "--help"), run(tmp_path, "--help")

    assert (own.code, every.code) == (0, 0)
    assert "".join(command(name).description.split()) in "".join(own.words.split())  # lines end at hyphens, too
    assert "Exit codes: 0 all good; 1 problems found" in own.words
    assert COMMANDS[name] in every.words


@pytest.mark.parametrize("name", COMMANDS)
def test_settings_have_the_options_of_a_run(name: str, tmp_path: Path) -> None:
    """A setting's option has the same name in every command, and secrets have none."""
    own = run(tmp_path, name, "--help")
    known = {setting.option for setting in SETTINGS if not setting.secret}

    named = {word.partition("=")[0].strip("[].") for word in own.words.split() if "--canvas-" in word}

    assert named <= known


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "check"])
def test_examples_are_understood(name: str) -> None:
    """Each example in a command's help is one of that command, with options that it has."""
    for example in EXAMPLES[name]:
        first, *rest = example.split()
        assert first == name
        parser().parse_args(_in_full([first, *rest]))


HELP: Final = [
    # command, what its help says, what it does not
    (["authorize"], ["the Canvas to use; required"], ["if unset, the embedded one"]),
    (["restore"], ["the Canvas to use; required"], ["if unset, the embedded one"]),
    (["sandbox"], ["actions:"], ["what to do"]),
    (
        ["sandbox", "create"],
        ["the account to create the sandbox in", "the Canvas to use; required"],
        ["the account to read"],
    ),
    (
        ["sandbox", "status"],
        ["the account whose sandboxes to list", "the Canvas to use; required"],
        ["the account to read"],
    ),
    (
        ["sandbox", "remove"],
        ["the account that contains the sandbox", "the Canvas to use; required"],
        ["the account to read"],
    ),
    (["preflight"], ["if unset, the embedded one"], ["the Canvas to use; required"]),
    (["diff"], ["OLD NEW"], []),
]


@pytest.mark.parametrize(("command", "said", "unsaid"), HELP, ids=["-".join(row[0]) for row in HELP])
def test_help_is_about_the_command(command: list[str], said: list[str], unsaid: list[str], tmp_path: Path) -> None:
    """A setting is described as this command uses it, not as a run does."""
    own = run(tmp_path, *command, "--help")

    assert [words for words in said if words not in own.words] == []
    assert [words for words in unsaid if words in own.words] == []


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["diff"], ["preflight", "--nonsense"], ["authorize", "--canvas-base"]]
)
def test_wrong_options_are_wrong_settings(arguments: list[str], tmp_path: Path) -> None:
    """They end with exit code 4; argparse's own, 2, would mean interrupted."""
    ran = run(tmp_path, *arguments)

    assert ran.code == 4
    assert ran.out == ""
    assert "usage: python -m scopecheck" in ran.err


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [(KeyboardInterrupt(), 2, "Interrupted."), (ZeroDivisionError("boom"), 3, "ZeroDivisionError: boom")],
)
def test_other_endings(
    ending: BaseException, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interruptions and internal errors do not look like a verdict."""

    def end(*_: object) -> None:
        raise ending

    monkeypatch.setattr(diff, "load_scopes_file", end)
    ran = run(tmp_path, "diff", "a", "b")

    assert ran.code == code
    assert said in ran.err


def test_it_runs_as_a_module() -> None:
    """`python -m scopecheck` runs commands, and passes their exit code on."""
    command = [sys.executable, "-m", "scopecheck", "preflight", "--without-scope", "url:GET|/api/v1/accounts"]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)

    assert ran.returncode == 1, ran.stderr
    assert "✗ no       GET /accounts\n" in ran.stdout
