"""What a report in text is shown on: how wide it is, and whether it has colors and links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scopecheck.model.foreign_text import clean
from scopecheck.report.columns import WIDTH, columns, wrapped
from scopecheck.report.words import Sign, Tone

_LEAST: Final = 40
WIDEST: Final = 120
"""The columns that are used of a wider terminal: no row needs more, and nobody likes to read longer lines."""

OPEN_IT: Final = "open it in a browser"

_WITHOUT_LINKS: Final = frozenset({"dumb", "linux"})
"""Values of TERM whose terminals may show what is no text to others; every other ignores links that it cannot open."""

COLORS: Final = {Tone.GOOD: "32", Tone.BAD: "31;1", Tone.WARN: "33", Tone.UNKNOWN: "35"}
"""ANSI color codes."""


@dataclass(frozen=True)
class Screen:
    """A terminal, or a file that has what would be on one."""

    width: int = WIDTH
    color: bool = False
    links: bool = False
    """Whether it opens what is linked by OSC 8, or else ignores it: what is no terminal shows it as garbage."""

    @classmethod
    def of(cls, width: int, *, color: bool, links: bool) -> Screen:
        """A terminal as wide as it says. (Some say nonsense; pytest believes no less than 40 columns.)"""
        links = links and os.environ.get("TERM") not in _WITHOUT_LINKS
        return cls(min(width, WIDEST) if width >= _LEAST else WIDTH, color, links)

    def wrapped(self, text: str, indent: str = "", first: str | None = None) -> list[str]:
        """The text, broken into lines that fit."""
        return wrapped(text, indent, first, self.width)

    def beside(self, start: str, used: int, name: str, note: str = "") -> Iterator[str]:
        """A start that takes so many columns, and a name: if it does not fit there, it has its own line, whole."""
        if used + columns(name) + columns(note) <= self.width:
            yield f"{start}{name}{note}"
        else:
            yield from (f"{start}{note.lstrip()}".rstrip(), f"  {name}")

    def located(self, what: str, path: Path, hint: str) -> Iterator[str]:
        """Where a file is, as a link to it; the path is whole, and alone on its line if it does not fit."""
        shown = clean(str(path))
        link = f"\x1b]8;;{path.resolve().as_uri()}\a{shown}\x1b]8;;\a" if self.links else shown
        if columns(f"{what}: {shown} ({hint})") <= self.width:
            yield f"{what}: {link} ({hint})"
        elif columns(f"{what}: {shown}") <= self.width:
            yield f"{what}: {link}"
        else:
            yield from (*self.wrapped(f"{what} ({hint}):"), link)

    def painted(self, sign: Sign, width: int) -> str:
        """A sign and its word, padded."""
        text = f"{sign.sign} {sign.word}"
        return self.paint(text, COLORS[sign.tone]) + " " * (width - len(text))

    def heading(self, text: str) -> list[str]:
        """A heading that somebody else wrote."""
        return [self.bold(line) for line in self.wrapped(clean(text))]

    def bold(self, text: str) -> str:
        """A heading."""
        return self.paint(text, "1")

    def paint(self, text: str, code: str) -> str:
        """The text in a color, if colors are wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text


PLAIN: Final = Screen()
"""A file, or what reads the output."""
