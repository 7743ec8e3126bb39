"""The table of faults, each with where it may strike.

Out of scope is an answer that forges Canvas's shape, its headers and every read-back consistently: nobody could tell.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from tests.selftest.hostile import broken, misdirected, storages, strangers, words
from tests.selftest.hostile.fault import Fault
from tests.selftest.hostile.places import PLACES

FAULTS: Final[dict[str, Fault]] = {
    fault.name: fault for part in (broken, strangers, storages, misdirected, words) for fault in part.rows()
}
"""Every fault, by its name."""


def counts() -> Counter[str]:
    """How many there are of each kind."""
    return Counter(fault.kind.value for fault in FAULTS.values())


assert all(place in PLACES for fault in FAULTS.values() for place in fault.places)
