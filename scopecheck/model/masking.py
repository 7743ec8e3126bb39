"""Finds values in a text that has them in another form, as answers and error pages do that repeat what was sent.

The forms are those that SECURITY.md lists: as they are, escaped for JSON, addresses or HTML, in UTF-16, in hex, in
base64 wherever the value begins in it, and what is left of a long value that was cut or split. The text is decoded,
not the value encoded: so forms within forms are found, too, and values of which only some characters are escaped.
"""

from __future__ import annotations

import html
import re
from array import array
from binascii import a2b_base64
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

SHORTEST: Final = 8
"""Characters below which a value is not looked for: it would be found in half of all words."""

_LONGEST: Final = 8_192
"""Characters up to which a value is looked for: no credential is longer, but an answer may say that one is."""

_SPLIT: Final = 24
"""Characters from which a value is found by a part of it."""
_PART: Final = 12
_GRAIN: Final = 6
"""Every part of `_PART` characters has one of the value's pieces of `_GRAIN` characters in it, laid side by side."""
_ALIKE: Final = 8
"""How many pieces of one value that are the same are looked for."""

_ESCAPE: Final = re.compile(
    r"\\(?:u(?P<u>[0-9a-fA-F]{4})|x(?P<x>[0-9a-fA-F]{2})|(?P<plain>[/\"'\\]))|%(?P<percent>[0-9a-fA-F]{2})"
    r"|&(?:\#(?P<decimal>\d{1,6})|\#[xX](?P<hex>[0-9a-fA-F]{1,5})|(?P<name>[a-zA-Z]{2,8}));|(?P<none>[\0\ufeff\ufffd]+)"
)
"""One escaped character; or none, as the zeros between the characters of UTF-16 and what stands for them later."""
_LEVELS: Final = 3
"""How often a text is unescaped: some answers quote others, which quote the request."""

_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{11,}={0,2}")
_HEX: Final = re.compile(r"[0-9a-fA-F]{16,}")
_STANDARD: Final = str.maketrans("-_", "+/")
_DEEPEST: Final = 2
"""How many layers of base64 or hex are opened."""

_LONG: Final = 200_000
"""Characters from which a text that has a value in another form than its own is withheld as a whole: to find the places
would take longer than anybody waits for an answer."""


_SHORT: Final = 200
_MOST_FREE: Final = 10_000


class Values:
    """Values to look for, each of at least SHORTEST characters."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = [value[:_LONGEST] for value in dict.fromkeys(values) if len(value) >= SHORTEST]
        self._pieces = [
            (value, piece, start) for value in self._values if len(value) >= _SPLIT for piece, start in _pieces(value)
        ]
        self._needles = list(dict.fromkeys(piece for _, piece, _ in self._pieces))
        self._needles += [value for value in self._values if len(value) < _SPLIT]
        self._free: set[str] = set()
        """Short texts that have none of the values in them: answers repeat many."""

    def masked(self, text: str, mask: str) -> str:
        """The text with a mask in place of everything that has one of the values in it, or a part of one."""
        # No form of a value is shorter than the value.
        if not self._values or len(text) < SHORTEST or text in self._free:
            return text
        if not self._is_in(text):
            if len(text) <= _SHORT and len(self._free) < _MOST_FREE:
                self._free.add(text)
            return text
        if len(text) > _LONG:
            for value in self._values:
                text = text.replace(value, mask)
            return mask if self._is_in(text) else text
        parts, end = [], 0
        for start, stop in _merged(self._spans(text)):
            parts += [text[end:start], mask]
            end = stop
        return "".join([*parts, text[end:]])

    def _is_in(self, text: str, depth: int = 0) -> bool:
        """Whether any value is in it: quick where none is."""
        for level in _levels(text, depth):
            if any(needle in level for needle in self._needles) and next(self._spans_as_it_is(level), None):
                return True
            if depth < _DEEPEST:
                # The same date or name may stand in each row of a list.
                runs = {run.group() for run in _runs(level)}
                opened = "\n".join(decoded for run in runs for decoded in _decodings(run))
                if opened and self._is_in(opened, depth + 1):
                    return True
        return False

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        level, places = text, _Places()
        for _ in range(_LEVELS + 1):
            for start, end in self._spans_as_it_is(level):
                yield places.of(start), places.of(end)
            for found in _runs(level):
                if any(self._is_in(decoded, 1) for decoded in _decodings(found.group())):
                    yield places.of(found.start()), places.of(found.end())
            if not _ESCAPE.search(level):
                break
            level, places = _unescaped(level, places)

    def _spans_as_it_is(self, text: str) -> Iterator[tuple[int, int]]:
        for value in self._values:
            if len(value) < _SPLIT:
                yield from ((found, found + len(value)) for found in _places_of(value, text))
        for value, piece, offset in self._pieces:
            found = text.find(piece)
            while found >= 0:
                start, end, first, last = found, found + len(piece), offset, offset + len(piece)
                while start and first and text[start - 1] == value[first - 1]:
                    start, first = start - 1, first - 1
                while end < len(text) and last < len(value) and text[end] == value[last]:
                    end, last = end + 1, last + 1
                if end - start >= _PART:
                    yield start, end
                found = text.find(piece, max(found, end - len(piece)) + 1)


def _pieces(value: str) -> Iterator[tuple[str, int]]:
    """A value's pieces, and where in it they are."""
    count = Counter[str]()
    for start in range(0, len(value) - _GRAIN + 1, _GRAIN):
        piece = value[start : start + _GRAIN]
        count[piece] += 1
        if count[piece] <= _ALIKE:
            yield piece, start


