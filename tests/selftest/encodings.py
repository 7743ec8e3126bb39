"""The forms in which an answer may repeat a secret, and a search that undoes them: of its own, so that it proves."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

_PART: Final = 12
"""Characters of a secret that are not shown either."""
_PIECE: Final = 6
_DEEPEST: Final = 3


def _base64(offset: int, encode: Callable[[bytes], bytes]) -> Callable[[str], str]:
    return lambda value: encode(b"?>"[:offset] + value.encode() + b"!").decode()


def _base64_after(before: str) -> Callable[[str], str]:
    return lambda value: before + base64.b64encode(value.encode()).decode()


FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "raw": str,
    "JSON": lambda value: "".join(f"\\u{ord(each):04x}" for each in value),
    "JSON, upper case": lambda value: "".join(f"\\u{ord(each):04X}" for each in value),
    "percent": lambda value: "".join(f"%{ord(each):02x}" for each in value),
    "percent, some": lambda value: quote(value, safe="").replace("a", "%61").replace("~", "%7E"),
    "percent, twice": lambda value: quote("".join(f"%{ord(each):02X}" for each in value)),
    "HTML, decimal": lambda value: "".join(f"&#{ord(each)};" for each in value),
    "HTML, hexadecimal": lambda value: "".join(f"&#x{ord(each):x};" for each in value),
    "HTML, every third": lambda value: re.sub("(.)(..)", lambda found: f"&#{ord(found[1])};{found[2]}", value),
    **{f"base64 at {offset}": _base64(offset, base64.b64encode) for offset in range(3)},
    **{f"base64url at {offset}": _base64(offset, base64.urlsafe_b64encode) for offset in range(3)},
    **{f"base64 after {before}": _base64_after(before) for before in ("/", "/a", "/ab")},
    "base64, twice": lambda value: base64.b64encode(base64.b64encode(value.encode())).decode(),
    "base64 of UTF-16": lambda value: base64.b64encode(value.encode("utf-16")).decode(),
    "UTF-16 LE": lambda value: value.encode("utf-16-le").decode("latin-1"),
    "UTF-16 BE": lambda value: value.encode("utf-16-be").decode("latin-1"),
    "UTF-16 LE, escaped": lambda value: json.dumps(value.encode("utf-16-le").decode("latin-1"))[1:-1],
    "hexadecimal": lambda value: value.encode().hex(),
    "hexadecimal, upper case": lambda value: value.encode().hex().upper(),
}
"""Everything that SECURITY.md lists, and some of these within others."""


def contains(text: str, value: str) -> bool:
    """Whether a text has the value, or a part of a long one, in any of these forms."""
    return bool(found_in(text, [value]))


def found_in(text: str, values: Iterable[str]) -> set[str]:
    """Which of these values a text has, or parts of long ones, in any of these forms."""
    known, found = {*values}, set[str]()
    for each in _opened(text, {text}, 0):
        found |= {value for value in known if _has(each, value)}
    return found


def _has(text: str, value: str) -> bool:
    if len(value) < 2 * _PART:
        return value in text
    # Any part has one of these in it, from its start to its end.
    pieces = (value[at : at + _PIECE] for at in range(0, len(value) - _PIECE + 1, _PIECE))
    if not any(piece in text for piece in pieces):
        return False
    return any(value[at : at + _PART] in text for at in range(len(value) - _PART + 1))


def _opened(text: str, seen: set[str], depth: int) -> Iterator[str]:
    """The text, and what it is once forms are undone, one within the other."""
    yield text
    if depth > _DEEPEST:
        return
    for undo, cost in ((_json, 1), (unquote, 1), (html.unescape, 1), (_without_zeros, 1), (_decoded, 2)):
        undone = undo(text)
        if undone and undone not in seen:
            seen.add(undone)
            yield from _opened(undone, seen, depth + cost)


def _json(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text.replace("\\/", "/"))


def _without_zeros(text: str) -> str:
    return re.sub("[\0\ufffd]", "", text)


def _decoded(text: str) -> str:
    return "\n".join(_decodings(text))


def _decodings(text: str) -> Iterator[str]:
    for run in {*re.findall(r"[A-Za-z0-9+/_-]{10,}", text)}:
        standard = run.replace("-", "+").replace("_", "/")
        for start in range(4):
            end = len(standard) - ((len(standard) - start) % 4 == 1)
            yield binascii.a2b_base64(f"{standard[start:end]}{'=' * ((start - end) % 4)}").decode("latin-1")
    for run in {*re.findall(r"[0-9a-fA-F]{16,}", text)}:
        for start in range(2):
            yield bytes.fromhex(run[start : len(run) - (len(run) - start) % 2]).decode("latin-1")
