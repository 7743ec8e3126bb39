"""Which of Instructure's environments a host is: test and beta are copies of production, and are overwritten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class ProductionCopy:
    """An environment that loses what was made in it."""

    name: str
    overwritten: str
    """When production is copied over it."""

    @property
    def detail(self) -> str:
        """The environment and its fate, as the beginning of a remedy."""
        return f"This is Canvas's {self.name} environment, which production is copied over {self.overwritten}"


_HOST: Final = re.compile(r"[\w.-]+\.(beta|test)\.instructure\.com")
_COPIES: Final = {
    "beta": ProductionCopy("beta", "every Saturday"),
    "test": ProductionCopy("test", "with every production release"),
}


def production_copy(url: str) -> ProductionCopy | None:
    """The environment of a URL; None for production, one's own server, and hosts that do not show it."""
    found = _HOST.fullmatch(urlsplit(url).hostname or "")
    return _COPIES[found.group(1)] if found else None
