"""Which of Instructure's environments a host is: test and beta are copies of production, and are overwritten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Environment:
    """An environment that loses what was made in it."""

    name: str
    overwritten: str
    """When production is copied over it."""

    @property
    def detail(self) -> str:
        """The environment and its fate, as the beginning of a remedy."""
        return f"This is Canvas's {self.name} environment, which production is copied over {self.overwritten}"


_HOST: Final = re.compile(r"[\w.-]+\.(beta|test)\.instructure\.com")
_ENVIRONMENTS: Final = {
    "beta": Environment("beta", "every Saturday"),
    "test": Environment("test", "with every production release"),
}


def environment(url: str) -> Environment | None:
    """The environment of a URL; None for production, one's own server, and hosts that do not show it."""
    found = _HOST.fullmatch(urlsplit(url).hostname or "")
    return _ENVIRONMENTS[found.group(1)] if found else None
