"""How many requests a run may make: what it costs a Canvas, and how long it takes. The README states the same numbers.

A reading that keeps content safe may raise one; then the table and the README are changed with it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.session import SandboxSession
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.journal_reading import FOLDER
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES, settings_for

README: Final = Path(__file__).parents[3] / "README.md"

CEILINGS: Final = {
    ("exercise", "without"): 82,
    ("exercise", "with"): 122,
    ("probe", "without"): 52,
    ("probe", "with"): 59,
}
"""Requests of a run that finds nothing wrong, by mode and whether with an administrator's token; storage included."""


@pytest.mark.parametrize(("mode", "admin"), CEILINGS)
def test_requests(mode: str, admin: str, tmp_path: Path) -> None:
    """A run with Ally's profile makes as many requests as the table says, and the README says so."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    settings = settings_for(canvas, mode, ALLY, tmp_path)
    if admin == "with":
        settings = replace(settings, admin_token=Secret(canvas.credentials.admin_token))
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=transport(canvas))
    session = SandboxSession.acquire(settings, plan)
    setup = session.set_up()
    client = plan.client(settings, Secret(setup.token), Pace(1), names=setup.names)
    journal = Journal(tmp_path / FOLDER, JournalTarget(setup.base_url, str(setup.course_id)), f"{setup.tag}-main")
    run = RunContext(setup, ALLY, client, journal if setup.course_id else None)
    verdicts = {judge(requirement, run).verdict for requirement in ALLY.requirements}
    client.close()
    session.clean_up()

    assert verdicts == {Verdict.GRANTED}
    assert canvas.requests == CEILINGS[mode, admin]
    assert f"| {mode} | {CEILINGS[mode, 'without']} | {CEILINGS[mode, 'with']} |" in README.read_text("utf-8")
