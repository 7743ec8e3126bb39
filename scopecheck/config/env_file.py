"""Writes settings into `.env`: everything else in the file stays, and nobody else can read it."""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from scopecheck.config.atomic_write import require_writable, write_whole
from scopecheck.config.env_text import env_text
from scopecheck.model.secret import Secret

_TOKEN: Final = "CANVAS_REFRESH_TOKEN"
_OTHER: Final = "CANVAS_ACCESS_TOKEN"
"""Must not be set together with the refresh token."""


def store_refresh_token(path: Path, token: Secret) -> None:
    """Set the refresh token in a `.env`, and comment out the access token. Raises OSError and EnvFileError."""
    _replace(path, lambda text: with_refresh_token(text, token))


def store_settings(path: Path, values: Mapping[str, str], commented_out: Collection[str] = ()) -> None:
    """Set variables in a `.env`, and comment others out. Raises OSError and EnvFileError."""
    _replace(path, lambda text: with_settings(text, values, commented_out))


def require_storable(path: Path) -> None:
    """Make sure that a `.env` can be written. Raises OSError and EnvFileError."""
    path = path.resolve()
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    env_text(path)
    require_writable(path.parent)


def with_refresh_token(text: str, token: Secret) -> str:
    """The text of a `.env` with the refresh token set and the access token commented out."""
    return with_settings(text, {_TOKEN: token.reveal()}, commented_out={_OTHER})


def with_settings(text: str, values: Mapping[str, str], commented_out: Collection[str] = ()) -> str:
    """The text of a `.env` with variables set, each once: in its old place, or else at the end.

    Values are written as they are, so they must not contain quotes, or anything that dotenv reads as a comment or a
    variable.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = {name: f"{name}={value}{ending}" for name, value in values.items()}
    whole = ""
    for binding in parse_stream(io.StringIO(text, newline="")):
        entry = binding.original.string
        # Blank lines before an entry belong to it.
        blank = entry[: len(entry) - len(entry.lstrip())]
        if binding.key is not None and binding.key in values:
            whole += blank + lines.pop(binding.key, "")
        elif binding.key in commented_out and binding.value:
            whole += blank + re.sub(r"(?m)^(?=.)", "# ", entry.lstrip())
        else:
            whole += entry
    if lines and whole and not whole.endswith(ending):
        whole += ending
    return whole + "".join(lines.values())


def _replace(path: Path, change: Callable[[str], str]) -> None:
    """Replace the file as a whole, with mode 600; it is created if there is none."""
    path = path.resolve()
    write_whole(path, change(env_text(path)), mode=0o600)
