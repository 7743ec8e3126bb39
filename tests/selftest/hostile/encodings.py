"""Secrets in every form in which something could repeat them, and finding them again in what a run leaves."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final
from urllib.parse import quote, unquote

SHORTEST: Final = 10
"""Characters of a part of a secret that nobody else's text has by chance."""


def _escaped(secret: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in secret)


ENCODINGS: Final[dict[str, Callable[[str], str]]] = {
    "plain": lambda secret: secret,
    "in JSON's escapes": _escaped,
    "percent-encoded": lambda secret: quote(secret, safe=""),
    "percent-encoded throughout": lambda secret: "".join(f"%{ord(each):02x}" for each in secret),
    "percent-encoded twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "in HTML's numbers": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "in HTML's hexadecimal numbers": lambda secret: "".join(f"&#x{ord(each):X};" for each in secret),
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in base64 after a user's name": lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
    "in base64 for URLs": lambda secret: base64.urlsafe_b64encode(f"ab{secret}".encode()).decode().rstrip("="),
    "in hexadecimal": lambda secret: secret.encode().hex(),
    "in UTF-16": lambda secret: secret.encode("utf-16-le").decode("latin-1"),
    "in UTF-16, the other way round": lambda secret: secret.encode("utf-16-be").decode("latin-1"),
}
"""How a text may repeat a secret; each character of the result is one byte."""


@cache
def _needles(secret: str) -> tuple[bytes, ...]:
    """What to look for: each form, and what of it does not depend on what is around."""
    data = secret.encode()
    found = [encode(secret) for name, encode in ENCODINGS.items() if "base64" not in name]
    for start in range(3):
        whole = base64.b64encode(b"\0" * start + data).decode().rstrip("=")
        inner = whole[4 if start else 0 : len(whole) - len(whole) % 4 - 4]
        found += [inner, inner.replace("+", "-").replace("/", "_")]
    # Half of a secret is half of what it takes to guess it; a mask may have cut out what is between.
    half = len(secret) // 2
    found += [secret[:half], secret[half:], secret[::-1]]
    return tuple({each.encode("latin-1").lower() for each in found if len(each) >= SHORTEST})


def _readings(data: bytes) -> Iterator[bytes]:
    """Data as it is, and as readers would decode it."""
    text = data.decode("utf-8", "replace")
    yield data
    for decoded in (
        html.unescape(text),
        unquote(text),
        unquote(unquote(text)),
        _unescaped(text),
        text.replace("\\/", "/"),
    ):
        if decoded != text:
            yield decoded.encode("utf-8", "replace")
    yield re.sub(rb"[\x00\xff\xfe]|\\u0000|\xef\xbf\xbd", b"", data)


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def found_in(data: bytes, secrets: Iterable[str]) -> Iterator[str]:
    """The secrets that are in data, in whatever form."""
    readings = [each.lower() for each in _readings(data)]
    for secret in secrets:
        if any(needle in reading for needle in _needles(secret) for reading in readings):
            yield secret


def as_member(secret: str) -> str:
    """A JSON text of nothing but escapes, which no search in the raw body finds."""
    return f'"{_escaped(secret)}"'


__all__ = ["ENCODINGS", "as_member", "found_in"]
