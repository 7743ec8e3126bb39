"""The command line: runs the command that the arguments name, and turns its outcome into an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Final, NoReturn

from scopecheck import __version__
from scopecheck.commands.suite import check
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode

if TYPE_CHECKING:
    from scopecheck.commands.command import Command

COMMANDS: Final = {
    "setup": "from nothing to a run: make or mend key, role, user and sandbox with an administrator's token",
    "check": "run the suite: judge every scope of the profile",
    "preflight": "check the key itself in a second, without a token",
    "authorize": "get a refresh token through the key, or revoke the current one",
    "key": "make the developer key, or mend it, with an administrator's token",
    "role": "make or mend the role that the integration asks for, and its user",
    "sandbox": "create a sandbox course, list existing ones, or remove one",
    "restore": "undo what a killed run left changed in the sandbox course",
    "fleet": "check many Canvases at once: a page for all, and one exit code",
    "diff": "show what changed between runs, or differs between Canvases",
    "profile": "list, show, check and write profiles: what an integration requires",
    "record": "run the suite and save what Canvas answered, to attach to a bug report",
    "replay": "judge a recorded run again, without any Canvas",
    "demo": "serve the embedded Canvas by itself, to try things on",
    "completion": "print the script by which a shell completes commands and options",
}
"""All commands, in the order in which people need them, each with a line about it. Each is a module of this package."""

_USUAL_ACTIONS: Final = {"fleet": ("run", "matrix", "-h", "--help")}
"""Commands with an action that need not be named, which is the first; the others have to be."""

EXAMPLES: Final = {
    "setup": ["setup --login ally-bot --region Canada --customer 1234"],
    "check": ["check", "check --canvas-mode=probe", "check -k pages -n 0"],
    "preflight": ["preflight", "preflight --json"],
    "authorize": ["authorize", "authorize --no-browser --print"],
    "key": ["key plan", "key repair", "key create --region Canada --customer 1234"],
    "role": ["role plan --login ally-bot", "role repair --login ally-bot"],
    "sandbox": ["sandbox create", "sandbox status"],
    "restore": ["restore"],
    "fleet": ["fleet targets.toml", "fleet targets.toml --preflight", "fleet matrix targets.toml --github"],
    "diff": ["diff old.json new.json", "diff monday.json tuesday.json today.json --html nights.html"],
    "profile": ["profile list", "profile show ally"],
    "record": ["record --output bundle.json"],
    "replay": ["replay bundle.json"],
    "demo": ["demo --open", "demo --embedded enforce_scopes=false"],
    "completion": ["completion bash"],
}
"""For the help of each command."""

_EXIT_CODES: Final = """\
Exit codes: 0 all good; 1 problems found; 2 interrupted; 3 internal error;
4 wrong settings or options, or the wrong sandbox course: nothing was changed."""

_EXAMPLES: Final = f"""\
examples:
  {CLI} check      with no Canvas set: on the embedded one
  {CLI} preflight  is the key right? Needs no token
  {CLI} check --canvas-mode=probe
                   what a token may do; changes nothing
  {CLI} demo       a Canvas of your own, to try things on

Settings are read from options, the environment, and .env in this folder;
reports go to reports/ in it.

{_EXIT_CODES}"""


_HELP: Final = frozenset({"-h", "--help"})
_WIDTH: Final = 78
"""The columns of a description."""


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit as for a wrong setting; argparse's own exit code, 2, means interrupted here."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.WRONG_SETTINGS, f"{self.prog}: {message}\n")


def command(name: str) -> Command:
    """A command, imported only now: each needs a part of the engine of its own."""
    found: Command = import_module(f"scopecheck.commands.{name}").COMMAND
    return found


def parser(whole: Collection[str] = frozenset(COMMANDS)) -> ArgumentParser:
    """The parser of all commands; those in `whole` with their options."""
    top = _Parser(
        prog=CLI,
        description="Check the developer key of a Canvas integration, and manage its token and the\nsandbox course.",
        epilog=_EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        if name not in whole:
            commands.add_parser(name, help=words)
            continue
        it = command(name)
        own = commands.add_parser(
            name, help=words, description=fill(it.description, _WIDTH), epilog=_below(name), allow_abbrev=False,
            formatter_class=RawDescriptionHelpFormatter,
        )  # fmt: skip
        it.add_options(own)
        own.set_defaults(run=it.run)
    return top


def _below(name: str) -> str:
    """What stands below a command's options."""
    return "\n".join(["examples:", *(f"  {CLI} {example}" for example in EXAMPLES[name]), "", _EXIT_CODES])


def _in_full(arguments: Sequence[str]) -> list[str]:
    """The arguments with the usual action of a command where none is named: `fleet FILE` is `fleet run FILE`."""
    actions = _USUAL_ACTIONS.get(arguments[0] if arguments else "", ())
    usual = [actions[0]] if actions and (len(arguments) < 2 or arguments[1] not in {*actions, *_HELP}) else []
    return [*arguments[:1], *usual, *arguments[1:]]


def main(arguments: Sequence[str] | None = None, root: Path | None = None) -> int:
    """Run a command in this folder and return its exit code; wrong arguments and `--help` exit immediately."""
    given = _in_full(sys.argv[1:] if arguments is None else arguments)
    root = root or Path.cwd()
    if "_ARGCOMPLETE" in os.environ:
        complete()
    if given[:1] == ["check"] and not _HELP & {*given}:
        return check(given[1:], root)
    return _run(parser(given[:1]).parse_args(given, Namespace(root=root)))


def complete() -> NoReturn:
    """Tell the shell how the words on its command line may go on, and exit."""
    import argcomplete

    argcomplete.autocomplete(parser())
    sys.exit(ExitCode.INTERNAL_ERROR)  # argcomplete exits by itself


def _run(options: Namespace) -> ExitCode:
    # Imported only now: `check` has no use for it.
    from scopecheck.commands.output import fitted
    from scopecheck.config.settings import SettingsError, secrets_given
    from scopecheck.model.foreign_text import clean
    from scopecheck.model.secret import without_credentials

    try:
        code: ExitCode = options.run(options)
    except SettingsError as error:
        print(fitted(clean(f"Nothing was done:\n{error}"), sys.stderr), file=sys.stderr)
        return ExitCode.WRONG_SETTINGS
    except BrokenPipeError:
        # Whoever read the output has had enough; Python would say so once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001  # whatever it is, the exit code must not look like a verdict
        known = secrets_given(options.root)
        print(clean(without_credentials(known.mask(traceback.format_exc()))), file=sys.stderr)
        return ExitCode.INTERNAL_ERROR
    return code
