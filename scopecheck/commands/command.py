"""What a command is, and what all commands share: options of the settings' names, and the way to say what is wrong."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.model.clean import clean
from scopecheck.model.exit_code import ExitCode

Say = Callable[[str], None]
"""Where a command's words go."""


@dataclass(frozen=True)
class Command:
    """One command: its name, its help, its options, and what it does."""

    name: str
    help: str
    """One line for the list of commands."""
    description: str
    """What it does, needs and changes, for its own help."""
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], ExitCode]
    """Does it, with the parsed options and `root`, the folder of `.env`; raises SettingsError where the settings do
    not allow it."""


def add_settings(parser: ArgumentParser, *variables: str) -> None:
    """An option for each of these settings, of the same name as the conformance run's."""
    group = parser.add_argument_group("settings (options win over the environment, and that over .env)")
    for variable in variables:
        setting = BY_VARIABLE[variable]
        group.add_argument(setting.option, dest=setting.key, metavar="VALUE", help=setting.help)


def problem(message: str, remedy: str | None) -> str:
    """What is wrong, and what to do about it."""
    return clean(f"{message}\nWhat to do: {remedy}")


def agreed(question: str, say: Say) -> bool:
    """Ask, and give whether the answer is yes; where nobody answers it is no."""
    say(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def name_shadows(variables: Iterable[str], say: Say) -> None:
    """Warn of variables that were just written into `.env` and that the environment has too."""
    for variable in variables:
        if os.environ.get(variable):
            say(f"{variable} is set in the environment too, which wins over .env; unset it there.")
