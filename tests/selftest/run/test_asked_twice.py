"""One stray answer, to whatever question before the cases, ends no run, kills no token and blames no key."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest

from scopecheck.config.settings import Settings
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.model.setup import Setup
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import preflight_run
from scopecheck.run.prepare import prepare
from scopecheck.sandbox.guard import GuardError
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.between import Stray
from tests.selftest.exercises.sweep import ALLY, HASTY, SCOPES, report_folder, settings_for, sweep
from tests.selftest.exercises.test_asked_again import LET_THROUGH, PAST, REFUSALS, SIGNED, STRANGERS, said
from tests.selftest.key.key_states import ADMIN, REFRESH

ANSWERS: Final = {
    **REFUSALS,
    **STRANGERS,
    "let through": LET_THROUGH,
    "no rows": said(200, [], PAST),
    "another course": said(200, {"id": 1003, "name": "Drawing I", "workflow_state": "completed"}, PAST),
    "an unknown key": said(401, {"error": "invalid_client", "error_description": "unknown client"}, SIGNED),
    "an unknown token": said(400, {"error": "invalid_grant", "error_description": "refresh_token not found"}, SIGNED),
    "a gateway": said(502, {}),
    "a page": httpx.Response(200, html="<html></html>"),
}
RUNS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("exercise", {}),
    ("exercise", ADMIN),
    ("exercise", REFRESH),
    ("probe", {}),
]
AMISS: Final = {CheckVerdict.FAILED, CheckVerdict.UNPROVED}


def prepared(settings: Settings, answer: httpx.Response | None, after: int, **state: Any) -> tuple[Setup, int]:
    """A preparation with a stray answer to the request after so many, and how many requests it took."""
    canvas = Canvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state}))
    stray = Stray(transport(canvas))
    stray.set_off(answer, after)
    plan = Plan("scopecheck-20260101T000000-abcd", "2026-01-01T00:00:00Z", patience=HASTY, transport=stray)
    with report_folder() as reports:
        return prepare(replace(settings, reports=reports), plan), stray.seen


def given(mode: str, more: dict[str, Any]) -> Settings:
    """Settings for a Canvas in this process."""
    with report_folder() as reports:
        return replace(settings_for(Canvas(CanvasConfig(scopes=SCOPES)), mode, ALLY, reports), **more)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize(("mode", "more"), RUNS, ids=["exercise", "administered", "refreshed", "probe"])
def test_a_stray_answer_decides_nothing(mode: str, more: dict[str, Any], name: str) -> None:
    """The token stays alive and no check fails; what contradicts itself is unproved, and named so."""
    settings = given(mode, more)
    _, requests = prepared(settings, None, 0)
    for after in range(requests):
        setup, _ = prepared(settings, ANSWERS[name], after)
        assert setup.dead is None, after
        assert {result.cause for result in setup.key if result.verdict in AMISS} <= {"contradicting-answers"}, after
        assert CheckVerdict.FAILED not in {result.verdict for result in setup.key}, after


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_a_dead_token_that_is_alive(mode: str) -> None:
    """One "Invalid access token." at the canary leaves every scope granted and every check as it is."""
    canary = "/api/v1/courses/9999999999999/enrollments"

    class Once(httpx.BaseTransport):
        """Refuses the token at the first canary, once."""

        def __init__(self, canvas: httpx.BaseTransport) -> None:
            self.canvas, self.refused = canvas, False

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            """Canvas's answer, or the refusal."""
            if request.url.path == canary and not self.refused:
                self.refused = True
                refusal = REFUSALS["token"]
                return httpx.Response(refusal.status_code, headers=refusal.headers, content=refusal.content)
            return self.canvas.handle_request(request)

    found = sweep(mode, between=Once)

    assert found.not_granted() == {}
    assert {result.verdict for result in found.setup.key} == {CheckVerdict.OK}


def test_a_stranger_that_answers_first_is_found_out() -> None:
    """A record without `term` that other software gives before Canvas has signed anything says nothing of includes."""

    class CourseFirst(httpx.BaseTransport):
        """Lets nothing else through before it has answered for the course, once."""

        def __init__(self, canvas: httpx.BaseTransport) -> None:
            self.canvas, self.answered = canvas, threading.Event()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            """A record of its own, or Canvas's answer."""
            if request.url.path == "/api/v1/courses/1001" and not self.answered.is_set():
                threading.Timer(0.05, self.answered.set).start()
                return httpx.Response(200, json={"id": 1001, "name": "Ally sandbox"})
            assert self.answered.wait(10)
            return self.canvas.handle_request(request)

    settings = {"client_id": None, "redirect_uri": None}
    found = sweep(only=("none",), between=CourseFirst, settings=settings)

    assert {result.verdict for result in found.setup.key} == {CheckVerdict.OK, CheckVerdict.NOT_CHECKED}
    assert found.setup.writes_refused is None
    assert found.requests == 4


