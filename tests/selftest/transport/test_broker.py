"""The broker: the workers of a run share one pace and one renewal, and none hangs when the controller is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import AuthenticationError

import pytest

from scopecheck.model.secret import Secret
from scopecheck.transport.broker import Ask, Broker, BrokerAddress, Given, receive, send
from scopecheck.transport.broker_line import BrokerLine, ControllerGone
from scopecheck.transport.client import Renew
from scopecheck.transport.pace import Pace, Pacing

LONGEST_S = 30
ELSEWHERE = """
from scopecheck.model.secret import Secret
from scopecheck.transport.broker import Broker
from scopecheck.transport.pace import Pace
broker = Broker(Pace(8))
broker.hand_over("", lambda refused: Secret("fresh"))
print(broker.address.port, broker.address.key, flush=True)
input()
"""
"""A controller's process that can be killed."""


@contextmanager
def broker(pace: Pace, renew: Renew | None = None, workers: int = 2) -> Iterator[list[BrokerLine]]:
    """The lines of so many workers to one broker."""
    running = Broker(pace)
    running.hand_over("what was found out", renew)
    lines = [BrokerLine(running.address) for _ in range(workers)]
    try:
        yield lines
    finally:
        for line in lines:
            line.close()
        running.stop()


def most_in_flight(paces: list[Pacing], threads: int = 8) -> int:
    """How many requests were in flight at most, with so many threads for each pace."""
    turn, flying, most = threading.Lock(), 0, 0

    def request(pace: Pacing) -> None:
        nonlocal flying, most
        with pace.slot():
            with turn:
                flying += 1
                most = max(most, flying)
            time.sleep(0.01)
            with turn:
                flying -= 1

    with ThreadPoolExecutor(threads * len(paces)) as pool:
        for done in [pool.submit(request, pace) for pace in paces for _ in range(2 * threads)]:
            done.result(LONGEST_S)
    return most


def test_workers_share_the_slots() -> None:
    """Two workers with eight threads each have together as many requests in flight as one pace allows."""
    with broker(Pace(3)) as lines:
        assert most_in_flight([*lines]) == 3


def test_what_one_worker_learns_all_heed() -> None:
    """After one worker's answer with little left, or a throttle, nobody has two requests in flight."""
    pace = Pace(8)
    with broker(pace) as lines:
        with lines[0].slot() as slot:
            slot.note("169.5", throttled=False)
        assert most_in_flight([*lines]) == 3
        with lines[1].slot() as slot:
            slot.note(None, throttled=True)
        assert most_in_flight([*lines]) == 1


def test_an_answer_without_token_is_told_apart() -> None:
    """What a worker's request without the token learns is about another bucket."""
    pace = Pace(8)
    with broker(pace, workers=1) as (line,):
        with line.slot() as slot:
            slot.note("599", throttled=False)
        with line.slot(own=False) as slot:
            slot.note("69", throttled=False)
        with line.slot():
            pass

    assert pace.limit == 8


def test_a_slot_costs_next_to_nothing() -> None:
    """A hundred requests one after the other do not wait for the system's acknowledgments, 40 ms each."""
    with broker(Pace(8), workers=1) as (line,):
        started = time.monotonic()
        for _ in range(100):
            with line.slot():
                pass

    assert time.monotonic() - started < 3


def test_the_worker_that_is_further_on_goes_first() -> None:
    """The line of a thread that has made requests before is served before one that came earlier."""
    pace = Pace(1)
    seen: list[str] = []

    def ask(name: str, line: BrokerLine, times: int) -> None:
        for _ in range(times):
            with line.slot():
                seen.append(name)
        if times:
            hold.wait(LONGEST_S)
        with line.slot():
            seen.append(name)

    hold = threading.Event()
    with broker(pace) as lines, ThreadPoolExecutor(2) as pool:
        further = pool.submit(ask, "further", lines[0], 2)
        while seen != ["further"] * 2 or pace._flying:
            time.sleep(0.001)
        with pace.slot():
            begun = pool.submit(ask, "begins", lines[1], 0)
            while len(pace._waiting) < 1:
                time.sleep(0.001)
            hold.set()
            while len(pace._waiting) < 2:
                time.sleep(0.001)
        further.result(LONGEST_S)
        begun.result(LONGEST_S)

    assert seen == ["further", "further", "further", "begins"]


