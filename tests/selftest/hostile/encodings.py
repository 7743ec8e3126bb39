"""Secrets in every form in which something could repeat them, and finding them again in what a run leaves."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final
from urllib.parse import quote

ENCODINGS: Final[dict[str, Callable[[str], str]]] = {
    "plain": lambda secret: secret,
    "in JSON's escapes": lambda secret: "".join(f"\\u{ord(each):04x}" for each in secret),
    "percent-encoded": lambda secret: quote(secret, safe="").replace("~", "%7E"),
    "percent-encoded throughout": lambda secret: "".join(f"%{ord(each):02x}" for each in secret),
    "percent-encoded twice": lambda secret: quote("".join(f"%{ord(each):02x}" for each in secret), safe=""),
    "in HTML's numbers": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "in HTML's hexadecimal numbers": lambda secret: "".join(f"&#x{ord(each):X};" for each in secret),
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in base64 after a user's name": lambda secret: base64.b64encode(f"u:{secret}".encode()).decode(),
    "in base64 for URLs": lambda secret: base64.urlsafe_b64encode(f"a{secret}".encode()).decode().rstrip("="),
    "in hexadecimal": lambda secret: secret.encode().hex(),
    "in UTF-16": lambda secret: secret.encode("utf-16-le").decode("latin-1"),
    "in UTF-16, the other way round": lambda secret: secret.encode("utf-16-be").decode("latin-1"),
}
"""How a text may repeat a secret; each character of the result is one byte."""

_SHORTEST: Final = 10
"""Characters of a part of a secret that nobody else's text has by chance."""


@cache
def _needles(secret: str) -> tuple[bytes, ...]:
    """What to look for: each form, and what of it does not depend on what is around."""
    found = [encode(secret) for name, encode in ENCODINGS.items() if "base64" not in name]
    for start in range(3):
        whole = base64.b64encode(b"\0" * start + secret.encode()).decode().rstrip("=")
        inner = whole[4 if start else 0 : len(whole) - len(whole) % 4 - 4]
        found += [inner, inner.replace("+", "-").replace("/", "_")]
    # Half of a secret is half of what it takes to guess the rest; a mask may have cut out what is between.
    half = len(secret) // 2
    found += [secret[:half], secret[half:], secret[::-1]]
    return tuple({each.encode("latin-1").lower() for each in found if len(each) >= _SHORTEST})


def _number(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1]) % 256 if found[1] else int(found[2], 16)])


def _hexadecimal(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


_ESCAPES: Final = (
    (b"&", re.compile(rb"&(?:amp;)*#(?:(\d{1,3})|[xX]([0-9a-fA-F]{1,2}));"), _number),
    (b"%", re.compile(rb"%(?:25)*([0-9a-fA-F]{2})"), _hexadecimal),
    (b"\\u00", re.compile(rb"\\+u00([0-9a-fA-F]{2})"), _hexadecimal),
)
"""Where each kind of escape shows, one character of it, and what that stands for."""

_BETWEEN: Final = re.compile(rb"[\0\n]|\xef\xbf\xbd")
"""What is between the letters of a text of UTF-16, or of one that was cut into lines."""


def _readings(data: bytes) -> Iterator[bytes]:
    """Data as it is, and as somebody reads it who decodes whatever there is to decode."""
    yield data
    decoded = data
    for shows, escape, meaning in _ESCAPES:
        if shows in decoded:
            decoded = escape.sub(meaning, decoded)
    yield _BETWEEN.sub(b"", decoded)


def found_in(data: bytes, secrets: Iterable[str]) -> Iterator[str]:
    """The secrets that are in data, in whatever form."""
    readings = [each.lower() for each in _readings(data)]
    for secret in secrets:
        if any(needle in reading for needle in _needles(secret) for reading in readings):
            yield secret
