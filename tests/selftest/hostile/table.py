"""The table of faults, each with where it may strike.

Out of scope is an answer that forges Canvas's shape, its headers and every read-back consistently: nobody could tell.
"""

from __future__ import annotations

from typing import Final

from tests.selftest.hostile import broken, misdirected, storages, strangers, words
from tests.selftest.hostile.fault import Family, Fault
from tests.selftest.hostile.places import PLACES

FAULTS: Final[dict[str, Fault]] = {
    fault.name: fault for part in (broken, strangers, storages, misdirected, words) for fault in part.rows()
}
"""Every fault, by its name."""


FAMILIES: Final[dict[Family, tuple[Fault, ...]]] = {
    family: tuple(fault for fault in FAULTS.values() if fault.family is family) for family in Family
}
"""Those that are alike."""

assert all(place in PLACES for fault in FAULTS.values() for place in fault.places)
