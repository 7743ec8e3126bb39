"""A known gap: a verdict that an institution expects although it is not `granted`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from scopecheck.model.verdict import Verdict


@dataclass(frozen=True)
class Gap:
    """One expected verdict."""

    scope: str
    verdict: Verdict
    reason: str
    until: date
    """The last day on which it is expected."""


@dataclass(frozen=True)
class GapsFound:
    """The known gaps compared with a run."""

    excused: Mapping[str, Gap]
    """The gaps that are as expected, by scope."""
    problems: tuple[str, ...]
    """Why the others are not, one sentence each."""


NO_GAPS: Final = GapsFound({}, ())
