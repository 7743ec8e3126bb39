"""Every pair of faults that a set-up can have, mended by doing what the reports say, in every way to run the suite.

The self-tests follow a few pairs (tests/selftest/setups/test_mending.py); all of them take half an hour, so this is not
part of CI. Shown is each pair whose steps were wrong, had no effect, were too many, or ended in green too early.

With `--by-command` they are faults of key and role, mended by what `key repair` and `role repair` do: shown is each
pair after which the run is not green, a token has ended, or a second plan is not empty.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Final, TypeAlias, TypeVar

from tests.selftest.administration import mending as by_command
from tests.selftest.setups.faults import Fault, pairs
from tests.selftest.setups.mending import SETTINGS, Mended, Setting, mend

AnyFault = TypeVar("AnyFault", Fault, by_command.Fault)
Trial: TypeAlias = tuple[tuple[AnyFault, AnyFault], Setting]
EVERY: Final = 100
"""After how many trials standard error tells how far it is."""


def follow(trial: Trial[Fault]) -> Mended:
    """What became of one pair in one way to run the suite."""
    return mend(*trial)


def repair(trial: Trial[by_command.Fault]) -> Mended:
    """What became of one pair of faults of key and role."""
    return by_command.mend(*trial)


def chosen(
    every: Iterable[tuple[AnyFault, AnyFault]], words: str, settings: Iterable[Setting]
) -> list[Trial[AnyFault]]:
    """The pairs with these words in a fault's name, in each of the settings."""
    return list(product((pair for pair in every if any(words in fault.name for fault in pair)), settings))


def main() -> int:
    """Follow, show; the exit code is 1 if any pair was not mended."""
    parser = argparse.ArgumentParser(prog="scripts/pairs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("words", nargs="?", default="", help="only pairs with these words in a fault's name")
    parser.add_argument("--processes", type=int, default=1, help="pairs to follow at once; 1 is the default")
    names = list(map(str, SETTINGS))
    parser.add_argument("--only", choices=names, metavar="WAY", help=f"one way to run the suite: {'; '.join(names)}")
    parser.add_argument(
        "--by-command", action="store_true", help="faults of key and role, mended by what the commands do, instead"
    )
    given = parser.parse_args()
    with ProcessPoolExecutor(given.processes) as pool:
        settings = [each for each in SETTINGS if given.only in {None, str(each)}]
        if given.by_command:
            trials = chosen(by_command.pairs(), given.words, (each for each in settings if each.admin))
            return shown(trials, pool.map(repair, trials, chunksize=8))
        followed = chosen(pairs(), given.words, settings)
        return shown(followed, pool.map(follow, followed, chunksize=8))


def shown(trials: Sequence[Trial[AnyFault]], outcomes: Iterable[Mended]) -> int:
    """Show what was not mended, as it comes; 1 if there is any."""
    wrong: Counter[str] = Counter()
    for number, (((one, other), setting), found) in enumerate(zip(trials, outcomes, strict=True), 1):
        if number % EVERY == 0:
            print(f"{number} of {len(trials)} followed", file=sys.stderr, flush=True)
        if found.problems:
            wrong[found.problems[0].partition(":")[0].partition("\n")[0]] += 1
            print(f"\n{one.name} + {other.name} ({setting})\n{found.story}", flush=True)
    print(f"\n{len(trials) - wrong.total()} of {len(trials)} mended", *wrong.items(), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
