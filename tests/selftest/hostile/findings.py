"""What a run under faults may not do, and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Wrong(StrEnum):
    """What may not happen."""

    GRANTED = "wrong granted"
    """For a scope that the key lacks, or whose role or feature makes it fail."""
    MISSING = "wrong missing"
    """For a scope that the key has."""
    OUTSIDE = "bytes changed outside"
    INSIDE = "bytes left inside"
    """After the next run without faults, once nothing can land anymore."""
    SILENT = "green with something left"
    """A run that ends conformant while something is changed in the course."""
    SECRET = "secrets found"
    COMMAND = "harmful text"
    BUDGET = "over the budget"
    ERROR = "exceptions"


@dataclass(frozen=True)
class Finding:
    """One thing that may not happen and did."""

    wrong: Wrong
    what: str
    amount: int = 1
    """How many; for bytes, how many bytes."""
    story: str = field(default="", compare=False)
    """State, faults and requests."""

    def __str__(self) -> str:
        return f"{self.wrong}: {self.what}"


@dataclass
class Figures:
    """What many runs found together."""

    runs: int = 0
    faulty_runs: int = 0
    scopes: int = 0
    """Scopes judged under faults."""
    strikes: Counter[str] = field(default_factory=Counter)
    """How often each fault struck."""
    wrong: Counter[Wrong] = field(default_factory=Counter)
    longest: float = 0.0
    """Seconds of the longest run."""
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Add what others found."""
        self.runs += other.runs
        self.faulty_runs += other.faulty_runs
        self.scopes += other.scopes
        self.strikes += other.strikes
        self.wrong += other.wrong
        self.verdicts += other.verdicts
        self.longest = max(self.longest, other.longest)
        self.findings += other.findings

    def note(self, finding: Finding) -> None:
        """One finding more."""
        self.wrong[finding.wrong] += finding.amount
        self.findings.append(finding)
