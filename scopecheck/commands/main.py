"""The command line: runs the command that the arguments name, and turns its outcome into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from scopecheck.commands import (
    authorize,
    demo,
    diff,
    fleet,
    key,
    preflight,
    profile,
    record,
    replay,
    restore,
    role,
    sandbox,
    setup,
)
from scopecheck.commands.command import Command
from scopecheck.config.settings import SettingsError, secrets_given
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import without_credentials

ROOT: Final = Path(__file__).parents[2]
"""The folder of `.env` and the reports."""

COMMANDS: Final[tuple[Command, ...]] = (
    setup.COMMAND, preflight.COMMAND, authorize.COMMAND, key.COMMAND, role.COMMAND, sandbox.COMMAND, restore.COMMAND,
    fleet.COMMAND, diff.COMMAND, profile.COMMAND, record.COMMAND, replay.COMMAND, demo.COMMAND,
)  # fmt: skip
"""All commands, in the order in which people need them."""

_USUAL_ACTIONS: Final = {"fleet": ("run", "matrix", "-h", "--help")}
"""Commands with an action that need not be named, which is the first; the others have to be."""

_EXIT_CODES: Final = """\
Exit codes: 0 all good; 1 problems found; 2 interrupted; 3 internal error;
4 wrong settings or options, or the wrong sandbox course: nothing was changed."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit as for a wrong setting; argparse's own exit code, 2, means interrupted here."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.WRONG_SETTINGS, f"{self.prog}: {message}\n")


def parser() -> ArgumentParser:
    """The parser of all commands."""
    top = _Parser(
        prog="python -m scopecheck",
        description="Check the developer key of a Canvas integration, and manage its token and the sandbox course.",
        epilog=f"To run the conformance test itself, use scripts/check. {_EXIT_CODES}",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(
            command.name, help=command.help, description=command.description, epilog=_EXIT_CODES, allow_abbrev=False
        )
        command.add_options(own)
        own.set_defaults(run=command.run)
    return top


def _in_full(arguments: Sequence[str]) -> list[str]:
    """The arguments with the usual action of a command where none is named: `fleet FILE` is `fleet run FILE`."""
    actions = _USUAL_ACTIONS.get(arguments[0] if arguments else "", ())
    usual = [actions[0]] if actions and (len(arguments) < 2 or arguments[1] not in actions) else []
    return [*arguments[:1], *usual, *arguments[1:]]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> ExitCode:
    """Run a command and return its exit code; wrong arguments and `--help` exit immediately."""
    options = parser().parse_args(_in_full(sys.argv[1:] if arguments is None else arguments), Namespace(root=root))
    try:
        code: ExitCode = options.run(options)
    except SettingsError as error:
        print(clean(f"Nothing was done:\n{error}"), file=sys.stderr)
        return ExitCode.WRONG_SETTINGS
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would say so once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001  # whatever it is, the exit code must not look like a verdict
        print(clean(without_credentials(secrets_given(root).mask(traceback.format_exc()))), file=sys.stderr)
        return ExitCode.INTERNAL_ERROR
    return code
