"""A run whose time is used up in the middle of a change: nothing stays changed, and nothing is left to look after."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.secret import Secret
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, settings_for
from tests.selftest.sandbox.left_open import open_changes

PAGES_PUT = next(each for each in ALLY.requirements if each.scope.is_write and "/pages/" in each.scope.path)


@dataclass
class Ending(httpx.BaseTransport):
    """A Canvas; with the answer to the first request of this method for pages the run's time is used up."""

    way: httpx.BaseTransport
    method: str
    plan: Plan | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What Canvas answers."""
        answer = self.way.handle_request(request)
        if self.plan and request.method == self.method and "/pages" in request.url.path:
            self.plan.budget.ends = 0.0
        return answer


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_time_ends_at_a_write(tmp_path: Path, method: str) -> None:
    """Before the write it is not made; after it, it is undone. Either way the journal has nothing open."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    settings = settings_for(canvas, "exercise", ALLY, tmp_path)
    way = Ending(transport(canvas), method)
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=way)
    setup = prepare(settings, plan)
    target = JournalTarget(BASE, str(setup.course_id))
    client = plan.client(settings, Secret(setup.token), Pace(8))
    before, way.plan = canvas.tables.digest(), plan
    result = judge(PAGES_PUT, RunContext(setup, ALLY, client, Journal(tmp_path / "journal", target, "one")))

    assert (result.verdict, result.cause) == ("unproved", "run-out-of-time")
    assert bool([write for write in canvas.tables.writes if write.changed]) == (method == "PUT")
    assert canvas.tables.digest() == before
    assert not open_changes(tmp_path / "journal", target)
