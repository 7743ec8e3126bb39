"""Writes a file completely or not at all, and tells beforehand whether one can be written."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile


def require_writable(folder: Path) -> None:
    """Make sure that a file can be written into a folder. Raises OSError."""
    with TemporaryFile(dir=folder):
        pass


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Replace the file with this text, in UTF-8 with unchanged line endings; the file gets `mode`, less the umask.

    Readers always see either the old file or the new one, even if this process is killed. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
