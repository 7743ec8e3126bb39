"""`replay`: a recorded run, judged again without any Canvas."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from scopecheck.bundle.bundle import Bundle, BundleError, load_bundle
from scopecheck.bundle.replay import Replayed, profile_of, replay
from scopecheck.commands.command import Command
from scopecheck.commands.output import screen_of_output
from scopecheck.config.settings import SettingsError
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.report import HTML, ReportFolderError, Subject, terminal, write_reports
from scopecheck.report.screen import OPEN_IT
from scopecheck.sandbox.guard import GuardError

_NAMED_AT_MOST: Final = 5


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a bundle that `record` saved")
    parser.add_argument(
        "--canvas-reports",
        type=Path,
        metavar="FOLDER",
        help="also write the reports (scopes.html, scopes.md, scopes.json, ctrf.json) to this folder",
    )


def _run(options: Namespace) -> ExitCode:
    try:
        bundle = load_bundle(options.file)
    except BundleError as error:
        raise SettingsError([clean(str(error))]) from None
    profile = profile_of(bundle)
    with tempfile.TemporaryDirectory(prefix="scopecheck-replay-") as folder:
        try:
            replayed = replay(bundle, profile, Path(folder))
        except GuardError as error:
            raise SettingsError([clean(f"The sandbox guard stopped the recorded run: {error}")]) from None
    notes = [*_notes(bundle, replayed), *replayed.run.notes]
    subject = Subject(profile, replace(replayed.run, notes=notes))
    screen = screen_of_output()
    print(terminal.summary(subject, screen), end="")
    if options.canvas_reports:
        try:
            write_reports(options.canvas_reports, subject)
        except ReportFolderError as error:
            print(error, file=sys.stderr)
            return ExitCode.INTERNAL_ERROR
        for line in screen.located("Reports", options.canvas_reports / HTML, OPEN_IT):
            print(line)
    return ExitCode.OK if subject.conformant else ExitCode.NOT_CONFORMANT


def _notes(bundle: Bundle, replayed: Replayed) -> Iterator[str]:
    yield f"Replayed from a bundle that version {bundle.suite} of this suite recorded; no Canvas was contacted."
    if replayed.missing:
        yield f"Calls that are not in the bundle, so scopes that need them are unproved: {_named(replayed.missing)}."
    if replayed.changed:
        yield f"The result differs from that of the recorded run for: {_named(replayed.changed)}."


def _named(items: Sequence[str]) -> str:
    more = len(items) - _NAMED_AT_MOST
    return ", ".join(items[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


COMMAND = Command(
    "Judge the recorded answers in a bundle again with this version of the suite. The results and exit codes are those "
    "of a run. Nothing is sent, and nothing is written except the reports that --canvas-reports asks for.",
    _add_options,
    _run,
)
