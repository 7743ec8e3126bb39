"""Write the refresh token into `.env`: nothing else of the file is lost, and nobody else can read it."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from scopecheck.secret import Secret

_TOKEN: Final = "CANVAS_REFRESH_TOKEN"
_OTHER: Final = "CANVAS_ACCESS_TOKEN"
"""May not be set beside the refresh token."""


def store_refresh_token(path: Path, token: Secret) -> None:
    """Set the refresh token in a `.env`, which is made where there is none, and comment out the access token.

    The file is replaced as a whole, with mode 600. Raises OSError where it cannot be.
    """
    path = path.resolve()
    old = path.read_bytes().decode("utf-8") if path.exists() else ""
    _replace(path, with_refresh_token(old, token))


def with_refresh_token(text: str, token: Secret) -> str:
    """The text of a `.env` with the refresh token set, once: where it stood before, or else at the end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    line = f"{_TOKEN}={token.reveal()}{ending}"
    whole, written = "", False
    for binding in parse_stream(io.StringIO(text, newline="")):
        entry = binding.original.string
        # Blank lines before an entry are part of it.
        blank = entry[: len(entry) - len(entry.lstrip())]
        if binding.key == _TOKEN:
            whole += blank if written else blank + line
            written = True
        elif binding.key == _OTHER and binding.value:
            whole += blank + re.sub(r"(?m)^(?=.)", "# ", entry.lstrip())
        else:
            whole += entry
    if written:
        return whole
    return whole + (ending if whole and not whole.endswith(ending) else "") + line


def _replace(path: Path, text: str) -> None:
    """Whoever reads meanwhile, and whatever ends this process, finds the old file or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
