"""A whole run against an embedded Canvas in this process, recorded: its bundle, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from scopecheck.bundle.bundle import Bundle, load_bundle, write_bundle
from scopecheck.bundle.recorder import Recorder
from scopecheck.bundle.recording import Recording
from scopecheck.bundle.replay import Replayed, judge_here, replay
from scopecheck.config.settings import Settings
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import RunResult
from scopecheck.run.plan import Plan
from scopecheck.sandbox.guard import GuardError
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES, report_folder, settings_for

TAG = "scopecheck-20260101T000000-abcd"


@dataclass(frozen=True)
class RecordedRun:
    """A run and its bundle."""

    bundle: Bundle
    run: RunResult | None
    """None if the guard ended it."""
    canvas: Canvas


def a_canvas(**state: Any) -> Canvas:
    """An embedded Canvas in this state."""
    return Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))


def record_run(
    canvas: Canvas,
    mode: str = "exercise",
    *,
    between: Callable[[httpx.BaseTransport], httpx.BaseTransport] | None = None,
    settings: Any = None,
) -> RecordedRun:
    """Run against this Canvas and record it; `between` puts something between them."""
    way = between(transport(canvas)) if between else transport(canvas)
    with report_folder() as reports:
        given: Settings = replace(settings_for(canvas, mode, ALLY, reports), **(settings or {}))
        recorder = Recorder(Recording.of(given, TAG))
        plan = Plan(TAG, "2026-01-01T00:00:00Z", patience=HASTY, transport=way, record=recorder.by)
        try:
            setup, run = judge_here(given, plan, SCOPES, embedded=True)
        except GuardError:
            return RecordedRun(recorder.bundle(given, plan, None, None, embedded=True), None, canvas)
        return RecordedRun(recorder.bundle(given, plan, setup, run, embedded=True), run, canvas)


def replay_run(recorded: RecordedRun) -> Replayed:
    """The bundle written, read and judged again."""
    with report_folder() as folder:
        return replay(reread(recorded.bundle, folder), ALLY, folder, HASTY)


def reread(bundle: Bundle, folder: Path) -> Bundle:
    """The bundle as its file holds it."""
    write_bundle(folder / "bundle.json", bundle)
    return load_bundle(folder / "bundle.json")


def with_admin(canvas: Canvas) -> dict[str, Any]:
    """Settings with the administrator's token."""
    return {"admin_token": Secret(canvas.credentials.admin_token)}


def with_refresh(canvas: Canvas) -> dict[str, Any]:
    """Settings with a refresh token in place of an access token."""
    return {"access_token": None, "refresh_token": Secret(canvas.credentials.refresh_token)}
