"""One stray answer, at whatever call of a case, makes no scope missing and none granted: what counts is found twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scopecheck.canvas.ids import NONEXISTENT
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
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
PAST: Final = {**SIGNED, "X-Canvas-User-Id": "10000000000101"}
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
LISTED: Final = said(200, [{"id": 1, "name": "School", "parent_account_id": None}], PAST)

REFUSALS: Final = {"scope": SCOPE_REFUSED, "role": ROLE_REFUSED, "token": TOKEN_REFUSED}
"""What Canvas itself may answer to a call that is all right, for example a server that has not heard of a change."""
STRANGERS: Final = {
    "nothing listed": said(200, []),
    "nothing": said(200, {}),
    "an error by name": said(401, {"errors": {"base": ["Session expired"]}}),
    "an error of its own": said(401, {"errors": {"base": [{"message": "Session expired"}]}}),
    "a status": said(401, {"status": "unauthorized", "errors": [{"message": "Session expired"}]}),
    "Canvas's 404": said(404, NO_SUCH),
}
"""What software other than Canvas answers, some of it in Canvas's own shape, without Canvas's headers."""
NO_FALSE_FRIEND: Final = {name: answer for name, answer in STRANGERS.items() if name != "Canvas's 404"}
"""What also counts for nothing where a proxy strips Canvas's headers from everything."""


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
        return judge(requirement, RunContext(self._run.setup, ALLY, self._run.client, self._run.journal))

    def calls(self, scope: str) -> int:
        """How many requests a case takes without a stray answer; file cases have each other's among them."""
        self.judged(scope)
        return self._stray.seen

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


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_one_refusal_is_not_enough(scope: str, mode: str) -> None:
    """Whatever call of a case Canvas refuses once, the scope is not called missing, nor the role too small."""
    with world(mode) as here:
        for after in range(here.calls(scope)):
            for name, refusal in REFUSALS.items():
                result = here.judged(scope, refusal, after)
                assert result.verdict in {Verdict.GRANTED, Verdict.UNPROVED}, (name, after, result.message)
                assert result.cause in {None, "contradicting-answers", "not-canvas-answering"}


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_no_stranger_grants_a_scope(scope: str, mode: str) -> None:
    """Whatever call of a case a stranger answers, a scope that the token lacks is missing."""
    with world(mode, missing_on_token=frozenset({scope})) as here:
        for after in range(here.calls(scope)):
            for name, answer in STRANGERS.items():
                result = here.judged(scope, answer, after)
                assert (result.verdict, result.cause) == (Verdict.MISSING, "token-not-reauthorized"), (name, after)


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_nor_where_headers_are_stripped(scope: str, mode: str) -> None:
    """The same where no answer has Canvas's headers: only what nobody but Canvas says counts there."""
    with world(mode, missing_on_token=frozenset({scope}), proxy_strips_headers=True) as here:
        for after in range(here.calls(scope)):
            for name, answer in NO_FALSE_FRIEND.items():
                result = here.judged(scope, answer, after)
                assert result.verdict in {Verdict.MISSING, Verdict.UNPROVED}, (name, after, result.message)


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("scope", SCOPES)
def test_a_success_after_a_refusal_grants_nothing(scope: str, mode: str) -> None:
    """Where Canvas refuses the scope and then lets a call pass, neither counts, and both are named."""
    with world(mode, missing_on_token=frozenset({scope})) as here:
        last = here.calls(scope) - 1
        result = here.judged(scope, LET_THROUGH if ":" in scope.partition("|")[2] else LISTED, last)

    assert (result.verdict, result.cause) == (Verdict.UNPROVED, "contradicting-answers")
    assert 'got "Insufficient scopes on access token."' in result.message.split("First: ")[1]
    assert "Then: A harmless probe passed" in result.message
    assert 401 in [each.status for each in result.evidence]
    assert "Run again in a few minutes" in str(result.remedy)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_missing_scope_is_asked_for_twice_and_no_more(scope: str) -> None:
    """Canvas refuses it two times, the second time for something that does not exist; no write is made again."""
    with world(missing_on_token=frozenset({scope})) as here:
        result = here.judged(scope)
    refused = [each for each in result.evidence if "Insufficient scopes" in each.body]

    assert result.verdict is Verdict.MISSING
    assert len(refused) == 2
    assert NONEXISTENT in refused[1].request or ":" not in scope.partition("|")[2]