class _Places:
    """Where the characters of an unescaped text are in the original; `outer`: where those of the escaped one are."""

    def __init__(self, outer: _Places | None = None) -> None:
        self._outer = outer
        self._here, self._there = array("q", [0]), array("q", [0])

    def add(self, here: int, there: int) -> None:
        """From this place on, both go side by side."""
        self._here.append(here)
        self._there.append(there)

    def of(self, here: int) -> int:
        """The place in the original."""
        nearest = bisect_right(self._here, here) - 1
        place = self._there[nearest] + here - self._here[nearest]
        return self._outer.of(place) if self._outer else place


def _unescaped(text: str, outer: _Places) -> tuple[str, _Places]:
    """A text unescaped once; `outer` is where its own characters are in the original."""
    parts, places, here, end = [], _Places(outer), 0, 0
    for found in _ESCAPE.finditer(text):
        parts += [text[end : found.start()], _character(found)]
        here += found.start() - end
        places.add(here, found.start())
        here, end = here + len(parts[-1]), found.end()
        places.add(here, end)
    return "".join([*parts, text[end:]]), places


def _levels(text: str, depth: int) -> Iterator[str]:
    """The text, and what it is when it is unescaped; in base64 and hex, only UTF-16 is expected."""
    yield text
    if depth:
        if "\0" in text:
            yield text.replace("\0", "")
        return
    for _ in range(_LEVELS):
        if not _ESCAPE.search(text):
            return
        text = _ESCAPE.sub(_character, text)
        yield text


def _character(found: re.Match[str]) -> str:
    kind, value = str(found.lastgroup), found.group(str(found.lastgroup))
    if kind == "none":
        return ""
    if kind == "plain":
        return value
    if kind == "name":
        character = html.unescape(found.group())
        return character if len(character) == 1 else found.group()
    code = int(value, 10 if kind == "decimal" else 16)
    return chr(code) if code < 0xD800 else "?"


def _runs(text: str) -> Iterator[re.Match[str]]:
    """What may be base64 or hex. Base64 of words and tokens has upper-case letters, which paths and names have not."""
    return (run for run in _RUN.finditer(text) if run.group() != run.group().lower() or _HEX.search(run.group()))


def _decodings(run: str) -> Iterator[str]:
    """What a run of characters may be base64 or hex of."""
    standard = run.rstrip("=").translate(_STANDARD)
    for start in range(4):
        cut = len(standard) - ((len(standard) - start) % 4 == 1)
        padding = "=" * (-(cut - start) % 4)
        yield a2b_base64(standard[start:cut] + padding).decode("latin-1")
    for found in _HEX.findall(run):
        for start in range(2):
            cut = len(found) - (len(found) - start) % 2
            yield bytes.fromhex(found[start:cut]).decode("latin-1")


def _places_of(part: str, text: str) -> Iterator[int]:
    found = text.find(part)
    while found >= 0:
        yield found
        found = text.find(part, found + 1)


def _merged(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans in order, those that overlap or touch as one."""
    start, end = -1, -1
    for first, last in sorted(set(spans)):
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > start:
        yield start, end
