"""The command lines in the documents that need a network or minutes: what they ask for is there, and is understood."""

from __future__ import annotations

import tomllib
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, Final

import pytest

from scripts import run
from tests.selftest.documents.command_lines import CLI, CommandLine, command_lines
from tests.selftest.documents.markdown import ROOT
from tests.selftest.documents.scene import filled_in

Understood = Callable[[tuple[str, ...], pytest.Config], None]
"""Fails unless the words after a command's name are ones that it takes."""

LINES: Final = [line for line in command_lines() if not (line.is_cli or line.is_run)]


class Parsed(Exception):
    """A command has understood its arguments."""


def installs(words: tuple[str, ...], _: pytest.Config) -> None:
    """A checkout is installed by its folder, and has the command."""
    project: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert words[-2:] == ("install", ".")
    assert CLI in project["scripts"]


def pytest_takes(words: tuple[str, ...], config: pytest.Config) -> None:
    """pytest knows the options, and the tests are there."""
    chosen = config._parser.parse(words).file_or_dir  # nothing public tells whether it would take them

    assert [path for path in chosen if not ((ROOT / path).exists() or path == INSTALLED)] == []


def module_takes(name: str, words: tuple[str, ...], _: pytest.Config) -> None:
    """A module's own parser takes the words; nothing is done with them."""

    def parse(parser: ArgumentParser, *_: object) -> None:
        PARSE(parser, words)
        raise Parsed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ArgumentParser, "parse_args", parse)
        with pytest.raises(Parsed):
            import_module(name).main()


def script_takes(name: str, words: tuple[str, ...], config: pytest.Config) -> None:
    """`scripts/NAME` starts what takes the words."""
    started: list[tuple[str, ...]] = []

    def start(*command: str) -> int:
        started.append(command)
        return 0

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "run_side_by_side", lambda *commands: [0] * len(commands))
        patched.setattr(run, "run", start)
        assert run.COMMANDS[name][0](list(words)) == 0
    _, module, *given = started[-1]
    if module == "pytest":
        pytest_takes(tuple(given), config)
    else:
        module_takes(module, tuple(given), config)


PARSE: Final = ArgumentParser.parse_args

INSTALLED: Final = "scopecheck.conformance"
"""The cases in a wheel, where test_wheel.py runs them."""

NOT_EXECUTED: Final[Mapping[str, tuple[str, Understood]]] = {
    "pipx": ("needs a network", installs),
    "uv": ("needs a network", installs),
    "pip": ("needs a network", installs),
    "pytest": ("would run these tests in themselves, or needs the wheel", pytest_takes),
    "scripts.made_tables": ("writes documents", partial(module_takes, "scripts.made_tables")),
    "scripts.fleet_benchmark": ("takes minutes", partial(module_takes, "scripts.fleet_benchmark")),
    **{
        f"scripts/{name}": (why, partial(script_takes, name))
        for name, why in {
            "test": "would run these tests in themselves", "bench": "takes minutes", "faults": "takes hours",
            "pairs": "takes half an hour", "lock": "needs a network",
        }.items()
    },
}  # fmt: skip
"""Why a command is not executed here, and what is looked at instead."""


@pytest.mark.parametrize("line", LINES, ids=str)
def test_it_is_understood(line: CommandLine, pytestconfig: pytest.Config) -> None:
    """Its command is there and takes what the document gives it."""
    program, *words = line.words
    assert program in NOT_EXECUTED, f"{line}\nNothing executes this line. Add its command to a table here."

    NOT_EXECUTED[program][1](tuple(filled_in(words)), pytestconfig)


def test_nothing_is_declared_in_vain() -> None:
    """Each command that is not executed stands in a document."""
    assert NOT_EXECUTED.keys() - {line.words[0] for line in LINES} == set()
