"""Which target runs when, and how one is ended that does not end by itself, by a clock that stands still meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from scopecheck.fleet.process import STEPS_S
from scopecheck.fleet.timetable import Ended, Task, Timetable
from scopecheck.model.fleet_document import Ending


@dataclass
class Clock:
    """A clock that only sleeping moves; at given times it does something."""

    now: float = 0.0
    then: dict[float, object] = field(default_factory=dict)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for at in [at for at in self.then if at <= self.now]:
            self.then.pop(at)()  # type: ignore[operator]


@dataclass
class Fake:
    """A process that ends after so many seconds, or a second after the step from which on it obeys."""

    clock: Clock
    seconds: float = 10.0
    obeys: int = 0
    code: int = 0
    started: float = 0.0
    ends: float = math.inf
    signals: list[tuple[int, float]] = field(default_factory=list)

    def start(self) -> Fake:
        self.started = self.clock.now
        self.ends = self.clock.now + self.seconds
        return self

    def poll(self) -> int | None:
        return self.code if self.clock.now >= self.ends else None

    def signal(self, step: int) -> None:
        self.signals.append((step, round(self.clock.now)))
        if step >= self.obeys:
            self.ends = self.clock.now + 1


def task(name: str, fake: Fake, *claims: str, limit: float = 1000.0, expected: float = math.inf) -> Task:
    return Task(name, fake.start, limit, frozenset(claims), expected)


def run(clock: Clock, jobs: int, tasks: Iterable[Task], table: Timetable | None = None) -> list[Ended]:
    """All tasks as they end."""
    table = table or Timetable(jobs, clock, clock.sleep)
    return [ended for ended in table.run(list(tasks)) if ended]


def test_so_many_run_at_once_and_those_that_took_longest_start_first() -> None:
    """With two at once, the third starts when the first has ended; what is not known yet starts before all others."""
    clock = Clock()
    fakes = {name: Fake(clock, seconds) for name, seconds in (("short", 2.0), ("long", 9.0), ("new", 4.0))}
    tasks = [task(name, fake, expected=math.inf if name == "new" else fake.seconds) for name, fake in fakes.items()]
    ended = run(clock, 2, tasks)

    assert {name: round(fake.started) for name, fake in fakes.items()} == {"new": 0, "long": 0, "short": 4}
    assert [each.name for each in ended] == ["new", "short", "long"]
    assert round(clock.now) == 9


def test_two_that_would_wait_for_each_other_run_one_after_the_other() -> None:
    """Meanwhile the place is another's."""
    clock = Clock()
    fakes = [Fake(clock, 5.0) for _ in range(3)]
    run(clock, 2, [task("a", fakes[0], "course"), task("b", fakes[1], "course"), task("c", fakes[2], "other")])

    assert [round(fake.started) for fake in fakes] == [0, 5, 0]


@pytest.mark.parametrize(("obeys", "steps"), [(0, 1), (1, 2), (2, 3)])
def test_what_hangs_is_ended_in_steps_and_stops_no_other(obeys: int, steps: int) -> None:
    """It gets the time that clean-up takes, and is reported as ended whatever its exit code is."""
    clock = Clock()
    hanging, other = Fake(clock, math.inf, obeys), Fake(clock, 3.0, code=1)
    ended = {each.name: each for each in run(clock, 1, [task("hangs", hanging, limit=20), task("other", other)])}
    times = [20, 20 + STEPS_S[0], 20 + sum(STEPS_S)][:steps]

    assert hanging.signals == [(step, round(at)) for step, at in enumerate(times)]
    assert (ended["hangs"].code, ended["hangs"].ending) == (2, Ending.TIME_LIMIT)
    assert ended["hangs"].why == "It did not end by itself within 20 s, so it was ended."
    assert (ended["other"].code, ended["other"].ending, ended["other"].why) == (1, Ending.BY_ITSELF, "")


@pytest.mark.parametrize(("times", "lasts"), [([5.0], 6), ([5.0, 8.0], 9)])
def test_ctrl_c_is_passed_on_and_the_clean_up_waited_for(times: list[float], lasts: int) -> None:
    """Nothing else is started; a second one ends at once what has not cleaned up by then."""
    clock = Clock()
    table = Timetable(1, clock, clock.sleep)
    clock.then = dict.fromkeys(times, table.stop)
    running, waiting = Fake(clock, math.inf, obeys=len(times) - 1), Fake(clock)
    ended = run(clock, 1, [task("runs", running), task("waits", waiting)], table)

    assert [(each.name, each.code, each.ending) for each in ended] == [
        ("waits", 2, Ending.NOT_STARTED),
        ("runs", 2, Ending.INTERRUPTED),
    ]
    assert [step for step, _ in running.signals] == list(range(len(times)))
    assert round(clock.now) == lasts
    assert waiting.ends == math.inf


def test_one_that_cannot_be_started_stops_no_other() -> None:
    """It is an internal error of that target."""
    clock = Clock()

    def fails() -> Fake:
        raise PermissionError(13, "Permission denied")

    ended = run(clock, 1, [Task("fails", fails, 10.0), task("other", Fake(clock, 1.0))])

    assert [(each.name, each.code) for each in ended] == [("fails", 3), ("other", 0)]
    assert "could not be started: [Errno 13] Permission denied" in ended[0].why


def test_no_process_outlives_whoever_watches() -> None:
    """If nobody reads the output any more, those that run are ended, and waited for."""
    clock = Clock()
    fake = Fake(clock, math.inf)
    watching = Timetable(1, clock, clock.sleep).run([task("runs", fake)])
    next(watching)
    watching.close()

    assert fake.signals == [(0, 0)]
    assert fake.poll() == 0
