"""Looking again for what ought to show: Canvas may read from a database replica that lags a moment behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

LOOKS: Final = 3
"""How often to look."""


def looks(pause: Callable[[int], object]) -> Iterator[None]:
    """As many times to look for what ought to show, each after a longer wait; the first one at once."""
    for number in range(LOOKS):
        if number:
            pause(number)
        yield
