"""Starts the suite: a run is pytest's, so it is a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess  # starts this project's own suite, with arguments as a list
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from scopecheck.config.definitions import SETTINGS
from scopecheck.installation import CHECKOUT, PYTEST_INI
from scopecheck.model.exit_code import ExitCode
from scopecheck.run.signals import let_in, let_wait

PLUGIN = "scopecheck.pytest_plugin.plugin"
SHORT_NAMES = "scopecheck.pytest_plugin.short_names"
_QUIET = frozenset({"-q", "-qq", "--quiet"})


def settings_given(options: Namespace) -> Iterator[str]:
    """The settings among a command's options, as options of a run."""
    given = vars(options)
    for setting in SETTINGS:
        value = given.get(setting.key)
        if value is not None:
            yield f"{setting.option}={value}"


def run_options(options: Namespace) -> Iterator[str]:
    """The settings and options of a run among a command's options, as they were given."""
    yield from settings_given(options)
    yield from ["--allow-students"] if options.allow_students else []
    yield from (f"--without-scope={scope}" for scope in options.without_scope)
    yield from (f"--embedded={state}" for state in options.embedded)


def check(arguments: Sequence[str], root: Path) -> int:
    """Run the suite with arguments of pytest, then make its Allure report; pytest alone decides the exit code."""
    started = time.time()
    code = run_pytest(*arguments, root=root)
    if code != ExitCode.INTERRUPTED:
        with suppress(BrokenPipeError):  # whoever read the output has had enough
            _make_allure_report(arguments, root, started)
            sys.stdout.flush()
    return code


def _make_allure_report(arguments: Sequence[str], root: Path, started: float) -> None:
    """Make the report of the run that just ended, unless nobody wants it; a failure costs one line."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    for option in ("--canvas-reports", "--canvas-folder", "--alluredir"):
        parser.add_argument(option)
    parser.add_argument("--no-allure-report", action="store_true")
    asked, _ = parser.parse_known_args(list(arguments))
    if asked.no_allure_report:
        return
    # Imported once the run has ended: until then they would only delay its start.
    from scopecheck.commands.output import screen_of_output
    from scopecheck.config.settings import reports_folder
    from scopecheck.report.allure.page import NoReport, generate
    from scopecheck.report.screen import OPEN_IT

    reports = reports_folder(vars(asked), Path(asked.canvas_folder or root)).resolve()
    document = reports / "scopes.json"
    if not document.exists() or document.stat().st_mtime < started:
        return
    try:
        made = generate(Path(asked.alluredir or reports / "allure-results").resolve(), reports)
    except NoReport as reason:
        print(f"No Allure report: {reason}. All other reports were written.", file=sys.stderr)
        return
    if not _QUIET.intersection(arguments):
        for line in screen_of_output().located("Allure report", made, OPEN_IT):
            print(line)


def run_suite(*arguments: str, root: Path) -> ExitCode:
    """Run the suite with these options and `root`'s `.env`, and return its exit code."""
    code = run_pytest(*arguments, root=root)
    return ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR


def run_pytest(*arguments: str, root: Path) -> int:
    """The same, with any arguments of pytest, and any exit code."""
    sys.stdout.flush()
    # It inherits that they wait, until it can answer them: what is interrupted in the middle of imports shows those.
    let_wait()
    command = [*suite_command(root, _switched_off(arguments)), *arguments]
    with subprocess.Popen(command, env=suite_environment()) as child:  # noqa: S603  # see above
        # Both signals are the suite's to answer: it restores and writes its reports before it ends. It takes SIGINTs
        # within a second for one, so one that reaches this process only is passed on, although a terminal's has
        # reached it too.
        answers = {signal.SIGTERM: lambda *_: child.terminate(), signal.SIGINT: lambda *_: _pass_on(child)}
        before = {number: signal.signal(number, answer) for number, answer in answers.items()}
        let_in()
        try:
            code = child.wait()
            # One that comes in its last moment ends it without a code.
            return ExitCode.INTERRUPTED if code == -signal.SIGINT else code
        finally:
            for number, answer in before.items():
                signal.signal(number, answer)


def _switched_off(arguments: Sequence[str]) -> set[str]:
    """The plug-ins of pytest's that the arguments switch off, by `-p no:NAME`."""
    return {word.partition("no:")[2] for word in arguments if word.startswith(("no:", "-pno:"))}


def suite_command(root: Path, without: Collection[str] = ()) -> list[str]:
    """pytest with this suite's own configuration, and nothing of the folder in which it is started.

    `without` are plug-ins that are switched off, and with them what the configuration says to them.
    """
    command = [
        sys.executable, "-m", "pytest", "-c", str(PYTEST_INI), f"--rootdir={PYTEST_INI.parent}", "--noconftest",
        "-p", PLUGIN, "-p", SHORT_NAMES, f"--canvas-folder={root}",
        "-p", "no:unraisableexception",  # what an interrupt leaves half done is no error of a run
    ]  # fmt: skip
    if "xdist" in without:
        command += ["-o", "addopts=-rN"]
    if CHECKOUT is None and "cacheprovider" not in without:
        # Where the cases are installed may be read-only; so may the cache, which no verdict depends on.
        command += ["-W", "ignore::pytest.PytestCacheWarning"]
        command += ["-o", f"cache_dir={user_cache_path('canvas-scope-check', appauthor=False) / 'pytest'}"]
    return command


def fleet_command(root: Path, *, preflight: bool) -> list[str]:
    """What a fleet starts for each target, in `suite_environment`.

    In one process: with many targets, the processors have enough to do, and workers would cost as much as the run.
    """
    if preflight:
        return [sys.executable, "-m", "scopecheck", "preflight", "--json"]
    return [*suite_command(root), "-n", "0"]


def suite_environment() -> dict[str, str]:
    """The environment for that command: Python imports nothing from the folder in which it is started."""
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    if CHECKOUT:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
    return environment


def _pass_on(child: subprocess.Popen[bytes]) -> None:
    if os.name != "nt":
        child.send_signal(signal.SIGINT)
