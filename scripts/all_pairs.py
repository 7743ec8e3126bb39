"""Every pair of faults that a set-up can have, mended by doing what the reports say, in every way to run the suite.

The self-tests follow a few pairs (tests/selftest/setups/test_mending.py); all of them take half an hour, so this is not
part of CI. Shown is each pair whose steps were wrong, had no effect, were too many, or ended in green too early.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Final, TypeAlias

from tests.selftest.setups.faults import Fault, pairs
from tests.selftest.setups.mending import SETTINGS, Mended, Setting, mend

Trial: TypeAlias = tuple[tuple[Fault, Fault], Setting]
EVERY: Final = 100
"""After how many trials standard error tells how far it is."""


def follow(trial: Trial) -> Mended:
    """What became of one pair in one way to run the suite."""
    return mend(*trial)


def chosen(words: str, settings: list[Setting]) -> list[Trial]:
    """The pairs with these words in a fault's name, in each of the settings."""
    found = (pair for pair in pairs() if any(words in fault.name for fault in pair))
    return list(product(found, settings))


def main() -> int:
    """Follow, show; the exit code is 1 if any pair was not mended."""
    parser = argparse.ArgumentParser(prog="scripts/pairs", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("words", nargs="?", default="", help="only pairs with these words in a fault's name")
    parser.add_argument("--processes", type=int, default=1, help="pairs to follow at once; 1 is the default")
    names = list(map(str, SETTINGS))
    parser.add_argument("--only", choices=names, metavar="WAY", help=f"one way to run the suite: {'; '.join(names)}")
    given = parser.parse_args()
    trials = chosen(given.words, [each for each in SETTINGS if given.only in {None, str(each)}])
    wrong: Counter[str] = Counter()
    with ProcessPoolExecutor(given.processes) as pool:
        followed = zip(trials, pool.map(follow, trials, chunksize=8), strict=True)
        for number, (((one, other), setting), found) in enumerate(followed, 1):
            if number % EVERY == 0:
                print(f"{number} of {len(trials)} followed", file=sys.stderr, flush=True)
            if found.problems:
                wrong[found.problems[0].partition(":")[0].partition("\n")[0]] += 1
                print(f"\n{one.name} + {other.name} ({setting})\n{found.story}", flush=True)
    print(f"\n{len(trials) - wrong.total()} of {len(trials)} mended", *wrong.items(), sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
