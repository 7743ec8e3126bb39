"""What a fault is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tests.selftest.hostile.exchange import Effect


class Kind(StrEnum):
    """Whose fault it is."""

    NETWORK = "network"
    """Connections that break, hang and deliver late or twice."""
    PROXY = "proxy"
    """Other software between client and Canvas, which answers itself or changes what passes."""
    STORAGE = "storage"
    """The host that takes uploaded files."""
    MISDIRECTION = "misdirection"
    """The answer to another request, or one that Canvas gave at another time."""


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    name: str
    kind: Kind
    effect: Effect
    places: tuple[str, ...]
    """Where it may strike (`places.PLACES`)."""
    stray: bool = False
    """Whether it looks like Canvas's own answer to such a request.

    Such a one strikes each kind of object once in a run: what lies again when it is looked at again is forged.
    """
