"""In which lines of a file of targets something stands; a TOML parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_HEADING: Final = re.compile(r"\s*\[\[\s*target\s*\]\]")
_DEFAULTS: Final = re.compile(r"\s*\[\s*defaults\b")
_SHORTEST: Final = 8
"""Characters below which a value would be found in words."""


class Lines:
    """The lines of one file, by heading."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._targets = [number for number, line in enumerate(self._lines) if _HEADING.match(line)]
        self._defaults = [number for number, line in enumerate(self._lines) if _DEFAULTS.match(line)]

    def expect(self, targets: int) -> None:
        """That many targets were read: with another number of headings, no line can be told."""
        if len(self._targets) != targets:
            self._targets = []

    def place(self, title: str, key: str, number: int = 0) -> str:
        """The title with the line of a key in the table of a target of this number, or else in the defaults."""
        line = self._line(key, number)
        return f"{title}, line {line}" if line else title

    def with_values(self, values: Mapping[str, str]) -> Iterator[tuple[int, str]]:
        """The lines that have one of these values in them, each with its name."""
        for number, line in enumerate(self._lines, 1):
            for name, value in values.items():
                if len(value) >= _SHORTEST and value in line:
                    yield number, name

    def _line(self, key: str, number: int) -> int | None:
        starts = self._targets[number - 1 : number] if number else self._defaults[:1] or [0]
        if not starts:
            return None
        ends = [each for each in [*self._targets, *self._defaults, len(self._lines)] if each > starts[0]]
        named = re.compile(rf"^(?:\s*\[+\s*{re.escape(key)}\b|[^#]*?(?<![\w.-])[\"']?{re.escape(key)}[\"']?\s*=)")
        found = (at for at in range(starts[0], min(ends)) if named.search(self._lines[at]))
        heading = starts[0] + 1 if number else None
        return next((at + 1 for at in found), heading)
