"""Starts the suite: a run is pytest's, so it is a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess  # starts this project's own suite, with arguments as a list
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scopecheck.config.definitions import SETTINGS
from scopecheck.config.settings import as_given
from scopecheck.model.exit_code import ExitCode

_PROJECT: Final = Path(__file__).parents[2]


def settings_given(options: Namespace) -> Iterator[str]:
    """The settings among a command's options, as options of a run, which is started in another folder."""
    given = vars(options)
    for setting in SETTINGS:
        value = as_given(setting, given.get(setting.key))
        if value is not None:
            yield f"{setting.option}={value}"


def run_suite(*arguments: str) -> ExitCode:
    """Run the suite with these options, and return its exit code."""
    sys.stdout.flush()
    code = _pytest(*arguments)
    return ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR


def fleet_command(*, preflight: bool) -> tuple[list[str], Path]:
    """What a fleet starts for each target, and in which folder.

    In one process: with many targets, the processors have enough to do, and workers would cost as much as the run.
    """
    if preflight:
        return [sys.executable, "-m", "scopecheck", "preflight", "--json"], _PROJECT
    return [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider"], _PROJECT


def _pytest(*arguments: str) -> int:
    """Start it, and wait for its end."""
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
