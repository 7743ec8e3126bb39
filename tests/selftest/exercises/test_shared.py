"""What is asked once in a process: by the first who needs it, for all, and however it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import pytest

from scopecheck.exercises.context import Shared

LONG_S: Final = 10.0
"""What a thread waits at most; reached only where the test fails."""


class Trouble(Exception):
    """What went wrong with asking."""


def ask(shared: Shared, make: Callable[[], str]) -> object:
    """What one who asks gets: a value and whether they were the first, or the failure."""
    try:
        return shared.once("name", make)
    except BaseException as error:  # noqa: BLE001  # an interrupt as well
        return error


def ask_twice(shared: Shared, make: Callable[[], str]) -> list[object]:
    """What the first gets, and what another thread does that asks while `make` is at work for the first."""
    got: list[object] = []
    other = threading.Thread(target=lambda: got.append(ask(shared, lambda: "the other's")), daemon=True)

    def begin() -> str:
        other.start()
        return make()

    first = ask(shared, begin)
    other.join(LONG_S)
    assert got, "the other thread still waits"
    return [first, *got]


def test_one_asks_for_all() -> None:
    """The value is made once, by the first; each name has its own."""
    shared = Shared()

    assert ask_twice(shared, lambda: "the first's") == [("the first's", True), ("the first's", False)]
    assert shared.once("name", lambda: "the last's") == ("the first's", False)
    assert shared.once("another", lambda: "its own") == ("its own", True)


@pytest.mark.parametrize("trouble", [Trouble(), KeyboardInterrupt()], ids=repr)
def test_trouble_is_for_all(trouble: BaseException) -> None:
    """Where making it fails, nobody waits for it: everybody gets the failure, then and later."""
    shared = Shared()

    def fail() -> str:
        raise trouble

    assert ask_twice(shared, fail) == [trouble, trouble]
    assert ask(shared, lambda: "the last's") is trouble
