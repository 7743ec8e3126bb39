"""Canary calls: when they show that scopes are enforced, and when they show nothing."""

from __future__ import annotations

import json

import httpx
import pytest

from scopecheck.key.canaries import evaluate_canaries, send_canaries
from scopecheck.key.token_checks import token_alive, token_life
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyFacts
from scopecheck.model.named import UNNAMED
from scopecheck.model.verdict import CheckVerdict
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace

SCOPE = {"errors": [{"message": "Insufficient scopes on access token."}]}
GONE = {"errors": [{"message": "The specified resource does not exist."}]}
DENIED = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
INVALID = {"errors": [{"message": "Invalid access token."}]}


def said(status: int | None, body: object = None, path: str = "/api/v1/courses/9999999999999/enrollments") -> Answer:
    """An answer to a canary call."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer("GET", f"https://canvas.test{path}", status, {}, text.encode(), None if status else "reset")


GRAPHQL = "/api/graphql"


@pytest.mark.parametrize(
    ("answers", "enforced"),
    [
        ([], None),
        ([said(401, SCOPE)], True),
        ([said(404, GONE), said(401, SCOPE)], True),
        # A key may carry the first canary's scope: then a fault for the second one leaves it open.
        ([said(404, GONE), said(None)], None),
        ([said(404, GONE), said(503, "<html>")], None),
        ([said(404, GONE), said(302)], None),
        ([said(401, INVALID)], None),
        ([said(404, GONE), said(403, DENIED), said(200, {"data": {}}, GRAPHQL)], False),
        ([said(404, GONE), said(404, "<html>Page Not Found</html>", GRAPHQL)], False),
        ([said(404, "<html>Page Not Found</html>"), said(404, GONE)], False),
        # Answers that any web server could give.
        ([said(404, {"message": "no Route matched with those values"})], None),
        ([said(200, {"status": "ok"}), said(200, {"status": "ok"}, GRAPHQL)], None),
        ([said(404, "<html>Page Not Found</html>")], None),
    ],
)
def test_canaries(answers: list[Answer], enforced: bool | None) -> None:
    """One refusal means enforced; all let through means not enforced; anything else shows nothing."""
    assert evaluate_canaries(answers).enforced is enforced


def test_a_scope_that_is_required_under_another_name_is_no_canary() -> None:
    """A key carries it, so a call that it covers shows nothing."""
    asked: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(401, json=SCOPE)

    client = CanvasClient("https://canvas.test", None, Pace(1), Patience(), httpx.MockTransport(refuse))
    send_canaries(client, ["url:GET|/api/v1/courses/:id/enrollments"])

    assert asked == ["/api/v1/courses/9999999999999/pages"]


def test_an_answer_from_other_software_does_not_prove_a_token_alive() -> None:
    """A success for every request does not come from Canvas."""
    welcome = said(200, {"status": "ok"})
    found = KeyFacts(UNNAMED, [], token=token_life([welcome], welcome), course=welcome)

    assert found.token.alive is None
    assert token_alive(found).verdict is CheckVerdict.UNPROVED
