"""`fleet`: checks many Canvases, each in its own process, and tells of all in one page and one exit code."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_actions
from scopecheck.commands.fleet_matrix import as_github, as_gitlab
from scopecheck.commands.output import screen_of_output
from scopecheck.commands.suite import fleet_command, suite_environment
from scopecheck.config.atomic_write import require_writable
from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.config.settings import SettingsError, env_file
from scopecheck.config.targets_file import Target, TargetsError, load_targets
from scopecheck.fleet.capacity import jobs_here
from scopecheck.fleet.runs import Fleet, Orders
from scopecheck.fleet.timetable import Timetable
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.fleet_document import TargetOutcome
from scopecheck.report.fleet.document import OVERVIEW
from scopecheck.report.fleet.text import ended_line, summary
from scopecheck.report.fleet.words import shown_seconds
from scopecheck.report.screen import OPEN_IT
from scopecheck.report.words import counted

ACTIONS: Final = {
    "run": "check every target in a file; this is what `fleet FILE` does",
    "matrix": "print the targets as the job matrix of a CI system",
}
_SAME_S: Final = 1.0
"""Signals within this time are one and the same: CI systems send them to whole trees of processes."""


def _add_options(parser: ArgumentParser) -> None:
    actions = add_actions(parser, ACTIONS)
    for action in actions.values():
        action.add_argument(
            "file", type=Path, metavar="FILE", help="a TOML file of targets (docs/how-to/check-many-canvases.md)"
        )
        action.add_argument(
            "--only", nargs="+", action="extend", default=[], metavar="NAME", help="only the targets so named"
        )
    run = actions["run"]
    run.add_argument("--preflight", action="store_true", help="check the keys alone; needs no token")
    run.add_argument(
        "--jobs", type=_number(int), metavar="N",
        help="how many targets run at once (default: two for each processor, fewer where memory is short)",
    )  # fmt: skip
    run.add_argument(
        "--reports",
        type=Path,
        metavar="DIR",
        help="the folder for the overview and all reports (default: reports/fleet)",
    )
    run.add_argument(
        "--timeout", type=_number(float), metavar="SECONDS",
        help="the seconds after which a target's run is ended (default: what its settings allow, and time to clean up)",
    )  # fmt: skip
    systems = actions["matrix"].add_mutually_exclusive_group(required=True)
    systems.add_argument("--github", action="store_true", help="as JSON for `strategy: matrix: ${{ fromJSON(…) }}`")
    systems.add_argument("--gitlab", action="store_true", help="as YAML with `parallel: matrix:`, to include")


def _number(kind: Callable[[str], float]) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            found = 0
        if not 0 < found < math.inf:
            raise ArgumentTypeError(f"{text!r} is not a number above 0")
        return found

    return number


def _run(options: Namespace) -> ExitCode:
    settings = env_file(options.root).values
    environment = {**_filled(settings), **_filled(os.environ)}
    known = _targets(options.file, environment)
    targets = _chosen(known, options)
    if options.action == "matrix":
        print(as_github(targets, Path.cwd()) if options.github else as_gitlab(targets), end="")
        return ExitCode.OK
    names = {name for target in known for name in target.secrets.values()}
    _tell_ignored(environment, names)
    reports = (Path.cwd() / options.reports) if options.reports else options.root / "reports" / "fleet"
    orders = Orders(
        targets=targets,
        reports=reports,
        folder=options.root,
        environment=suite_environment(),
        secrets={name: environment[name] for name in names if name in environment},
        command=fleet_command(options.root, preflight=options.preflight),
        jobs=min(options.jobs or jobs_here(), len(targets)),
        preflight=options.preflight,
        limit_s=options.timeout,
    )
    return _watch(orders)


def _watch(orders: Orders) -> ExitCode:
    """Run a fleet, with a line for each target that has ended."""
    watching = _Watching(len(orders.targets), orders.preflight)
    fleet = Fleet(orders, watching.ended)
    fleet.wait = lambda: watching.watch(fleet.timetable)
    try:
        orders.reports.mkdir(parents=True, exist_ok=True)
        require_writable(orders.reports)
    except OSError as error:
        reason = f"cannot be written to ({error.strerror})"
        raise SettingsError([f"--reports is {str(orders.reports)!r}, which {reason}; give another folder."]) from None
    print(f"{counted(len(orders.targets), 'target')}, {orders.jobs} at once", flush=True)
    with _signals(fleet.timetable.stop):
        found = fleet.run()
    watching.clear()
    overview = watching.output.located("Overview", orders.reports / OVERVIEW, OPEN_IT)
    print("", summary(found, watching.output), *overview, sep="\n", flush=True)
    return ExitCode(found.exit_code)


def _targets(file: Path, environment: Mapping[str, str]) -> tuple[Target, ...]:
    try:
        return load_targets(file, environment)
    except TargetsError as error:
        raise SettingsError(list(error.problems)) from None


def _chosen(targets: Sequence[Target], options: Namespace) -> tuple[Target, ...]:
    """The targets that `--only` names; all, if it is not given."""
    names = [target.name for target in targets]
    known = f"is no target in {options.file.name}; choose from: {', '.join(names)}."
    unknown = [f"--only names {name!r}, which {known}" for name in options.only if name not in names]
    if unknown:
        raise SettingsError(unknown)
    return tuple(target for target in targets if not options.only or target.name in options.only)


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value and value.strip()}


def _tell_ignored(environment: Mapping[str, str], referenced: set[str]) -> None:
    ignored = sorted(name for name in environment.keys() & BY_VARIABLE.keys() if name not in referenced)
    if ignored:
        print(
            f"Note: Not used, since targets have settings of their own: {', '.join(ignored)} (environment or .env).",
            file=sys.stderr,
        )


class _Watching:
    """What people watch: a line for each target that has ended and, in a terminal, one that counts."""

    def __init__(self, total: int, preflight: bool) -> None:
        self.output = screen_of_output()
        self._counts = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._total = total
        self._preflight = preflight
        self._done = 0
        self._started = time.monotonic()
        self._stops = 0
        self._shown = ""

    def ended(self, target: TargetOutcome) -> None:
        """Show a target that has ended."""
        self._done += 1
        self._say(ended_line(target, self._done, self._total, preflight=self._preflight, screen=self.output))

    def watch(self, timetable: Timetable) -> None:
        """Show how far it is, once a second, and what was asked for by a signal."""
        if timetable.stops > self._stops:
            self._stops = timetable.stops
            again = "Ending at once." if self._stops > 1 else "Ending: the runs clean up. Once more ends them at once."
            self._say(again)
        seconds = shown_seconds(time.monotonic() - self._started)
        running, waiting = len(timetable.running), len(timetable.waiting)
        line = f"{self._done} of {self._total} ended, {running} running, {waiting} waiting, {seconds}"
        if self._counts and line != self._shown:
            print(f"\r\x1b[2K{line}", end="", flush=True)
            self._shown = line

    def _say(self, text: str) -> None:
        self.clear()
        print(text, flush=True)

    def clear(self) -> None:
        """Take away the line that counts."""
        if self._shown:
            print("\r\x1b[2K", end="", flush=True)
            self._shown = ""


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """A block in which Ctrl-C and what CI systems send end the runs: after their clean-up, and then at once."""
    at: list[float] = []

    def heard(_number: int, _frame: object) -> None:
        # Nothing is printed here: the signal may have come in the middle of a line.
        if not at or time.monotonic() - at[-1] > _SAME_S:
            at.append(time.monotonic())
            stop()

    numbers = [signal.SIGINT, signal.SIGTERM]
    # nohup has it ignored, and means it.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, heard) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


COMMAND = Command(
    "Check every target in a TOML file, several at once, each in its own process with nothing but its own settings and "
    "secrets, and with its own folder of reports. The exit code is 3 if any target had 3, else 4, else 2, else 1, "
    "else 0. `fleet FILE` is short for `fleet run FILE`.",
    _add_options,
    _run,
)
