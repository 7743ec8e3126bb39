"""Every command of the command line with its options, read from its parser."""

from __future__ import annotations

from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator, Mapping
from typing import Final

from scopecheck.commands.main import COMMANDS, parser
from scopecheck.config.definitions import SETTINGS
from scripts.table import table

_SETTINGS: Final = {setting.key: setting.help for setting in SETTINGS}


def commands() -> str:
    """Every command with its line about it."""
    return table(("command", "to"), ((f"`{name}`", words) for name, words in COMMANDS.items()))


def options() -> str:
    """A section for each command, and one below it for each of its actions."""
    return "\n\n".join(_sections(parser(), "", "##"))


def _sections(of: ArgumentParser, name: str, heading: str) -> Iterator[str]:
    if name:
        yield f"{heading[1:]} {name}"
        yield " ".join((of.description or "").split())
        yield from _options(of)
    for word, each in _below(of).items():
        yield from _sections(each, f"{name} {word}".strip(), f"{heading}#")


def _below(of: ArgumentParser) -> Mapping[str, ArgumentParser]:
    found = (action.choices for action in of._actions if isinstance(action, _SubParsersAction))
    return next(found, {})


def _options(of: ArgumentParser) -> Iterator[str]:
    """A table of its own options, and a line with those that are what a setting is to a run."""
    given = [action for action in of._actions if action.dest != "help" and not isinstance(action, _SubParsersAction)]
    settings = [action for action in given if action.help and action.help == _SETTINGS.get(action.dest)]
    rows = [(f"`{_form(action)}`", _help(of, action)) for action in given if action not in settings]
    if rows:
        yield table(("option", "meaning"), rows)
    if settings:
        yield f"Settings: {', '.join(f'`{action.option_strings[0]}`' for action in settings)}."


def _form(action: Action) -> str:
    value = str(action.metavar or ("|".join(action.choices) if action.choices else action.dest.upper()))
    if not action.option_strings:
        return {"*": f"[{value} …]", "?": f"[{value}]"}.get(str(action.nargs), value)
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}{' …' if action.nargs == '+' else ''}"


def _help(of: ArgumentParser, action: Action) -> str:
    return of._get_formatter()._expand_help(action)
