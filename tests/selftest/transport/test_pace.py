"""The pace: never more requests in flight than allowed, one at a time while the bucket is nearly full."""

from __future__ import annotations

import threading
import time
from typing import Final

import httpx
import pytest

from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import Pace

LONG_S: Final = 30.0
"""What a thread waits for others at most; reached only where the test fails."""
SHORT_S: Final = 0.1
"""How long a thread stays so that others, if they were let in, would be seen."""


def most_in_flight(pace: Pace, together: int) -> int:
    """How many of twice as many threads were in a slot at once; they leave it in groups of `together`."""
    turn, meeting = threading.Lock(), threading.Barrier(together)
    inside = most = 0

    def stay() -> None:
        nonlocal inside, most
        with pace.slot():
            with turn:
                inside += 1
                most = max(most, inside)
            meeting.wait(LONG_S)
            time.sleep(SHORT_S)
            with turn:
                inside -= 1

    threads = [threading.Thread(target=stay, daemon=True) for _ in range(2 * together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert not any(thread.is_alive() for thread in threads)
    return most


def slowed() -> Pace:
    """A pace of three that a low bucket has slowed."""
    pace = Pace(3)
    pace.note("10.0", throttled=False)
    return pace


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_the_limit_is_reached_and_kept(limit: int) -> None:
    """So many requests are in flight at once, and not one more."""
    assert most_in_flight(Pace(limit), limit) == limit


def test_no_limit_stops_everything() -> None:
    """A share of less than one request is one."""
    assert most_in_flight(Pace(0), 1) == 1


@pytest.mark.parametrize(("remaining", "throttled"), [("199.9", False), ("0", False), (None, True), ("600.0", True)])
def test_a_low_bucket_slows(remaining: str | None, throttled: bool) -> None:
    """Below 200 units, or once throttled, requests go one at a time."""
    pace = Pace(3)
    pace.note(remaining, throttled=throttled)

    assert most_in_flight(pace, 1) == 1


@pytest.mark.parametrize("remaining", ["200.0", "600.0", None, "plenty"])
def test_a_full_bucket_does_not(remaining: str | None) -> None:
    """From 200 units on, and where Canvas tells no number, all may go; also again, once the bucket was low."""
    pace = slowed()
    pace.note(remaining, throttled=False)

    assert most_in_flight(pace, 3) == 3


def test_who_waits_is_let_in_as_the_bucket_fills() -> None:
    """A request that waited for its turn alone goes out beside the one in flight as soon as there is room."""
    pace, entered = slowed(), threading.Event()

    def enter() -> None:
        with pace.slot():
            entered.set()

    waiting = threading.Thread(target=enter, daemon=True)
    with pace.slot():
        waiting.start()
        assert not entered.wait(SHORT_S)
        pace.note("600.0", throttled=False)
        assert entered.wait(LONG_S)
    waiting.join(LONG_S)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200, json=[], headers={"X-Rate-Limit-Remaining": "10.0"}), id="low"),
        pytest.param(httpx.Response(403, text="403 Forbidden (Rate Limit Exceeded)\n"), id="throttled"),
    ],
)
def test_the_client_slows_by_what_canvas_says(answer: httpx.Response) -> None:
    """Each answer sets the pace of the requests to come."""
    pace = Pace(3)
    wire = httpx.MockTransport(lambda _: answer)
    CanvasClient("https://canvas.test", pace=pace, patience=Patience(attempts=1), transport=wire).send(Call("GET", "/"))

    assert most_in_flight(pace, 1) == 1
