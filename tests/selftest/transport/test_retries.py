"""After which answers a write may still take effect, and that each attempt is announced before it is sent."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx
import pytest

from scopecheck.model.answer import OUT_OF_TIME, Answer, TargetSigns
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport.certificates import REFUSED
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from scopecheck.transport.retries import BROKEN_OFF, LET_GO, NEVER_SENT, TIMED_OUT, TOO_MUCH, may_have_landed
from tests.selftest.exercises.sweep import HASTY

BASE: Final = "https://canvas.test"
SIGNED: Final = {"x-request-context-id": "0", "x-canvas-user-id": "10000000000101", "x-canvas-meta": "q=1;"}
SEEN: Final = TargetSigns(signed=True, identifies=True, accepts=True)
MESSAGES: Final = {"errors": [{"message": "The specified resource does not exist."}]}


def answer(status: int | None, body: Any = None, *, signed: bool = False, **more: Any) -> Answer:
    """An answer to a PUT with the token, from a target that is known to sign its answers."""
    raw = b"" if body is None else json.dumps(body).encode()
    return Answer("PUT", f"{BASE}/x", status, SIGNED if signed else {}, raw, authorized=True, target=SEEN, **more)


def storage(status: int | None, **more: Any) -> Answer:
    """An answer of the host that takes files, which gets no token."""
    return Answer("POST", "https://files.test/x", status, authorized=False, **more)


@pytest.mark.parametrize(
    ("got", "may"),
    [
        pytest.param(answer(200, {"id": 1}, signed=True), False, id="a record"),
        pytest.param(answer(404, MESSAGES, signed=True), False, id="a refusal of Canvas's"),
        pytest.param(answer(422, {"errors": {"x": ["y"]}}, signed=True), False, id="a refusal of its rules"),
        pytest.param(answer(429), False, id="a throttle"),
        pytest.param(answer(None, fault=f"{NEVER_SENT}: refused"), False, id="never sent"),
        pytest.param(answer(500, signed=True), True, id="a crash"),
        pytest.param(answer(502), True, id="a bad gateway"),
        pytest.param(answer(200, {"status": "ok"}), True, id="a stranger's success"),
        pytest.param(answer(404, {"message": "no route"}), True, id="a stranger's refusal"),
        pytest.param(answer(401, {"status": "unauthenticated", "errors": []}), True, id="a stranger's 401"),
        pytest.param(answer(302), True, id="a redirect"),
        *(
            pytest.param(answer(None, fault=f"{fault}: x"), True, id=fault)
            for fault in (TIMED_OUT, BROKEN_OFF, TOO_MUCH, LET_GO, REFUSED, OUT_OF_TIME)
        ),
        pytest.param(storage(201), False, id="the storage took it"),
        pytest.param(storage(403), False, id="the storage refused it"),
        pytest.param(storage(503), True, id="the storage failed"),
        pytest.param(storage(None, fault=f"{TIMED_OUT} 1 s"), True, id="no storage"),
    ],
)
def test_what_may_have_landed(got: Answer, *, may: bool) -> None:
    """Only what Canvas itself answered, or what was never sent, is over."""
    assert may_have_landed(got) is may


@pytest.mark.parametrize("answers", [[502, 200], [200], [429, 429, 502, 200]])
def test_each_attempt_is_announced(answers: list[int]) -> None:
    """Before it is sent, also if it is repeated."""
    told: list[str] = []
    left = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        told.append(request.method)
        return httpx.Response(left.pop(0), json={})

    client = CanvasClient(BASE, Secret("s3cret-token"), Pace(1), HASTY, httpx.MockTransport(handle))
    client.send(Call("PUT", "/x"), on_attempt=lambda: told.append("announced"))

    assert told == ["announced", "PUT"] * min(len(answers), HASTY.attempts)


def test_what_cannot_be_announced_is_not_sent() -> None:
    """If the journal cannot take it, the request is not made."""
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(502)

    def full() -> None:
        if sent:
            raise OSError("no space left on device")

    client = CanvasClient(BASE, Secret("s3cret-token"), Pace(1), HASTY, httpx.MockTransport(handle))
    with pytest.raises(OSError, match="no space left"):
        client.send(Call("PUT", "/x"), on_attempt=full)

    assert len(sent) == 1