def test_what_is_right_is_asked_once() -> None:
    """A correct key takes the five requests that it always took; one with something wrong, twice as many."""
    lacking = frozenset({SCOPES[3]})

    assert prepared(given("exercise", {}), None, 0)[1] == 5
    assert prepared(given("exercise", {}), None, 0, missing_on_key=lacking, missing_on_token=lacking)[1] == 10


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        ("completed", "completed", True),
        ("completed", "renamed", True),
        ("completed", "fine", False),
        ("completed", "gone", False),
        ("gone", "completed", False),
        ("students", "fine", False),
        ("gone", "fine", False),
    ],
)
def test_the_sandbox_course_is_read_again(first: str, second: str, *, ends: bool) -> None:
    """A run ends for its course only if two readings say so; and writes only to one about which both agree."""
    settings = given("exercise", {"course_name": "Ally sandbox", "redirect_uri": None, "client_id": None})
    fine = {"id": 1001, "name": "Ally sandbox", "workflow_state": "available", "total_students": 0, "term": {},
            "syllabus_body": None}  # fmt: skip
    answers = {
        "fine": said(200, fine, PAST),
        "completed": said(200, {**fine, "workflow_state": "completed"}, PAST),
        "renamed": said(200, {**fine, "name": "Drawing I"}, PAST),
        "students": said(200, {key: fine[key] for key in ("id", "name", "workflow_state")}, PAST),
        "gone": said(502, {}),
    }
    left = [first, *[second] * 9]

    class Course(httpx.BaseTransport):
        """Answers the readings of the course; a fault as often as it is asked for again."""

        def __init__(self, canvas: httpx.BaseTransport) -> None:
            self.canvas, self.faults = canvas, 0

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            """One of the answers, or Canvas's."""
            if request.url.path != "/api/v1/courses/1001":
                return self.canvas.handle_request(request)
            answer = answers[left[0]]
            self.faults += 1
            if answer.status_code == 200 or self.faults == HASTY.attempts:
                left.pop(0)
                self.faults = 0
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    plan = Plan("t", "2026-01-01T00:00:00Z", patience=HASTY,
                transport=Course(transport(Canvas(CanvasConfig(scopes=SCOPES, throttle=False)))))  # fmt: skip
    if ends:
        with pytest.raises(GuardError, match="is completed"):
            prepare(settings, plan)
        return
    refused = prepare(settings, plan).writes_refused

    assert (refused is None) == (second == "fine" and first != "completed")
    if (first, second) == ("completed", "fine"):
        assert refused
        assert refused.startswith("Canvas contradicted itself when the sandbox course was read twice (")


def test_no_course_is_written_to_that_the_token_may_not_read() -> None:
    """One reading that went astray lets no run write: the next one could not undo what it leaves."""
    settings = given("exercise", {"course_name": "Ally sandbox", "redirect_uri": None, "client_id": None})
    lacking = frozenset({"url:GET|/api/v1/courses/:id"})
    canvas = transport(Canvas(CanvasConfig(scopes=SCOPES, throttle=False, missing_on_token=lacking)))
    read = [0]

    def answer(request: httpx.Request) -> httpx.Response:
        read[0] += request.url.path == "/api/v1/courses/1001"
        if request.url.path == "/api/v1/courses/1001" and read[0] == 1:
            fine = {"id": 1001, "name": "Ally sandbox", "workflow_state": "available", "total_students": 0,
                    "term": {}, "syllabus_body": None}  # fmt: skip
            return said(200, fine, PAST)
        return canvas.handle_request(request)

    plan = Plan("t", "2026-01-01T00:00:00Z", patience=HASTY, transport=httpx.MockTransport(answer))
    refused = prepare(settings, plan).writes_refused

    assert read[0] > 1
    assert refused
    assert refused.startswith("Canvas contradicted itself when the sandbox course was read twice (")


@pytest.mark.parametrize("after", [0, 1])
def test_the_preflight_alone_asks_twice_too(after: int) -> None:
    """One stray answer makes no scope missing there, and no key unknown."""
    stray = Stray(transport(Canvas(CanvasConfig(scopes=SCOPES, throttle=False))))
    stray.set_off(ANSWERS["an unknown key"], after)
    plan = Plan("t", "2026-01-01T00:00:00Z", patience=HASTY, transport=stray)
    run = preflight_run(given("probe", {}), plan)
    known = next(result for result in run.key if result.check is KeyCheck.KEY_KNOWN)

    assert (known.verdict, known.cause) == (CheckVerdict.UNPROVED, "contradicting-answers")
    assert "First: " in known.message
    assert "Then: " in known.message
    assert Verdict.MISSING not in {result.verdict for result in run.scopes}
