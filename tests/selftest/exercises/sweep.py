"""One whole sweep of the engine against an embedded Canvas in this process: no socket, no pytest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

import httpx

from scopecheck.config.profile_file import load_profile
from scopecheck.config.settings import Settings
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.call import Call
from scopecheck.model.profile import Profile
from scopecheck.model.secret import KnownSecrets, Secret
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import CheckVerdict, KeyCheck, ScopeResult, Verdict
from scopecheck.run.embedded_target import settings_for_embedded
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.sandbox.left_open import open_changes

ALLY = load_profile("ally")
SCOPES = tuple(str(requirement.scope) for requirement in ALLY.requirements)
BASE = "http://canvas.test"
HASTY = Patience(timeout=5, attempts=3, first_wait=0.0, longest_wait=0.0)

Between: TypeAlias = Callable[[httpx.BaseTransport], httpx.BaseTransport]
"""Puts something between the engine and a Canvas."""


@dataclass
class Sweep:
    """The result of one sweep."""

    canvas: Canvas
    setup: Setup
    before: str
    """The digest of the content before the sweep."""
    results: dict[str, ScopeResult] = field(default_factory=dict)
    run: RunContext | None = None
    still_open: list[str] = field(default_factory=list)
    """The changes that the journal holds open in the end."""

    def verdicts(self) -> dict[str, Verdict]:
        """Scope to verdict."""
        return {scope: result.verdict for scope, result in self.results.items()}

    def not_granted(self) -> dict[str, tuple[Verdict, str | None]]:
        """Scope to verdict and cause, of those not granted."""
        return {s: (r.verdict, r.cause) for s, r in self.results.items() if r.verdict is not Verdict.GRANTED}

    def check(self, name: KeyCheck) -> tuple[CheckVerdict, str | None]:
        """A key check's verdict and cause."""
        return next((result.verdict, result.cause) for result in self.setup.key if result.check is name)

    @property
    def untouched(self) -> bool:
        """Whether the content is the same as before."""
        return self.canvas.tables.digest() == self.before

    @property
    def requests(self) -> int:
        """The total number of requests that Canvas got."""
        return self.canvas.requests


@contextmanager
def report_folder() -> Iterator[Path]:
    """A folder for the journal; Hypothesis runs many sweeps within one test's tmp_path."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def sweep(
    mode: str = "exercise",
    *,
    profile: Profile = ALLY,
    only: tuple[str, ...] = (),
    settings: Any = None,
    between: Between | None = None,
    **state: Any,
) -> Sweep:
    """Prepare a run and judge every scope, one after the other, against a Canvas in the given state.

    `between` puts something between the engine and the Canvas.
    """
    scopes = tuple(str(requirement.scope) for requirement in profile.requirements)
    canvas = Canvas(CanvasConfig(**{"scopes": scopes, "throttle": False, **state}))
    with report_folder() as reports:
        given = settings_for(canvas, mode, profile, reports)
        return run_sweep(canvas, replace(given, **(settings or {})), only, between)


def settings_for(canvas: Canvas, mode: str, profile: Profile, reports: Path) -> Settings:
    """Settings that point to a Canvas in this process."""
    return settings_for_embedded(BASE, canvas.credentials, Settings(profile=profile, mode=mode, reports=reports))


def run_sweep(canvas: Canvas, settings: Settings, only: tuple[str, ...] = (), between: Between | None = None) -> Sweep:
    """Prepare with these settings, then judge."""
    way = between(transport(canvas)) if between else transport(canvas)
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=way)
    before = canvas.tables.digest()
    setup = prepare(settings, plan)
    client = CanvasClient(
        BASE, Secret(setup.token), Pace(8), HASTY, way, signs=plan.signs, names=setup.names,
        secrets=KnownSecrets(map(Secret, setup.secrets)),
    )  # fmt: skip
    found = Sweep(canvas, setup, before)
    run = found.run = RunContext(setup, settings.profile, client, None)
    target = JournalTarget(BASE, setup.course_id) if setup.course_id else None
    if target:
        run.journal = Journal(settings.reports / FOLDER, target, "sweep")
    for requirement in settings.profile.requirements:
        if not only or str(requirement.scope) in only:
            found.results[str(requirement.scope)] = judge(requirement, run)
    if target:
        found.still_open = [entry.what for entry in open_changes(settings.reports / FOLDER, target)]
    return found


__all__ = ["ALLY", "BASE", "HASTY", "SCOPES", "Call", "Sweep", "run_sweep", "settings_for", "sweep"]
