"""The HTTP client: what it retries, what it never sends, and what it does instead of raising."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from itertools import chain, repeat

import httpx
import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport.client import USER_AGENT, CanvasClient, Patience
from scopecheck.transport.pace import Pace

BASE = "https://canvas.test"
OK = httpx.Response(200, json=[])
THROTTLE = httpx.Response(403, text="403 Forbidden (Rate Limit Exceeded)\n")
HASTY = Patience(timeout=1, attempts=4, first_wait=0.0, longest_wait=0.01)


class Wire:
    """A transport that gives prepared answers and records the requests; the last answer repeats."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: Iterator[httpx.Response | Exception] = chain(answers, repeat(answers[-1]))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def client(handler: Callable[[httpx.Request], httpx.Response], patience: Patience = HASTY) -> CanvasClient:
    """A client with a token and prepared answers."""
    return CanvasClient(BASE, Secret("s3cret"), Pace(4), patience, httpx.MockTransport(handler))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_a_throttle_is_waited_out_whatever_the_method(method: str) -> None:
    """Canvas throttles before it does anything, so a retry is safe."""
    wire = Wire(THROTTLE, THROTTLE, OK)

    assert read(client(wire).send(Call(method, "/x"))) is Reading.OK
    assert len(wire.requests) == 3


@pytest.mark.parametrize(("method", "times"), [("GET", 4), ("PUT", 4), ("DELETE", 4), ("POST", 1)])
@pytest.mark.parametrize(
    "trouble", [httpx.Response(502, text="<html>"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("reset")]
)
def test_only_idempotent_methods_are_retried_after_a_fault(
    method: str, times: int, trouble: httpx.Response | Exception
) -> None:
    """A POST is not sent again after a fault: Canvas may already have done the work."""
    wire = Wire(trouble)

    answer = client(wire).send(Call(method, "/x"))

    assert read(answer) in {Reading.SERVER_FAULT, Reading.NO_ANSWER}
    assert len(wire.requests) == times


def test_a_post_that_never_arrived_is_retried() -> None:
    """If the connection is refused, nothing was sent."""
    wire = Wire(httpx.ConnectError("refused"), OK)

    assert read(client(wire).send(Call("POST", "/x"))) is Reading.OK


@pytest.mark.parametrize("answer", [httpx.Response(404, text="<html>"), httpx.Response(401, json={}), OK])
def test_final_answers_are_not_retried(answer: httpx.Response) -> None:
    """A retry would get the same answer."""
    wire = Wire(answer)
    client(wire).send(Call("GET", "/x"))

    assert len(wire.requests) == 1


@pytest.mark.parametrize("asked", ["0.2", lambda: formatdate(time.time() + 2, usegmt=True)])
def test_retry_after_is_honored(asked: str | Callable[[], str]) -> None:
    """A number of seconds or a date in Retry-After is waited for, within bounds."""
    header = asked if isinstance(asked, str) else asked()
    wire = Wire(httpx.Response(429, headers={"Retry-After": header}), OK)
    started = time.perf_counter()
    client(wire, Patience(first_wait=0.0, longest_wait=0.3)).send(Call("GET", "/x"))

    assert 0.2 <= time.perf_counter() - started < 2


def test_the_token_goes_only_to_the_target() -> None:
    """Only the target's own origin gets the token, and only if the call is authorized."""
    wire = Wire(OK)
    ours = client(wire)
    for path, authorized in (
        ("/api/v1/x", True),
        (f"{BASE}/api/v1/x?page=2", True),
        ("/api/v1/files/1/create_success?uuid=u", False),
        ("https://elsewhere.test/api/v1/x", True),
        ("http://canvas.test/api/v1/x", True),
        ("https://canvas.test:8443/x", True),
        ("https://canvas.test.evil.test/x", True),
    ):
        ours.send(Call("GET", path, authorized=authorized))

    assert ["Authorization" in request.headers for request in wire.requests] == [True, True, *[False] * 5]


def test_a_user_agent_is_always_sent_and_no_cookie_ever() -> None:
    """Hosted Canvas refuses requests without a User-Agent; a session cookie would outlast a dead token."""
    wire = Wire(httpx.Response(200, json=[], headers={"Set-Cookie": "_session=x; Path=/"}))
    ours = client(wire)
    ours.send(Call("GET", "/x"))
    ours.send(Call("GET", "/x"))

    assert {request.headers["User-Agent"] for request in wire.requests} == {USER_AGENT}
    assert not any("Cookie" in request.headers for request in wire.requests)


def test_redirects_are_not_followed() -> None:
    """A redirect is an answer like any other."""
    wire = Wire(httpx.Response(302, headers={"Location": "https://elsewhere.test/"}))

    assert read(client(wire).send(Call("GET", "/x"))) is Reading.REDIRECTED
    assert len(wire.requests) == 1


def test_a_malformed_address_is_a_fault() -> None:
    """A Link header or an upload_url that is not an address does not raise."""
    answer = client(Wire(OK)).send(Call("GET", "https://[broken"))

    assert read(answer) is Reading.NO_ANSWER


def test_the_next_link_keeps_its_query() -> None:
    """A link from Canvas is used as it is."""
    wire = Wire(OK)
    client(wire).send(Call("GET", f"{BASE}/api/v1/x?page=bookmark:abc&per_page=10"))

    assert str(wire.requests[0].url).endswith("?page=bookmark:abc&per_page=10")


def test_every_attempt_is_evidence() -> None:
    """The caller sees each attempt's answer, not only the last."""
    seen: list[int | None] = []
    client(Wire(THROTTLE, OK)).send(Call("GET", "/x"), lambda answer: seen.append(answer.status))

    assert seen == [403, 200]


def test_a_json_null_is_a_body() -> None:
    """Null empties a field, which is not the same as sending nothing."""
    wire = Wire(OK)
    client(wire).send(Call("PUT", "/x", json=None, has_json=True))
    client(wire).send(Call("PUT", "/x"))

    assert [request.content for request in wire.requests] == [b"null", b""]
