"""What a command is, and what all commands share: options named after settings, and how problems are worded."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, _ArgumentGroup
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.config.settings import Settings, load_settings
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean

Say = Callable[[str], None]
"""Prints a command's messages."""


@dataclass(frozen=True)
class Command:
    """One command: its options, and what it does."""

    description: str
    """What it does, needs and changes, for its own `--help`."""
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], ExitCode] | None
    """Runs it with the parsed options, among them `root`, the folder of `.env`; raises SettingsError if the settings
    do not allow it. None: `main` hands on its arguments unread."""


CANVAS_NEEDED: Final = {"CANVAS_BASE_URL": "the Canvas to use; required"}
"""What the Canvas means to a command that has no use for an embedded one."""


def add_actions(parser: ArgumentParser, actions: Mapping[str, str]) -> dict[str, ArgumentParser]:
    """Give a command these actions, each with what it does; returns the parser of each one's own options."""
    added = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    return {
        name: added.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.", allow_abbrev=False)
        for name, words in actions.items()
    }


def add_settings(parser: ArgumentParser, *variables: str, meanings: Mapping[str, str] | None = None) -> None:
    """Add an option for each of these settings, named like that of the conformance run.

    `meanings` says what a setting is to this command, where that is not what it is to a run.
    """
    group = parser.add_argument_group("settings (options override the environment, which overrides .env)")
    for variable in variables:
        setting = BY_VARIABLE[variable]
        group.add_argument(
            setting.option, dest=setting.key, metavar="VALUE", help=(meanings or {}).get(variable, setting.help)
        )


def add_states(group: _ArgumentGroup | ArgumentParser) -> None:
    """Add the options that say in which state an embedded Canvas is."""
    group.add_argument(
        "--without-scope", action="append", default=[], metavar="SCOPE", help="remove a scope from its key (repeatable)"
    )
    group.add_argument(
        "--embedded", action="append", default=[], metavar="KEY=VALUE",
        help="change its state in another way, for example enforce_scopes=false (repeatable)",
    )  # fmt: skip


def add_run_options(group: _ArgumentGroup | ArgumentParser) -> None:
    """Add the options of a run that are no settings."""
    group.add_argument("--allow-students", action="store_true", help="write even if the sandbox course has students")
    add_states(group)


def settings_of(options: Namespace, *, needs_token: bool = True, needs: Collection[str] = ()) -> Settings:
    """The settings of a command; what is to be said of them goes to standard error. Raises SettingsError."""
    settings = load_settings(vars(options), options.root, needs_token=needs_token, needs=needs)
    for note in settings.notes:
        print(f"Note: {note}", file=sys.stderr)
    return settings


ADMIN_NEEDS: Final = ("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN")
"""What a command needs that uses nothing but the administrator's token."""


def without_course(options: Namespace) -> Namespace:
    """The options of a command that uses no sandbox course, which CANVAS_MODE=exercise would ask for."""
    return Namespace(**{**vars(options), "canvas_mode": "probe"})


def admin_settings(options: Namespace) -> Settings:
    """The settings of a command that uses nothing but the administrator's token. Raises SettingsError."""
    return settings_of(without_course(options), needs_token=False, needs=ADMIN_NEEDS)


def problem(message: str, remedy: str | None) -> str:
    """The text that says what is wrong and what to do about it."""
    return clean(f"{message}\nWhat to do: {remedy}")


def confirmed(question: str, say: Say) -> bool:
    """Ask, and return whether the answer is yes; no answer means no."""
    say(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def warn_if_overridden(variables: Iterable[str], say: Say) -> None:
    """Warn about variables that were just written to `.env` but that the environment overrides."""
    for variable in variables:
        if os.environ.get(variable):
            say(f"{variable} is also set in the environment, which overrides .env; unset it there.")
