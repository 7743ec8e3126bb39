"""One stray answer, at whatever call of a case, makes no scope missing and none granted: what is found is found twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from embedded_canvas.app import Canvas
from embedded_canvas.config import CanvasConfig
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.judge import judge
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import ScopeResult, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.between import Stray
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, report_folder, settings_for

SIGNED: Final = {"X-Request-Context-Id": "stray", "X-Canvas-Meta": "q=1;"}
PAST: Final = {**SIGNED, "X-Canvas-User-Id": "10000000000102"}
DEAD: Final = {**SIGNED, "WWW-Authenticate": 'Bearer realm="canvas-lms"'}


def said(status: int, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    """A stray answer in JSON."""
    return httpx.Response(status, json=body, headers=headers)


SCOPE_REFUSED: Final = said(401, {"errors": [{"message": "Insufficient scopes on access token."}]}, SIGNED)
ROLE_REFUSED: Final = said(
    401, {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}, PAST
)
TOKEN_REFUSED: Final = said(401, {"errors": [{"message": "Invalid access token."}]}, DEAD)
NO_SUCH: Final = {"errors": [{"message": "The specified resource does not exist."}]}
LET_THROUGH: Final = said(404, NO_SUCH, PAST)

OF_CANVAS: Final = {"scope": SCOPE_REFUSED, "role": ROLE_REFUSED, "token": TOKEN_REFUSED}
STRANGERS: Final = {
    "[]": said(200, []),
    "{}": said(200, {}),
    "base": said(401, {"errors": {"base": ["Session expired"]}}),
    "status": said(401, {"status": "unauthorized", "errors": [{"message": "Session expired"}]}),
    "404": said(404, NO_SUCH),
}
"""What software other than Canvas answers, some of it in Canvas's own shape, without Canvas's headers."""


class World:
    """A Canvas with a run prepared for it, whose cases are judged as often as wanted, each as if it were the first."""

    def __init__(self, reports: Path, mode: str, **state: Any) -> None:
        self._reports, self._mode, self._state = reports, mode, state
        self._prepare()

    def judged(self, scope: str, answer: httpx.Response | None = None, after: int = 0) -> ScopeResult:
        """The case of one scope, with a stray answer to the request after so many."""
        if self._canvas.tables.digest() != self._before:
            # The stray answer before met the undo; what that does about it is tested elsewhere.
            self._prepare()
        requirement = next(each for each in ALLY.requirements if str(each.scope) == scope)
        self._stray.set_off(answer, after)
        result = judge(requirement, RunContext(self._run.setup, ALLY, self._run.client, self._run.journal))
        self._stray.set_off(None, 0)
        return result

    def _prepare(self) -> None:
        self._canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **self._state}))
        self._stray = Stray(transport(self._canvas))
        settings = settings_for(self._canvas, self._mode, ALLY, self._reports)
        plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=self._stray)
        setup = prepare(settings, plan)
        client = CanvasClient(BASE, Secret(setup.token), Pace(8), HASTY, self._stray, signs=plan.signs)
        target = JournalTarget(BASE, str(setup.course_id))
        self._run = RunContext(setup, ALLY, client, Journal(self._reports / "journal", target, "one"))
        self._before = self._canvas.tables.digest()


@contextmanager
def world(mode: str = "exercise", **state: Any) -> Iterator[World]:
    """A run prepared for a Canvas in this state."""
    with report_folder() as reports:
        yield World(reports, mode, **state)
