"""`record`: a run of the suite that also saves its exchanges, to be attached to a bug report."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_run_options, add_settings
from scopecheck.commands.suite import run_options, run_suite
from scopecheck.config.definitions import SETTINGS
from scopecheck.config.settings import SettingsError, reports_folder
from scopecheck.installation import CHECK
from scopecheck.model.exit_code import ExitCode

_FILE: Final = "bundle.json"


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=f"where to save the bundle (default: {_FILE} in the report folder)"
    )
    add_settings(parser, *(setting.variable for setting in SETTINGS if not setting.secret))
    add_run_options(parser.add_argument_group("options of a run"))


def _run(options: Namespace) -> ExitCode:
    file = (options.output or _default(options)).absolute()
    if not file.parent.is_dir():
        raise SettingsError(
            [f"--output is {str(file)!r}, but its folder does not exist; create the folder or name another file."]
        )
    return run_suite(f"--canvas-record={file}", *run_options(options), root=options.root)


def _default(options: Namespace) -> Path:
    folder = reports_folder(vars(options), options.root)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / _FILE


COMMAND = Command(
    f"Run the suite as {CHECK} does, with the same settings and exit codes, and save its requests and Canvas's "
    "answers in one file that is safe to publish: IDs, names, texts and addresses are replaced by stand-ins. "
    "docs/how-to/report-a-bug.md lists what is in the file. `replay` judges it again without any Canvas.",
    _add_options,
    _run,
)
