"""scopes.json, the result of a run for machines: its fields, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from scopecheck.model.verdict import CheckVerdict, FailedRestore, KeyCheck, Proof, Verdict


@dataclass(frozen=True)
class ScopeRow:
    """One scope's verdict, without its evidence."""

    scope: str
    section: str
    verdict: Verdict
    proof: Proof | None
    cause: str | None
    message: str
    remedy: str | None
    requests: int
    canvas_name: str | None = None
    """Written only where it is known that this Canvas calls the scope by another name."""
    optional: str | None = None
    """Written only for a missing scope that does not count: the profile's optional group that it is in."""


@dataclass(frozen=True)
class KeyRow:
    """One key check's verdict, without its evidence."""

    check: KeyCheck
    verdict: CheckVerdict
    cause: str | None
    message: str
    remedy: str | None


@dataclass(frozen=True)
class TargetRow:
    """The Canvas that the run tested."""

    base_url: str
    embedded: bool
    account_id: str
    course_id: str | None
    user_id: str | None = None


@dataclass(frozen=True)
class CleanupRow:
    """How many changes were undone, which could not be, and which may still take effect."""

    restored: int
    failed: list[FailedRestore]
    unsettled: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """What somebody else had replaced, so that it was left alone."""


@dataclass(frozen=True)
class ScopesDocument:
    """All of scopes.json, in the order of its fields."""

    schema: Literal[1]
    profile: str
    mode: Literal["exercise", "probe"]
    started_at: str
    duration_s: float
    target: TargetRow
    conformant: bool
    counts: dict[str, int]
    """By verdict; a later version may count more."""
    key: list[KeyRow]
    scopes: list[ScopeRow]
    cleanup: CleanupRow
    headline: str | None = None
    """What was tested and found, in words for people."""
    demonstration: bool | None = None
    """True for the embedded Canvas: nothing is known about any other. Otherwise not written."""