def test_a_dead_workers_slot_is_given_back() -> None:
    """A worker that dies with a request in flight, or while it waits for a slot, keeps nobody else waiting."""
    running = Broker(Pace(1))
    holder, waiter = running.address.connect(), running.address.connect()
    send(holder, Ask())
    receive(holder, Given)
    send(waiter, Ask())
    waiter.close()
    holder.close()
    line = BrokerLine(running.address)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(line.slot().__enter__).result(LONGEST_S)
    line.close()
    running.stop()


def test_workers_get_the_token_that_the_controller_has() -> None:
    """Eight threads of two workers that meet a dead token get what its renewal gives."""
    asked: list[Secret] = []

    def renew(refused: Secret) -> Secret:
        asked.append(refused)
        return Secret("fresh")

    with broker(Pace(1), renew) as lines, ThreadPoolExecutor(8) as pool:
        got = [pool.submit(line.renew, Secret("dead")) for line in lines for _ in range(4)]
        assert {each.result(LONGEST_S) for each in got} == {Secret("fresh")}
    assert asked == [Secret("dead")] * 8


def test_where_nothing_can_be_renewed() -> None:
    """There is no token."""
    with broker(Pace(1), workers=1) as (line,):
        assert line.renew(Secret("dead")) is None


def test_workers_wait_for_the_handover() -> None:
    """Those that ask before it is there get it as soon as it is, however long it is; those that ask later, at once."""
    running = Broker(Pace(1))
    early, late = BrokerLine(running.address), BrokerLine(running.address)
    long = "what was found out " * 20_000
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(early.handover)
        with late.slot():
            assert not waiting.done()
        running.hand_over(long, None)
        assert waiting.result(LONGEST_S) == late.handover() == long
    early.close()
    late.close()
    running.stop()


def test_no_worker_waits_for_a_controller_that_gives_up() -> None:
    """Where the run could not be prepared, or its controller has ended, the worker hears so."""
    running = Broker(Pace(1))
    line = BrokerLine(running.address)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(line.handover)
        with line.slot():
            running.stop()
        with pytest.raises(ControllerGone):
            waiting.result(LONGEST_S)
    with pytest.raises(ControllerGone):
        BrokerLine(running.address).handover()
    line.close()


def test_a_stranger_gets_nothing() -> None:
    """Who does not know the key is refused, and the broker serves on."""
    running = Broker(Pace(1))
    with pytest.raises((AuthenticationError, OSError, EOFError)):
        replace(running.address, key="00" * 32).connect()
    line = BrokerLine(running.address)

    assert most_in_flight([line], threads=2) == 1
    assert running.address.key not in repr(running.address)
    line.close()
    running.stop()


def test_when_the_controller_is_killed_its_workers_go_on() -> None:
    """They have one request in flight each and no renewal; who waited for a slot or holds one does not hang."""
    code = [sys.executable, "-c", ELSEWHERE]
    with subprocess.Popen(code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as controller:
        assert controller.stdout
        port, key = controller.stdout.readline().split()
        line = BrokerLine(BrokerAddress(int(port), key))
        assert line.renew(Secret("dead")) == Secret("fresh")
        with line.slot():
            controller.kill()
            controller.wait()

    assert line.renew(Secret("dead")) is None
    assert most_in_flight([line]) == 1
    line.close()


def test_nothing_is_left_behind() -> None:
    """After the end there is no thread of a broker's, and its port is free."""
    with broker(Pace(2)) as lines:
        most_in_flight([*lines], threads=2)
        address = lines[0]._address
    until = time.monotonic() + LONGEST_S
    while any(thread.name.startswith("broker") for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.01)

    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("broker")] == []
    with pytest.raises(ConnectionRefusedError):
        address.connect()
