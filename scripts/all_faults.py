"""Judge scopes while faults of the self-tests' table strike between the suite and an embedded Canvas in this process.

Runs of any state, faults, other people and delays follow one another (tests/selftest/hostile/machine.py). After each,
all is looked at for what may not happen. The same seed gives the same runs.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.hostile.findings import Figures, Finding, Wrong
from tests.selftest.hostile.machine import UnderFire
from tests.selftest.hostile.states import STATES, State, reaching
from tests.selftest.hostile.table import FAMILIES, FAULTS
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import LONGEST_S, world

SCOPES_WANTED: Final = 50_000
EXAMPLES: Final = 10
"""Institutions of one batch."""
MOST_MB: Final = 300
SHOWN: Final = 20
"""Findings of a kind whose story is shown."""


@dataclass(frozen=True)
class Batch:
    """What one seed gave, and how much memory its process has had at most."""

    figures: Figures
    memory_mb: float


def batch(number: int) -> Batch:
    """Judge what follows from one seed."""

    class Counting(UnderFire):
        figures = Figures()
        strict = False

    run_state_machine_as_test(
        seed(number)(Counting),
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=6, deadline=None, database=None, derandomize=False,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    return Batch(Counting.figures, _memory_mb())


def _memory_mb() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_048_576 if sys.platform == "darwin" else 1_024)


def batches(first: int, processes: int, wanted: int) -> Iterator[Batch]:
    """Batch after batch until so many scopes are judged."""
    judged, number = 0, first
    with ProcessPoolExecutor(processes) as pool:
        while judged < wanted:
            numbers = range(number, number + 2 * processes)
            number = numbers.stop
            for each in pool.map(batch, numbers):
                judged += each.figures.scopes
                yield each


def strike(given: argparse.Namespace) -> Figures:
    """One run with the faults that are named, and what puts it right."""
    state = State(
        given.state,
        frozenset(given.lacking),
        admin=given.admin,
        refreshes=given.refresh,
        mode=given.mode,
        litter=given.litter,
    )
    with world(state) as here:
        here.run([Active.parse(each) for each in given.strike])
        here.settle(by_command=given.restore)
        print(here.story)
        return here.figures


def each_alone(given: argparse.Namespace) -> Iterator[Figures]:
    """Every fault alone, at each of its places, with the words in its name."""
    for name, fault in FAULTS.items():
        for place in fault.places if given.each in name else ():
            for skip in range(3):
                state = reaching(
                    place, name=given.state if given.state != "right" else None, admin=given.admin,
                    refreshes=given.refresh, mode=given.mode, litter=given.litter,
                    missing_on_key=frozenset(given.lacking),
                )  # fmt: skip
                with world(state) as here:
                    here.run([Active(fault, place, 1, skip)])
                    if not here.way.strikes:
                        break
                    here.settle(by_command=given.restore)
                    yield here.figures


def show(figures: Figures, *, memory_mb: float, seconds: float) -> None:
    """The figures as a table."""
    struck = sum(figures.strikes.values())
    families = {family: sum(figures.strikes[fault.name] for fault in of) for family, of in FAMILIES.items()}
    rows: list[tuple[str, str]] = [
        ("runs", f"{figures.runs:,}, {figures.faulty_runs:,} of them under faults"),
        ("scopes judged under faults", f"{figures.scopes:,}"),
        ("verdicts", ", ".join(f"{n:,} {verdict}" for verdict, n in figures.verdicts.most_common())),
        ("faults struck", f"{struck:,}, {len(figures.strikes):,} of the table's {len(FAULTS):,}"),
        *((f"  {family}", f"{n:,}") for family, n in families.items()),
        *((str(wrong), f"{figures.wrong[wrong]:,}") for wrong in Wrong),
        ("longest run", f"{figures.longest:.0f} s of its own time; {LONGEST_S:.0f} s are allowed"),
        ("most memory of a process", f"{memory_mb:.0f} MB; {MOST_MB} MB are allowed"),
        ("took", f"{seconds:.0f} s"),
    ]
    print(*(f"{name:36} {value}" for name, value in rows), sep="\n")


@dataclass
class Telling:
    """Shows findings as they come."""

    stories: bool
    shown: Counter[Wrong] = field(default_factory=Counter)

    def tell(self, found: Iterable[Finding]) -> None:
        """What may not happen and did."""
        for each in found:
            self.shown[each.wrong] += 1
            if self.shown[each.wrong] > SHOWN:
                continue
            state, *lines = each.story.splitlines()
            struck = [line for line in lines if line.startswith("--") and "@" in line]
            print("", each, state, *(lines if self.stories else struck), sep="\n", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--scopes", type=int, default=SCOPES_WANTED, help=f"how many to judge; {SCOPES_WANTED:,} is the default"
    )
    parser.add_argument("--seed", type=int, default=1, help="where to begin; the same seed gives the same runs")
    parser.add_argument("--processes", type=int, default=2, help="how many at once; 2 is the default")
    parser.add_argument("--stories", action="store_true", help="show all requests before each finding")
    one = parser.add_argument_group("instead of many runs")
    one.add_argument("--list", action="store_true", help="show the table: each fault and where it may strike")
    one.add_argument("--strike", action="append", default=[], metavar="'NAME @ PLACE #FIRST xTIMES'",
                     help="one run under these faults, written as findings show them")  # fmt: skip
    one.add_argument(
        "--each", metavar="WORDS", help="each fault with these words in its name alone, at each of its places"
    )
    one.add_argument(
        "--state", choices=sorted(STATES), default="right", metavar="STATE", help=f"{'; '.join(sorted(STATES))}"
    )
    one.add_argument(
        "--lacking", action="append", choices=SCOPES, default=[], metavar="SCOPE", help="a scope that the key lacks"
    )
    one.add_argument("--mode", choices=("exercise", "probe"), default="exercise")
    for option, meaning in (
        ("admin", "with CANVAS_ADMIN_TOKEN"),
        ("refresh", "with CANVAS_REFRESH_TOKEN"),
        ("litter", "with leftovers of earlier runs"),
        ("restore", "put it right by the command restore instead of the next run"),
    ):
        one.add_argument(f"--{option}", action="store_true", help=meaning)
    return parser.parse_args()


def main() -> int:
    """Judge, show; the exit code is 1 if anything happened that may not."""
    given, began = _arguments(), time.monotonic()
    if given.list:
        print(
            *(
                f"{fault.name} ({fault.family}, {fault.kind})\n    {'; '.join(fault.places)}"
                for fault in FAULTS.values()
            ),
            sep="\n",
        )
        return 0
    total, memory_mb, telling = Figures(), 0.0, Telling(given.stories)
    for done in _batches(given):
        telling.tell(done.figures.findings)
        total.add(done.figures)
        memory_mb = max(memory_mb, done.memory_mb)
    print()
    show(total, memory_mb=memory_mb, seconds=time.monotonic() - began)
    return 1 if total.wrong or memory_mb > MOST_MB else 0


def _batches(given: argparse.Namespace) -> Iterator[Batch]:
    """What was asked for."""
    if given.strike:
        yield Batch(strike(given), _memory_mb())
    elif given.each is not None:
        yield from (Batch(figures, _memory_mb()) for figures in each_alone(given))
    else:
        yield from batches(given.seed, given.processes, given.scopes)


if __name__ == "__main__":
    sys.exit(main())
