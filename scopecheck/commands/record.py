"""`record`: a run of the suite that also saves its exchanges, to be attached to a bug report."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_settings
from scopecheck.commands.suite import run_suite, settings_given
from scopecheck.config.definitions import SETTINGS
from scopecheck.config.settings import SettingsError, reports_folder
from scopecheck.model.exit_code import ExitCode

_FILE: Final = "bundle.json"


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=f"where to save the bundle (default: {_FILE} in the report folder)"
    )
    add_settings(parser, *(setting.variable for setting in SETTINGS if not setting.secret))
    run = parser.add_argument_group("options of a run")
    run.add_argument("--allow-students", action="store_true", help="write even if the sandbox course has students")
    run.add_argument("--without-scope", action="append", default=[], metavar="SCOPE",
                     help="embedded Canvas: remove a scope from key and token (repeatable)")  # fmt: skip
    run.add_argument("--embedded", action="append", default=[], metavar="KEY=VALUE",
                     help="embedded Canvas: set any other state (repeatable)")  # fmt: skip


def _run(options: Namespace) -> ExitCode:
    file = (options.output or _default(options)).absolute()
    if not file.parent.is_dir():
        raise SettingsError(
            [f"--output is {str(file)!r}, but its folder does not exist; create the folder or name another file."]
        )
    return run_suite(f"--canvas-record={file}", *_passed_on(options))


def _default(options: Namespace) -> Path:
    folder = reports_folder(vars(options), options.root)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / _FILE


def _passed_on(options: Namespace) -> Iterator[str]:
    """The options of the run, as they were given."""
    yield from settings_given(options)
    yield from ["--allow-students"] if options.allow_students else []
    yield from (f"--without-scope={scope}" for scope in options.without_scope)
    yield from (f"--embedded={state}" for state in options.embedded)


COMMAND = Command(
    "record",
    "run the suite and save what Canvas answered, to attach to a bug report",
    "Run the suite as scripts/check does, with the same settings and exit codes, and save its requests and Canvas's "
    "answers in one file that is safe to publish: IDs, names, texts and addresses are replaced by stand-ins. "
    "docs/bundles.md lists what is in the file. `replay` judges it again without any Canvas.",
    _add_options,
    _run,
)
