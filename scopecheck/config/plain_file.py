"""Opening a file that may be anything by now: no link is followed, no pipe waited for, no more read than expected."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

_OTHERS: Final = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
_UNFOLLOWED: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotPlain(Exception):
    """There is something else than a file of the expected size; the message says what, as in `is a link`."""


def read_plain(path: Path, most: int) -> bytes:
    """The content of a file of at most so many bytes. Raises NotPlain and OSError."""
    require_plain(path.lstat().st_mode)
    descriptor = open_plain(path, os.O_RDONLY)
    try:
        content = bytearray()
        while len(content) <= most and (part := os.read(descriptor, most + 1 - len(content))):
            content += part
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise NotPlain(f"is longer than {most:,} bytes")
    return bytes(content)


def open_plain(path: Path, flags: int, mode: int = 0o600) -> int:
    """A descriptor of a file, which has to be one: opening a link or a pipe neither follows nor blocks.

    Raises NotPlain and OSError.
    """
    descriptor = os.open(path, flags | _UNFOLLOWED, mode)
    try:
        require_plain(os.fstat(descriptor).st_mode)
    except NotPlain:
        os.close(descriptor)
        raise
    return descriptor


def require_plain(mode: int) -> None:
    """Raises NotPlain unless this is the mode of a file."""
    if not stat.S_ISREG(mode):
        raise NotPlain(f"is {next((name for is_it, name in _OTHERS if is_it(mode)), 'a device')}")
