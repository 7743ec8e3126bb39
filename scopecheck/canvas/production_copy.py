"""Which Instructure environment a host is: test and beta are copies of production that are overwritten regularly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ProductionCopy:
    """An environment that loses what was created in it."""

    name: str
    overwritten: str
    """When it is overwritten with a copy of production."""

    @property
    def detail(self) -> str:
        """The environment and when it is overwritten, as a sentence without its period."""
        when = self.overwritten
        return f"This is Canvas's {self.name} environment, which is overwritten with a copy of production {when}"


_HOST: Final = re.compile(r"[\w.-]+\.(beta|test)\.instructure\.com")
_COPIES: Final = {
    "beta": ProductionCopy("beta", "every Saturday"),
    "test": ProductionCopy("test", "at every production release"),
}


def production_copy(url: str) -> ProductionCopy | None:
    """The environment of a URL; None for production, self-hosted Canvas, and hosts that do not show it."""
    found = _HOST.fullmatch(urlsplit(url).hostname or "")
    return _COPIES[found.group(1)] if found else None
