"""A token that dies while the run is being prepared is renewed as in any other part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx
import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.key.renewal import Renewal
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import CheckVerdict
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare_to_renew
from scopecheck.run.session import SandboxSession
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES, report_folder, settings_for
from tests.selftest.key.key_states import ADMIN, QUIZ, REFRESH

LAST: Final = "GET /api/v1/accounts/self/courses"
"""The call of the preparation that comes after the canaries, where no course is set."""
NAMED: Final = f"PUT /api/v1/courses/{'9' * 13}/quizzes/.*"
"""The call that shows where an unknown name leads."""


@dataclass
class Dies(httpx.BaseTransport):
    """Another program refreshes the token once, right before a request (a pattern for "VERB /path")."""

    canvas: Canvas
    before: str
    dead: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer."""
        if not self.dead and re.fullmatch(self.before, f"{request.method} {request.url.path}"):
            self.dead = True
            self.canvas.tables.tokens[201].token = "1~refreshed-elsewhere"
        return transport(self.canvas).handle_request(request)


def refreshes(canvas: Canvas) -> int:
    """How often the token was refreshed."""
    return sum(write.path == "/login/oauth2/token" for write in canvas.tables.writes)


def prepared(before: str, given: dict[str, Any], **state: Any) -> tuple[Canvas, Setup, Renewal | None]:
    """What the preparation finds if the token dies right before a request."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False, **state))
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY,
                transport=Dies(canvas, before))  # fmt: skip
    with report_folder() as reports:
        settings = replace(settings_for(canvas, "probe", ALLY, reports), course_id=None, course_name=None, **given)
        return canvas, *prepare_to_renew(settings, plan)


@pytest.mark.parametrize(
    ("before", "given", "state"),
    [(LAST, REFRESH, {}), (NAMED, {**REFRESH, **ADMIN}, {"scopes_renamed": {min(QUIZ): "url:PUT|/api/v1/tests/:id"}})],
    ids=["the includes are asked for", "names are asked for"],
)
def test_it_is_renewed(before: str, given: dict[str, Any], state: dict[str, Any]) -> None:
    """Nothing is missed by it; the run goes on with the new token, and tells of the renewal once."""
    canvas, setup, renewal = prepared(before, given, **state)

    assert setup.dead is None
    assert {result.verdict for result in setup.key} == {CheckVerdict.OK}
    assert refreshes(canvas) == 2
    assert renewal is not None
    assert (setup.token, len(renewal.tokens), len(renewal.notes)) == (renewal.current.reveal(), 2, 1)
    assert not any(token.reveal() in str(setup.key) for token in renewal.tokens)


def test_it_is_not_renewed_without_a_grant() -> None:
    """A pasted token stays dead."""
    canvas, setup, renewal = prepared(LAST, {})

    assert (setup.dead and setup.dead.cause, refreshes(canvas), renewal) == ("token-expired", 0, None)


def test_what_never_worked_is_not_renewed() -> None:
    """Canvas issues a token with a scope that the key lacks without saving it: another would be no better."""
    canvas, setup, _ = prepared("never", REFRESH, missing_on_key=QUIZ)

    assert setup.dead is not None
    assert setup.dead.cause == "scopes-sent-to-unscoped-key"
    assert refreshes(canvas) == 1


def test_the_run_goes_on_with_the_same_renewal() -> None:
    """So what was renewed counts, and is told, with what is renewed later."""
    given: dict[str, Any] = {"course_id": None, "course_name": None, **REFRESH}
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False))
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY,
                transport=Dies(canvas, LAST))  # fmt: skip
    with report_folder() as reports:
        settings = replace(settings_for(canvas, "probe", ALLY, reports), **given)
        session = SandboxSession.acquire(settings, plan)
        session.clean_up()

    assert session.renewal is not None
    assert session.renewal.current.reveal() == session.setup.token
    assert [note for note in session.notes if "was renewed with CANVAS_REFRESH_TOKEN" in note] == session.renewal.notes
    assert len(session.renewal.notes) == 1
