"""`record`: a run of the suite that also saves its exchanges, to be attached to a bug report."""

from __future__ import annotations

import os
import signal
import subprocess  # starts this project's own suite, with arguments as a list
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_settings
from scopecheck.config.definitions import SETTINGS
from scopecheck.config.settings import SettingsError, as_given, reports_folder
from scopecheck.model.exit_code import ExitCode

_PROJECT: Final = Path(__file__).parents[2]
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
    code = _pytest(f"--canvas-record={file}", *_passed_on(options))
    return ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR


def _default(options: Namespace) -> Path:
    folder = reports_folder(vars(options), options.root)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / _FILE


def _passed_on(options: Namespace) -> Iterator[str]:
    """The options of the run, as they were given: it is started in another folder than the caller's."""
    given = vars(options)
    for setting in SETTINGS:
        value = as_given(setting, given.get(setting.key))
        if value is not None:
            yield f"{setting.option}={value}"
    yield from ["--allow-students"] if options.allow_students else []
    yield from (f"--without-scope={scope}" for scope in options.without_scope)
    yield from (f"--embedded={state}" for state in options.embedded)


def _pytest(*arguments: str) -> int:
    """Run the suite, which is pytest's to run, and return its exit code."""
    with subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=_PROJECT) as child:  # noqa: S603  # see above
        # Both signals are the suite's to answer: it restores and writes its reports before it ends. It takes SIGINTs
        # within a second for one, so one that reaches this process only is passed on, although a terminal's has
        # reached it too.
        answers = {signal.SIGTERM: lambda *_: child.terminate(), signal.SIGINT: lambda *_: _pass_on(child)}
        before = {number: signal.signal(number, answer) for number, answer in answers.items()}
        try:
            return child.wait()
        finally:
            for number, answer in before.items():
                signal.signal(number, answer)


def _pass_on(child: subprocess.Popen[bytes]) -> None:
    if os.name != "nt":
        child.send_signal(signal.SIGINT)


COMMAND = Command(
    "record",
    "run the suite and save what Canvas answered, to attach to a bug report",
    "Run the suite as scripts/check does, with the same settings and exit codes, and save its requests and Canvas's "
    "answers in one file that is safe to publish: IDs, names, texts and addresses are replaced by stand-ins. "
    "docs/bundles.md lists what is in the file. `replay` judges it again without any Canvas.",
    _add_options,
    _run,
)
