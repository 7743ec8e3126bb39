"""Runs on several machines race for one course: never two have it at once, whatever the order of their requests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import permutations
from math import comb
from pathlib import Path
from typing import Final

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scopecheck.canvas.ids import NONEXISTENT
from tests.selftest.sandbox.machines import Between, Course, Machine, course
from tests.selftest.sandbox.turns import Turns

HOLD_S = 20.0
"""How long a run uses the course, in these tests."""


def race(
    folder: Path,
    choices: list[int],
    *,
    machines: int = 2,
    wait_s: float = 60.0,
    dies: int | None = None,
    faults: dict[tuple[int, int], str] | None = None,
) -> tuple[Turns, Course]:
    """Let a run on each machine take the course, use it for a while, and end; one of them may die instead.

    `faults`: what befalls the n-th request of a machine.
    """  # fmt: skip
    at = course()
    turns = Turns(at, choices)

    def run_on(machine: Machine) -> Callable[[], str]:
        def act() -> str:
            run = machine.run()
            ended = run.acquire()
            if ended != "held":
                return ended
            turns.hold(machine.number)
            turns.sleep(machine.number, HOLD_S)
            turns.holding.remove(machine.number)
            if dies == machine.number:
                run.die()
            else:
                run.end()
            return ended

        return act

    acts: dict[int, Callable[[], str]] = {}
    for number in range(machines):
        machine = Machine(at, folder / str(number), number, in_turn(turns, number, faults or {}), wait_s)
        machine.sleep = lambda seconds, number=number: turns.sleep(number, seconds)
        acts[number] = run_on(machine)
    turns.play(acts)
    return turns, at


def in_turn(turns: Turns, number: int, faults: dict[tuple[int, int], str]) -> Between:
    """Each request of a machine waits for its turn, and some meet a fault."""
    sent = 0

    def between(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal sent
        sent += 1
        turns.wait(number)
        return befall(faults.get((number, sent), ""), request, send)

    return between


def befall(fault: str, request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer to a request that meets a fault."""
    if fault == "lost":
        raise httpx.ReadTimeout("nobody answers", request=request)
    answer = send()
    if fault == "unanswered":
        raise httpx.ReadError("cut", request=request)
    if fault == "502":
        return httpx.Response(502, json={"errors": [{"message": "bad gateway"}]}, request=request)
    if fault == "empty-list":
        return httpx.Response(200, headers=answer.headers, json=[], request=request)
    if fault == "page":
        return httpx.Response(200, html="<html>Sign in</html>", request=request)
    return answer


FAULTS = ["lost", "unanswered", "502", "page", "empty-list"]


@settings(max_examples=20)
@given(choices=st.lists(st.integers(0, 2), max_size=60), machines=st.integers(2, 3))
def test_each_gets_its_turn(choices: list[int], machines: int) -> None:
    """Without faults each run gets the course, one after the other, and nothing is left there."""
    with tempfile.TemporaryDirectory() as folder:
        turns, at = race(Path(folder), choices, machines=machines, wait_s=300.0)

    assert not turns.together
    assert set(turns.ended.values()) == {"held"}
    assert at.leases == []


@settings(max_examples=20)
@given(choices=st.lists(st.integers(0, 2), max_size=60), machines=st.integers(2, 3))
@example(choices=[0, 1] * 20, machines=2)
@example(choices=[0, 1, 2] * 20, machines=3)
def test_one_gets_it_even_if_nobody_waits(choices: list[int], machines: int) -> None:
    """With a wait of 0 seconds, one run has it and the others end; nothing is left there."""
    with tempfile.TemporaryDirectory() as folder:
        turns, at = race(Path(folder), choices, machines=machines, wait_s=0.0)

    assert not turns.together
    assert "held" in turns.ended.values()
    assert set(turns.ended.values()) <= {"held", "busy"}
    assert at.leases == []


def test_one_that_withdrew_is_removed_once(tmp_path: Path) -> None:
    """Whoever placed its lease twice deletes each once: the second had the higher ID at first."""
    _, at = race(tmp_path, [*BOTH_MAY, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], wait_s=100.0)
    deleted = [write.path for write in at.canvas.tables.writes if write.verb == "DELETE" and write.changed]
    asked = [
        write.path for write in at.canvas.tables.writes if write.verb == "DELETE" and NONEXISTENT not in write.path
    ]

    assert len(deleted) == 3
    assert asked == deleted


@settings(max_examples=60)
@given(
    choices=st.lists(st.integers(0, 2), max_size=60),
    machines=st.integers(2, 3),
    faults=st.dictionaries(st.tuples(st.integers(0, 2), st.integers(1, 9)), st.sampled_from(FAULTS), max_size=3),
    dies=st.sampled_from([None, 0, 1]),
)
def test_never_two_whatever_goes_wrong(
    choices: list[int], machines: int, faults: dict[tuple[int, int], str], dies: int | None
) -> None:
    """No fault makes a run believe that it holds what another one holds, nor keeps one waiting forever."""
    with tempfile.TemporaryDirectory() as folder:
        turns, at = race(Path(folder), choices, machines=machines, faults=faults, dies=dies)

    assert not turns.together
    assert set(turns.ended.values()) <= {"held", "busy", "without", "unknown"}
    assert at.passed < 300


BOTH_MAY: Final = [0, 1] * 3
"""Both runs have begun, have seen that nobody uses the course, and know that they may delete a file."""
REST: Final = 4
"""The requests after that until a run knows whether it holds the course: three of the upload, and the second look."""


@pytest.mark.parametrize("begins", [0, 1])
def test_every_order(begins: int, tmp_path: Path) -> None:
    """Two runs, in each order of the requests by which they place their leases and look again."""
    orders = {order for order in permutations([0] * REST + [1] * REST) if order[0] == begins}
    assert len(orders) == comb(2 * REST, REST) / 2
    for order in sorted(orders):
        turns, at = race(tmp_path / "".join(map(str, order)), [*BOTH_MAY, *order], wait_s=100.0)

        assert not turns.together
        assert turns.ended == {0: "held", 1: "held"}
        assert at.leases == []


def test_a_lower_id_that_shows_later_waits(tmp_path: Path) -> None:
    """The first to begin its upload gets the lower ID; the other one was alone in the list before, and goes on."""
    turns, at = race(tmp_path, [*BOTH_MAY, 0, 1, 1, 1, 1, 0, 0, 0])

    assert not turns.together
    assert turns.ended == {0: "held", 1: "held"}
    assert at.passed >= HOLD_S
