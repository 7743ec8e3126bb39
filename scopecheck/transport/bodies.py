"""Bodies read up to a limit, whatever they claim: a small gzip can hold a gigabyte, and short JSON many objects."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from scopecheck.model.told import told_text

MOST_BYTES: Final = 4_000_000
"""Of one decoded body. Canvas's longest text has 500,000 characters (maximum_long_text_length), a list ten rows."""
MOST_BYTES_REFUSED: Final = 250_000
"""Of one that comes with an error's status: Canvas's own pages for these have some 50,000."""
MOST_ITEMS: Final = 200_000
"""Of the lists and objects in a body: each of JSON's two characters takes some 70 bytes of memory."""

ACCEPTED: Final = "gzip"
"""The encoding that is asked for: one that can be undone piece by piece."""
_PLAIN: Final = frozenset({"", "identity"})
_GZIP: Final = frozenset({"gzip", "x-gzip"})
_NAME: Final = 12
"""Characters of the name of an encoding."""
_FIRST_ERROR: Final = 400
_PIECE: Final = 65_536
"""Bytes that are decoded at a time."""


class UnfitBody(Exception):
    """A body that is too long, or not in an encoding that was asked for; the message says which."""


def read_body(chunks: Iterable[bytes], encoding: str, status: int = 200) -> bytes:
    """The decoded body. Raises UnfitBody, and no more than a piece after the limit is reached."""
    most = MOST_BYTES if status < _FIRST_ERROR else MOST_BYTES_REFUSED
    encoding = encoding.strip().lower()
    if encoding in _PLAIN:
        return _checked(chunks, most)
    if encoding not in _GZIP:
        name = encoding if encoding.isalpha() and len(encoding) <= _NAME else told_text(encoding)
        raise UnfitBody(f"the answer is in an encoding that was not asked for ({name})")
    return _checked(_unzipped(chunks), most)


def _checked(chunks: Iterable[bytes], most: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise UnfitBody(f"the answer is longer than {most:,} bytes")
    if sum(body.count(mark) for mark in b",[{") > MOST_ITEMS:
        raise UnfitBody(f"the answer has more than {MOST_ITEMS:,} items ({len(body):,} bytes)")
    return bytes(body)


def _unzipped(chunks: Iterable[bytes]) -> Iterable[bytes]:
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    some = False
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not unzip.eof:
                some = True
                yield unzip.decompress(rest, _PIECE)
                rest = unzip.unconsumed_tail
        yield unzip.decompress(b"", _PIECE)
    except zlib.error as error:
        raise UnfitBody(f"the answer is not the gzip that it says it is ({error})") from None
    if some and not unzip.eof:
        raise UnfitBody("the answer's gzip is cut off")
