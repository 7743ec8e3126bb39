"""How a run ended that judged not everything, in words for its reports; and the reports of one that judged nothing."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from scopecheck.model.exit_code import ExitCode
from scopecheck.model.secret import KnownSecrets, without_credentials
from scopecheck.pytest_plugin.interrupts import INTERRUPTS
from scopecheck.report import Nothing, ReportFolderError, write_nothing
from scopecheck.run.plan import stamp

INTERRUPTED: Final = "it was interrupted; run it again"
_BROKEN: Final = "an error in this suite ended it; run it again ({error})"
_REFUSED: Final = "the run was refused before anything was changed"
_RAISED: Final = re.compile(r"(?m)^ {0,2}([A-Za-z_][\w.]*: .*)")
"""The line of a traceback that names the error; pytest may have moved it two columns to the right."""
_LONGEST: Final = 300


def ended_by(error: BaseException, secrets: KnownSecrets) -> str:
    """Why a run ended early, as a clause, or whatever refused it said; without any secret."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, pytest.UsageError):
        return secrets.mask(str(error)).removesuffix(".")
    return _BROKEN.format(error=without_credentials(secrets.mask(_named(error)))[:_LONGEST]).removesuffix(".")


def tested_nothing(reports: Path, error: BaseException, secrets: KnownSecrets) -> None:
    """Say in the report folder, if it can be written, that an error ended the run before it began."""
    why, said = ended_by(error, secrets), ""
    if isinstance(error, pytest.UsageError):
        why, said = _REFUSED, f"{why}."
    lines = tuple(line.removeprefix("- ") for line in said.splitlines() if line.strip())
    with contextlib.suppress(ReportFolderError):
        write_nothing(reports, Nothing(why, lines, _code(error), stamp(datetime.now(UTC))))


def selected(config: pytest.Config) -> str:
    """What on the command line selected a part of the cases: `-k pages`; empty if nothing did."""
    option = config.option
    chosen = [f"{name} {value}" for name, value in (("-k", option.keyword), ("-m", option.markexpr)) if value]
    # What belongs to a plug-in is not there without it.
    others = [name for name in ("--lf", "--deselect", "--stepwise") if getattr(option, name.strip("-"), None)]
    others = [name for name in others if name != stopped_by(config)]
    named = len(option.file_or_dir)
    return ", ".join([*chosen, *others, *([f"{named} named on the command line"] if named else [])])


def stopped_by(config: pytest.Config) -> str:
    """The option by which pytest or xdist ended the run at a failure; empty if none did."""
    running = [config.pluginmanager.get_plugin(name) for name in ("session", "dsession")]
    stop = any(getattr(each, why, False) for each in running for why in ("shouldfail", "shouldstop"))
    if INTERRUPTS.pending or not stop:
        return ""
    if getattr(config.option, "stepwise", False):
        return "--stepwise"
    most = config.option.maxfail
    return {0: "", 1: "-x (--maxfail=1)"}.get(most, f"--maxfail={most}")


def _code(error: BaseException) -> ExitCode:
    if isinstance(error, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    return ExitCode.WRONG_SETTINGS if isinstance(error, pytest.UsageError) else ExitCode.INTERNAL_ERROR


def _named(error: BaseException) -> str:
    """The error in one line; what xdist reports of a worker has the traceback in it."""
    text = str(error)
    raised = _RAISED.findall(text) if "Traceback" in text else []
    return raised[-1] if raised else " ".join(f"{type(error).__name__}: {text}".split())
