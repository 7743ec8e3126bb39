"""fleet.json, the results of a fleet for machines: its fields, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scopecheck.model.exit_code import ExitCode


class Ending(StrEnum):
    """How a target's process ended."""

    BY_ITSELF = "by-itself"
    TIME_LIMIT = "time-limit"
    """It did not end by itself, so it was ended."""
    INTERRUPTED = "interrupted"
    """Somebody ended the fleet."""
    NOT_STARTED = "not-started"


@dataclass(frozen=True)
class TargetOutcome:
    """How one target's run or preflight ended."""

    name: str
    base_url: str | None
    exit_code: int
    ending: Ending
    duration_s: float
    headline: str
    """What was found, or why nothing was."""
    conformant: bool | None
    """None if nothing was judged; of a preflight, whether the key is right."""
    counts: dict[str, int] | None
    """Scopes by verdict; None if nothing was judged, or by a preflight."""
    remedy: str | None
    """What to do first."""
    folder: str
    """Its folder of reports, beside this file."""
    page: str | None
    """Its page for people, beside this file."""
    log: str | None
    """What its process printed, beside this file."""


@dataclass(frozen=True)
class FleetDocument:
    """All of fleet.json, in the order of its fields."""

    schema: Literal[1]
    exit_code: int
    preflight: bool
    started_at: str
    duration_s: float
    jobs: int
    """How many targets ran at once, at most."""
    targets: list[TargetOutcome]


_WORST_FIRST = (
    ExitCode.INTERNAL_ERROR, ExitCode.WRONG_SETTINGS, ExitCode.INTERRUPTED, ExitCode.NOT_CONFORMANT, ExitCode.OK,
)  # fmt: skip


def worst(codes: list[int]) -> ExitCode:
    """The one exit code of many runs: what hides most of the truth comes first."""
    return next((code for code in _WORST_FIRST if code in codes), ExitCode.OK)
