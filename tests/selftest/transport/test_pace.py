"""The pace: how many requests may be in flight, as far as Canvas's answers tell what its bucket has room for."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace
from tests.selftest.embedded_canvas.driver import BASE, canvas
from tests.selftest.embedded_canvas.transport import transport

AT_ONCE = Patience(attempts=4, first_wait=0.0, longest_wait=0.0)


def answered(pace: Pace, remaining: str | None, *, throttled: bool = False, own: bool = True) -> int:
    """The limit after one more answer."""
    with pace.slot(own=own) as slot:
        slot.note(remaining, throttled=throttled)
    return pace.limit


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_the_limit_is_reached_and_kept(limit: int) -> None:
    """So many requests are in flight at once, and not one more."""
    pace, turn, meeting = Pace(limit), threading.Lock(), threading.Barrier(limit)
    inside: list[int] = []
    most: list[int] = []

    def stay(number: int) -> None:
        with pace.slot():
            with turn:
                inside.append(number)
                most.append(len(inside))
            meeting.wait(30)
            # Long enough for others to be seen, if they were let in.
            time.sleep(0.05)
            with turn:
                inside.remove(number)

    with ThreadPoolExecutor(2 * limit) as pool:
        list(pool.map(stay, range(2 * limit)))

    assert max(most) == limit


def test_nothing_said_nothing_changed() -> None:
    """Without the header, or with a header that is no number, the limit is the one from the start."""
    pace = Pace(ALL_IN_FLIGHT)

    assert [answered(pace, said) for said in (None, "", "many", "nan", "inf")] == [ALL_IN_FLIGHT] * 5


@pytest.mark.parametrize(
    ("left", "fit"), [("-20.0", 1), ("20.1", 1), ("69.5", 1), ("104", 1), ("105.5", 2), ("405", 8), ("599.5", 8)]
)
def test_what_is_left_is_the_limit(left: str, fit: int) -> None:
    """Each request in flight reserves 50 units, and some are kept free for what the others cost."""
    assert answered(Pace(ALL_IN_FLIGHT), left) == fit


def test_the_reservations_of_the_others_are_added() -> None:
    """With seven others in flight, a bucket of 600 has 250 left: that is no reason to slow down."""
    pace = Pace(ALL_IN_FLIGHT)
    with ExitStack() as others:
        slots = [others.enter_context(pace.slot()) for _ in range(ALL_IN_FLIGHT - 1)]
        assert answered(pace, "250") == ALL_IN_FLIGHT
        for number, slot in enumerate(reversed(slots)):
            slot.note(str(300 + 50 * number), throttled=False)

    assert pace.limit == ALL_IN_FLIGHT


def test_others_that_started_later_may_not_be_counted_yet() -> None:
    """What is known of the room is kept, as long as the answer does not contradict it."""
    pace = Pace(ALL_IN_FLIGHT)
    assert answered(pace, "170") == 3
    first = pace.slot()
    first.__enter__().note("170", throttled=False)
    with pace.slot():
        first.__exit__(None, None, None)
        assert pace.limit == 3


def test_room_is_found_again() -> None:
    """Once another program's requests have ended, the limit rises as the answers say."""
    pace = Pace(ALL_IN_FLIGHT)

    assert [answered(pace, left) for left in ("60", "160", "599")] == [1, 3, 8]


def test_eight_throttled_at_once_are_one_at_a_time_then() -> None:
    """Each throttle says that there was no room beside those in flight, whatever is left by the time it is sent."""
    pace = Pace(ALL_IN_FLIGHT)
    with ExitStack() as storm:
        for _ in range(ALL_IN_FLIGHT):
            storm.enter_context(pace.slot()).note("70.0", throttled=True)

    assert pace.limit == 1


def test_a_throttle_outweighs_what_it_says_is_left() -> None:
    """What is left was counted after the refusal: there was no room beside the two others when the request came."""
    pace = Pace(ALL_IN_FLIGHT)
    with pace.slot(), pace.slot():
        assert answered(pace, "599", throttled=True) == 2


