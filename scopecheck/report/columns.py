"""How many columns text takes on a terminal, and text broken into lines that fit.

Counted with the standard library's tables: pytest has the same few lines, but only for itself, and the package wcwidth
would be one more dependency for them. Where terminals differ (emoji made of several), more are counted.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from scopecheck.model.foreign_text import harmless

WIDTH: Final = 80
"""The columns that lines have where nothing says how wide the terminal is."""

_NO_COLUMN: Final = frozenset({"Mn", "Me", "Cf"})
"""The categories of what stands on the character before it, or shows nothing."""


def columns(text: str) -> int:
    """The columns that a text without control characters takes."""
    return len(text) if text.isascii() else sum(map(_column, text))


def fitting(text: str, room: int) -> str:
    """The text, or its beginning with `…` if it has more columns than there are."""
    return text if columns(text) <= room else f"{next(_pieces(text, room - 1), '')}…"


def wrapped(text: str, indent: str = "", first: str | None = None, width: int = WIDTH) -> list[str]:
    """The text, broken into lines that fit; a path or address that does not fit stands alone on its line, whole."""
    lines, line = list[str](), indent if first is None else first
    empty = True
    for word in _words(text, width - columns(indent)):
        if empty or columns(line) + 1 + columns(word) <= width:
            line += word if empty else f" {word}"
        else:
            lines.append(line)
            line = indent + word
        empty = False
    # A word that is too long is broken wherever its line ends, even just before what is a command there.
    return [harmless(each) for each in [*lines, line]] if not empty else []


def _words(text: str, room: int) -> Iterator[str]:
    """The words, with those that fit no line in pieces: but no path or address, which people copy."""
    for word in text.split():
        if columns(word) <= room or "/" in word or "\\" in word:
            yield word
        else:
            yield from _pieces(word, max(room, 2))


def _pieces(text: str, room: int) -> Iterator[str]:
    piece, used = "", 0
    for character in text:
        width = _column(character)
        if piece and used + width > room:
            yield piece
            piece, used = "", 0
        piece, used = piece + character, used + width
    yield piece


def _column(character: str) -> int:
    if unicodedata.category(character) in _NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "FW" else 1
