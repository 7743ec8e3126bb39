"""How a case is asked again: never by a write where one may still be open, and not once the run is to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.exercises.context import RunContext
from scopecheck.exercises.endings import Unavailable
from scopecheck.exercises.judge import judge
from scopecheck.model.answer import TargetSigns
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import Proof, ScopeResult, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.prepare import prepare
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.transport.pace import Pace
from scopecheck.transport.signs_latch import SignsLatch
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.between import Firewall
from tests.selftest.exercises.sweep import ALLY, BASE, HASTY, SCOPES, settings_for, sweep
from tests.selftest.sandbox.left_open import open_changes

QUIZZES: Final = "url:GET|/api/v1/courses/:course_id/quizzes"
PUT_PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PUT_MEDIA: Final = "url:PUT|/api/v1/media_objects/:media_object_id"
UPLOAD: Final = "url:POST|/api/v1/courses/:course_id/files"
PAGES: Final = r"PUT /api/v1/courses/1001/pages/"


@pytest.mark.parametrize("kind", ["500", "502", "503-html", "reset"])
def test_a_write_that_got_no_answer_is_not_made_again(kind: Any) -> None:
    """It may still take effect. The probe passes the scope check in its place, and the case says what happened."""
    found = sweep(only=(PUT_PAGE,), faults=(Fault(kind, PAGES),))
    result = found.results[PUT_PAGE]
    writes = [each.request for each in result.evidence if each.request.startswith("PUT") and "fragment" in each.sent]

    assert (result.verdict, result.proof) == (Verdict.GRANTED, Proof.PROBED)
    assert "not exercised: PUT /api/v1/courses/1001/pages/" in result.message
    assert len({*writes}) <= 1
    assert sum(each.request.startswith(f"PUT /api/v1/courses/{9_999_999_999_999}") for each in result.evidence) == 1


def test_what_a_firewall_refuses_stays_refused() -> None:
    """It may look at what is written: that a probe without content passes does not help the integration."""
    found = sweep(
        only=(PUT_PAGE,), between=lambda canvas: Firewall(canvas, lambda r: r.method == "PUT" and r.content != b"")
    )

    assert found.not_granted() == {PUT_PAGE: (Verdict.UNPROVED, "firewall")}


def test_a_storage_that_failed_is_not_filled_again() -> None:
    """Canvas let the upload pass, its storage did not take the file: a probe would tell no more."""
    found = sweep(only=(UPLOAD,), faults=(Fault("503-html", r"POST /(files|.*storage|.*upload)"),))
    result = found.results[UPLOAD]

    assert (result.verdict, result.cause) == (Verdict.UNPROVED, "not-canvas-answering")
    assert sum(each.request.startswith("POST /api/v1/courses/") for each in result.evidence) == 1


def test_a_refused_write_is_made_again() -> None:
    """Canvas changed nothing: once more, with an entry of its own in the journal, which is closed as well."""
    found = sweep(only=(PUT_PAGE,), denied=frozenset({"manage_wiki_update"}))
    result = found.results[PUT_PAGE]

    assert result.verdict is Verdict.MISCONFIGURED
    assert sum(each.request.startswith("PUT") for each in result.evidence) == 2
    assert found.untouched


@pytest.mark.parametrize("scope", [QUIZZES, PUT_PAGE, UPLOAD])
def test_a_probe_that_fails_confirms_nothing(scope: str) -> None:
    """Then the call that Canvas refused is made again, and what it refuses twice is missing."""
    found = sweep(only=(scope,), missing_on_token=frozenset({scope}), faults=(Fault("reset", "/courses/99999"),))
    refused = [each for each in found.results[scope].evidence if "Insufficient scopes" in each.body]

    assert found.not_granted() == {scope: (Verdict.MISSING, "token-not-reauthorized")}
    assert len({each.request for each in refused}) == 1
    assert len(refused) == 2


@dataclass
class Cut(httpx.BaseTransport):
    """A Canvas; something happens as soon as a request for quizzes was answered."""

    way: httpx.BaseTransport
    then: Callable[[], None] = lambda: None
    asked: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What Canvas answers."""
        answer = self.way.handle_request(request)
        if "/quizzes" in request.url.path:
            self.asked += 1
            self.then()
        return answer


def cut(tmp_path: Path, **state: Any) -> tuple[Cut, Plan, RunContext]:
    """A run that is prepared for a Canvas in this state."""
    canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
    way = Cut(transport(canvas))
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=way)
    settings = settings_for(canvas, "exercise", ALLY, tmp_path)
    setup = prepare(settings, plan)
    return way, plan, RunContext(setup, ALLY, plan.client(settings, Secret(setup.token), Pace(8)), None)