def test_an_answer_without_token_is_a_hint_for_the_first() -> None:
    """Its bucket is another one of the same size; once the token's own has told, only that one counts."""
    pace = Pace(ALL_IN_FLIGHT)

    assert answered(pace, "69.5", own=False) == 1
    assert answered(pace, "599.5") == 8
    assert answered(pace, "69.5", own=False) == 8


def test_a_bucket_without_room_for_one_is_given_time() -> None:
    """Ten units leak a second: with 49 left, the next request waits for two more."""
    pace = Pace(ALL_IN_FLIGHT)
    answered(pace, "49")
    started = time.monotonic()
    answered(pace, "51")

    assert 0.15 < time.monotonic() - started < 5


def test_who_is_further_on_goes_first() -> None:
    """A chain of calls that was begun goes on before others begin; among equals the first that came."""
    pace = Pace(1)
    order: list[str] = []

    def wait(name: str, earlier: int) -> None:
        with pace.slot(earlier=earlier):
            order.append(name)

    with ThreadPoolExecutor(4) as pool, pace.slot():
        for waiting, (name, earlier) in enumerate([("begins", 0), ("begins later", 0), ("goes on", 5), ("begun", 1)]):
            pool.submit(wait, name, earlier)
            while len(pace._waiting) <= waiting:
                time.sleep(0.001)

    assert order == ["goes on", "begun", "begins", "begins later"]


def test_a_thread_is_further_on_with_each_request() -> None:
    """Whoever made a request goes before whoever has not."""
    pace = Pace(1)
    seen: list[int] = []
    for _ in range(3):
        with pace.slot() as slot:
            seen.append(slot.earlier)
    with ThreadPoolExecutor(1) as other, pace.slot() as slot:
        seen.append(slot.earlier)
        fresh = other.submit(pace.slot().__enter__)
    seen.append(fresh.result(60).earlier)

    assert seen == [0, 1, 2, 3, 0]


def test_a_small_bucket_refuses_nobody_once_it_is_known() -> None:
    """In a bucket of 70 units, 40 requests of eight threads are all answered at the first attempt."""
    of = canvas(throttle=True, bucket_size=70)
    client = CanvasClient(BASE, Secret(of.credentials.access_token), Pace(ALL_IN_FLIGHT), AT_ONCE, transport(of))
    seen: list[Answer] = []
    client.send(Call("GET", "/api/v1/accounts"), seen.append)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(40):
            pool.submit(client.send, Call("GET", "/api/v1/accounts"), seen.append)

    assert [read(answer) for answer in seen] == [Reading.OK] * 41


def test_retries_after_a_throttle_come_one_by_one() -> None:
    """Eight at once in a bucket of 70 are refused but for one; without any wait, the second attempt of each is good."""
    of = canvas(throttle=True, bucket_size=70, latency_ms=50)
    client = CanvasClient(BASE, Secret(of.credentials.access_token), Pace(ALL_IN_FLIGHT), AT_ONCE, transport(of))
    together = threading.Barrier(8)
    seen: list[Answer] = []

    def ask() -> Reading:
        together.wait()
        return read(client.send(Call("GET", "/api/v1/accounts"), seen.append))

    with ThreadPoolExecutor(8) as pool:
        readings = [each.result() for each in [pool.submit(ask) for _ in range(8)]]

    assert readings == [Reading.OK] * 8
    assert len(seen) <= 15


def test_an_interrupt_does_not_wait_for_the_bucket() -> None:
    """Whoever waits for room in a full bucket goes on at once when the run is to end: there is something to restore."""
    pace = Pace(4)
    answered(pace, "-60", throttled=True)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(answered, pace, None)
        time.sleep(0.05)
        pace.let_go()
        started = time.monotonic()
        waiting.result()

    assert time.monotonic() - started < 2
