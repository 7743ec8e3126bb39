"""The renewal of a token that dies in mid-run: once for all, a few times at most, and told once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.key.grant import Grant
from scopecheck.key.oauth import TOKEN_PATH
from scopecheck.key.renewal import MOST_RENEWALS, RETRY_S, Renewal
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport.broker import Broker
from scopecheck.transport.broker_line import BrokerLine
from scopecheck.transport.client import CanvasClient, Patience, Renew
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, canvas
from tests.selftest.embedded_canvas.transport import transport

HASTY = Patience(timeout=1, attempts=2, first_wait=0.0, longest_wait=0.01)
ACCOUNTS = Call("GET", "/api/v1/accounts")
FIRST = Secret(CREDENTIALS.access_token)


def renewal(
    of: Canvas, secret: str = CREDENTIALS.client_secret, clock: Callable[[], float] = time.monotonic
) -> Renewal:
    """The renewal of the embedded Canvas's token."""
    grant = Grant(BASE, CREDENTIALS.client_id, Secret(secret), Secret(CREDENTIALS.refresh_token))
    return Renewal(grant, FIRST, lambda: CanvasClient(BASE, None, Pace(1), HASTY, transport(of)), clock)


def client(of: Canvas, renew: Renew) -> CanvasClient:
    """A client with the token from the start."""
    return CanvasClient(BASE, FIRST, Pace(8), HASTY, transport(of), renew=renew)


def kill_token(of: Canvas) -> None:
    """End the access token, as a refresh by another program does."""
    of.tables.tokens[201].token = "1~refreshed-elsewhere"


def refreshes(of: Canvas) -> int:
    """How often the token was refreshed."""
    return sum(write.path == "/login/oauth2/token" for write in of.tables.writes)


def test_a_token_that_dies_is_renewed() -> None:
    """The call that met it is made again; both tokens are known as secrets, and the likely reason is told."""
    of = canvas()
    renewing = renewal(of)
    calling = client(of, renewing)
    assert read(calling.send(ACCOUNTS)) is Reading.OK
    kill_token(of)

    assert read(calling.send(ACCOUNTS)) is Reading.OK
    assert {FIRST, renewing.current} <= {*calling.secrets}
    assert renewing.current != FIRST
    (note,) = renewing.notes
    assert "another run or program that uses the same CANVAS_REFRESH_TOKEN has probably refreshed it" in note
    assert renewing.current.reveal() not in note


def test_it_is_renewed_once_for_all_workers() -> None:
    """Sixteen calls of two workers that meet the dead token at once cause one refresh."""
    of = canvas()
    broker = Broker(Pace(8))
    broker.hand_over("", renewal(of))
    lines = [BrokerLine(broker.address) for _ in range(2)]
    clients = [CanvasClient(BASE, FIRST, line, HASTY, transport(of), renew=line.renew) for line in lines]
    kill_token(of)
    with ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(each.send, ACCOUNTS) for each in clients for _ in range(8)]
        readings = [read(each.result(60)) for each in sent]
    for line in lines:
        line.close()
    broker.stop()

    assert readings == [Reading.OK] * 16
    assert refreshes(of) == 1


def test_a_write_is_made_again_and_only_once() -> None:
    """Canvas refuses a dead token before it does anything, so a POST is safe to repeat."""
    of = canvas()
    calling = client(of, renewal(of))
    kill_token(of)
    topic = Call("POST", "/api/v1/courses/1001/files", form={"name": "a.png", "size": "1"})

    assert read(calling.send(topic)) is Reading.OK
    assert [write.status for write in of.tables.writes if write.path == topic.path] == [401, 401, 200]


@pytest.mark.parametrize("calls", [1, 5])
def test_a_refused_renewal_is_told_once(calls: int) -> None:
    """Every call stays refused as before; Canvas is asked for a token once."""
    of = canvas()
    renewing = renewal(of, secret="wrong")
    calling = client(of, renewing)
    kill_token(of)

    assert {read(calling.send(ACCOUNTS)) for _ in range(calls)} == {Reading.TOKEN_INVALID}
    assert refreshes(of) == 1
    (note,) = renewing.notes
    assert note.startswith(
        "The access token died during the run and was not renewed. CANVAS_REFRESH_TOKEN cannot be used"
    )
    assert "Copy the secret again" in note


def test_what_an_outage_prevented_is_tried_again_later() -> None:
    """Not for each call at once, but after a while; a note tells of it only if the token was never renewed."""
    now = [0.0]
    of = canvas(faults=(Fault("502", f"POST {TOKEN_PATH}", times=2),))
    renewing = renewal(of, clock=lambda: now[0])
    calling = client(of, renewing)
    kill_token(of)
    seen = []
    for now[0] in (0.0, RETRY_S - 1, RETRY_S, 2 * RETRY_S - 1, 2 * RETRY_S):
        seen.append((read(calling.send(ACCOUNTS)), refreshes(of), len(renewing.notes)))

    assert seen == [(Reading.TOKEN_INVALID, 0, 1)] * 4 + [(Reading.OK, 1, 1)]
    assert "was renewed with CANVAS_REFRESH_TOKEN" in renewing.notes[0]


def test_what_canvas_refuses_is_not_tried_again() -> None:
    """However long ago it was."""
    now = [0.0]
    of = canvas()
    calling = client(of, renewal(of, secret="wrong", clock=lambda: now[0]))
    kill_token(of)
    for now[0] in (0.0, 10 * RETRY_S):
        assert read(calling.send(ACCOUNTS)) is Reading.TOKEN_INVALID

    assert refreshes(of) == 1


def test_a_war_of_refreshes_ends() -> None:
    """A token that dies again and again is renewed a few times; then its calls are refused, and the reason is told."""
    of = canvas()
    renewing = renewal(of)
    calling = client(of, renewing)
    readings = []
    for _ in range(MOST_RENEWALS + 2):
        kill_token(of)
        readings.append(read(calling.send(ACCOUNTS)))

    assert readings == [Reading.OK] * MOST_RENEWALS + [Reading.TOKEN_INVALID] * 2
    assert refreshes(of) == MOST_RENEWALS
    assert len(renewing.notes) == 2
    assert "died again after 3 renewals" in renewing.notes[1]


def test_without_a_dead_token_nothing_is_refreshed() -> None:
    """A missing scope is no reason to end somebody's token."""
    of = canvas(missing_on_token=frozenset({"url:GET|/api/v1/accounts"}))
    calling = client(of, renewal(of))

    assert read(calling.send(ACCOUNTS)) is Reading.SCOPE_MISSING
    assert refreshes(of) == 0
