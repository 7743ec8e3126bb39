"""Time that passes only when a test lets it pass: minutes of waiting take none, and what lands late lands on time."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final, Protocol, TypeVar
from unittest.mock import patch

T = TypeVar("T")

BEGINS: Final = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
OF: Final = ("scopecheck",)
"""Whose time it is."""


class Timer(Protocol):
    """What tells the time, and lets it pass."""

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        ...

    @property
    def now(self) -> datetime:
        """The time of day."""
        ...

    def let_pass(self, seconds: float) -> None:
        """Let time pass."""
        ...


@dataclass
class Clock:
    """The time, in seconds since it began (`Timer`)."""

    passed: float = 0.0

    def let_pass(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += max(0.0, seconds)

    @property
    def now(self) -> datetime:
        """The time of day."""
        return BEGINS + timedelta(seconds=self.passed)


@dataclass
class _Time:
    """What the module `time` has of this."""

    clock: Clock

    def monotonic(self) -> float:
        # Later than any real one: what was made outside of the block may hold such.
        return 1e9 + self.clock.passed

    perf_counter = monotonic

    def time(self) -> float:
        return self.clock.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.clock.let_pass(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


@dataclass
class Waiting:
    """An event that nobody else can set, since all happens in one thread: to wait for it is to let time pass."""

    clock: Clock
    _set: bool = False

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is set, after that time."""
        if not self._set:
            assert timeout is not None, "nobody would ever set it"
            self.clock.let_pass(timeout)
        return self._set

    def is_set(self) -> bool:
        """Whether it is set."""
        return self._set

    def set(self) -> None:
        """Set it."""
        self._set = True

    def clear(self) -> None:
        """Take that back."""
        self._set = False


class _Condition(threading.Condition):
    """A condition that changes by time alone."""

    clock: Clock

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None, "nobody would ever notify it"
        self.clock.let_pass(timeout)
        return False


@dataclass
class _Threading:
    """What the module `threading` has of this."""

    clock: Clock

    def Event(self) -> Waiting:  # noqa: N802  # threading's name
        return Waiting(self.clock)

    def Condition(self) -> _Condition:  # noqa: N802
        made = _Condition()
        made.clock = self.clock
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)


def _datetimes(clock: Clock) -> type[datetime]:
    """`datetime` with this time of day."""

    class Kind(type(datetime)):  # type: ignore[misc]  # the type of a type of the standard library
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class Virtual(datetime, metaclass=Kind):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one, as elsewhere
            return clock.now.astimezone(tz)

    return Virtual


def _at_once(_: ThreadPoolExecutor, function: Callable[..., T], *given: Any, **named: Any) -> Future[T]:
    """Runs what is submitted to a pool at once: in threads, requests would come in any order."""
    future: Future[T] = Future()
    try:
        future.set_result(function(*given, **named))
    except BaseException as error:  # noqa: BLE001  # as a pool does
        future.set_exception(error)
    return future


@contextmanager
def virtual(clock: Clock) -> Iterator[None]:
    """A block in which the suite and its Canvas have this clock, and only one thread."""
    instead = {id(time): _Time(clock), id(threading): _Threading(clock), id(datetime): _datetimes(clock)}
    places = [(where, name, getattr(where, name)) for where, name in _places(instead)]
    ours = _Time(clock)
    defaults: dict[Callable[..., Any], Callable[..., Any]] = {
        time.monotonic: ours.monotonic, time.time: ours.time, time.sleep: ours.sleep,
    }  # fmt: skip
    made = [(each, each.__defaults__) for each in _with_defaults(defaults)]
    with patch.object(ThreadPoolExecutor, "submit", _at_once):
        try:
            for where, name, real in places:
                setattr(where, name, instead[id(real)])
            for function, values in made:
                function.__defaults__ = tuple(_replaced(value, defaults) for value in values or ())
            yield
        finally:
            for where, name, real in places:
                setattr(where, name, real)
            for function, values in made:
                function.__defaults__ = values


def _ours() -> Iterator[ModuleType]:
    yield from (module for name, module in list(sys.modules.items()) if name.partition(".")[0] in OF)


def _places(wanted: Container[int]) -> Iterator[tuple[ModuleType, str]]:
    """Where the suite and its Canvas have imported what is replaced."""
    for module in _ours():
        yield from ((module, each) for each, value in list(vars(module).items()) if id(value) in wanted)


def _with_defaults(wanted: Container[object]) -> list[FunctionType]:
    """What makes their records, with one of these functions as a default."""
    classes = {each for module in _ours() for each in vars(module).values() if isinstance(each, type)}
    found = [made for each in classes if isinstance(made := vars(each).get("__init__"), FunctionType)]
    return [each for each in found if any(_is_function(value) and value in wanted for value in each.__defaults__ or ())]


def _is_function(value: object) -> bool:
    return isinstance(value, BuiltinFunctionType)


def _replaced(value: object, instead: Mapping[Any, object]) -> object:
    return instead.get(value, value) if _is_function(value) else value