def judged(scope: str, run: RunContext) -> ScopeResult:
    """The case of one scope."""
    return judge(next(each for each in ALLY.requirements if str(each.scope) == scope), run)


@pytest.mark.parametrize(
    "state", [{"missing_on_token": frozenset({QUIZZES})}, {"disabled_tabs": frozenset({"quizzes"})}]
)
def test_no_time_is_left_to_ask_again(tmp_path: Path, state: dict[str, Any]) -> None:
    """Then nothing more is sent, and what was found once is told but not concluded."""
    way, plan, run = cut(tmp_path, **state)
    way.then = lambda: setattr(plan.budget, "ends", 0.0)
    result = judged(QUIZZES, run)

    assert (result.verdict, result.cause) == (Verdict.UNPROVED, "run-out-of-time")
    assert "So this was not confirmed: GET /api/v1/courses/1001/quizzes got" in result.message
    assert way.asked == 1


def test_nobody_asks_again_after_an_interrupt(tmp_path: Path) -> None:
    """The case ends without a verdict, as one that has not begun."""
    way, _, run = cut(tmp_path, missing_on_token=frozenset({QUIZZES}))
    way.then = run.interrupted.set

    with pytest.raises(Unavailable, match="interrupted"):
        judged(QUIZZES, run)
    assert way.asked == 1


def test_a_dead_token_is_not_asked_about_again(tmp_path: Path) -> None:
    """Where the preparation found it dead, no case sends anything."""
    way, _, run = cut(tmp_path, token_state="revoked")

    assert {judged(scope, run).requests for scope in SCOPES} == {0}
    assert way.asked == 0


@dataclass
class Echo(httpx.BaseTransport):
    """Strips Canvas's headers until it has itself answered a new title of a medium, with what was sent."""

    canvas: httpx.BaseTransport
    answered: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The echo, or Canvas's answer."""
        if not self.answered and request.method == "PUT":
            self.answered = True
            return httpx.Response(200, json={"title": json.loads(request.content)["user_entered_title"]})
        answer = self.canvas.handle_request(request)
        if not self.answered:
            for name in [name for name in answer.headers if name.startswith("x-")]:
                del answer.headers[name]
        return answer


def test_what_was_believed_too_early_is_asked_again(tmp_path: Path) -> None:
    """An answer that came before it was known that this Canvas signs its own is looked at again then."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False, missing_on_token=frozenset({PUT_MEDIA})))
    settings = settings_for(canvas, "exercise", ALLY, tmp_path)
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=transport(canvas))
    setup = replace(prepare(settings, plan), signs=TargetSigns())
    early = replace(plan, transport=Echo(transport(canvas)), signs=SignsLatch())
    journal = Journal(tmp_path / "journal", JournalTarget(BASE, str(setup.course_id)), "one")
    client = early.client(settings, Secret(setup.token), Pace(8))
    result = judged(PUT_MEDIA, RunContext(setup, ALLY, client, journal))

    assert result.verdict is not Verdict.GRANTED
    assert [each.status for each in result.evidence][-1] == 401
    assert canvas.tables.leaks == []


LISTS: Final = ("assignments", "discussion_topics", "files", "media_objects", "pages", "quizzes")


@pytest.mark.parametrize("listed", LISTS)
def test_an_empty_list_without_headers_is_left_to_the_probe(listed: str) -> None:
    """Where a proxy strips Canvas's headers, anybody may say []; Canvas's own sentence about a course counts."""
    scope = f"url:GET|/api/v1/courses/:course_id/{listed}"
    signed = sweep(only=(scope,), content="empty").results[scope]
    stripped = sweep(only=(scope,), content="empty", proxy_strips_headers=True).results[scope]

    assert (signed.verdict, signed.proof) == (Verdict.GRANTED, Proof.EXERCISED)
    assert (stripped.verdict, stripped.proof) == (Verdict.GRANTED, Proof.PROBED)
    assert "nothing but an empty list came back, without Canvas's headers" in stripped.message


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Asked twice, a write whose role is too small leaves no change in the journal."""
    canvas = Canvas(CanvasConfig(scopes=SCOPES, throttle=False, denied=frozenset({"manage_wiki_update"})))
    settings = settings_for(canvas, "exercise", ALLY, tmp_path)
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=transport(canvas))
    setup = prepare(settings, plan)
    target = JournalTarget(BASE, str(setup.course_id))
    journal = Journal(tmp_path / "journal", target, "one")
    judged(PUT_PAGE, RunContext(setup, ALLY, plan.client(settings, Secret(setup.token), Pace(8)), journal))

    assert journal.path.read_text(encoding="utf-8").count('"type":"opened"') == 2
    assert open_changes(tmp_path / "journal", target) == []
