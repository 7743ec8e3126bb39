"""How a run ended that judged not everything, in words for its reports; and the reports of one that judged nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from scopecheck.model.exit_code import ExitCode
from scopecheck.model.secret import Secret, redact, redact_signed
from scopecheck.report import Nothing, ReportFolderError, write_nothing

INTERRUPTED: Final = "The run was interrupted; run it again."
_BROKEN: Final = "An error in this suite ended the run, run it again: {error}"
_REFUSED: Final = "the run was refused before anything was sent"


def ended_by(error: BaseException, secrets: Iterable[Secret]) -> str:
    """Why a run ended early, as a sentence or more, without any secret."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    text = str(error) if isinstance(error, pytest.UsageError) else _BROKEN.format(error=_named(error))
    return redact_signed(redact(text, secrets))


def tested_nothing(reports: Path, error: BaseException, secrets: Iterable[Secret]) -> None:
    """Say in the report folder, if it can be written, that an error ended the run before it began."""
    why, code = _kind(error)
    said = ended_by(error, secrets).splitlines()
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with contextlib.suppress(ReportFolderError):
        write_nothing(reports, Nothing(why, tuple(line for line in said if line.strip()), code, started))


def selected(config: pytest.Config) -> str:
    """What on the command line selected a part of the cases: `-k pages`; empty if nothing did."""
    chosen = [
        f"{name} {value}" for name, value in (("-k", config.option.keyword), ("-m", config.option.markexpr)) if value
    ]
    named = len(config.option.file_or_dir)
    return ", ".join([*chosen, *([f"{named} named on the command line"] if named else [])])


def _kind(error: BaseException) -> tuple[str, ExitCode]:
    if isinstance(error, KeyboardInterrupt):
        return "the run was interrupted", ExitCode.INTERRUPTED
    if isinstance(error, pytest.UsageError):
        return _REFUSED, ExitCode.WRONG_SETTINGS
    return "an error ended the run", ExitCode.INTERNAL_ERROR


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
