"""`check`: the help of the conformance run; the run itself is pytest's (`suite.py`)."""

from __future__ import annotations

from argparse import ArgumentParser

from scopecheck.commands.command import Command, add_run_options, add_settings
from scopecheck.config.definitions import SETTINGS


def _add_options(parser: ArgumentParser) -> None:
    add_settings(parser, *(setting.variable for setting in SETTINGS if not setting.secret))
    add_run_options(parser.add_argument_group("options of a run"))
    parser.add_argument("--no-allure-report", action="store_true", help="do not make the Allure report")


COMMAND = Command(
    "Judge every scope of the profile, on the embedded Canvas if none is set, and write the reports. All of pytest's "
    "options work, too: -k pages runs the cases of pages only, -n 0 uses one process, -q says less.",
    _add_options,
    None,
)
