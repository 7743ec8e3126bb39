"""Reads `.env` in the encodings that editors and shells write, and says what in it cannot be meant."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from scopecheck.config.near_names import unknown_in_file


class EnvFileError(ValueError):
    """`.env` cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class EnvFile:
    """What a `.env` sets, and what is wrong with its names and lines, one sentence each."""

    values: dict[str, str | None] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    unreadable: frozenset[str] = frozenset()
    """The settings in lines that cannot be read: they are not unset."""


def read_env_file(path: Path) -> EnvFile:
    """A `.env`, empty if there is none. Raises EnvFileError."""
    text = env_text(path)
    lines, problems, readable, unreadable = {}, [], "", set[str]()
    for binding in parse_stream(io.StringIO(text, newline="")):
        entry = binding.original
        # Blank lines before an entry belong to it.
        line = entry.line + entry.string[: len(entry.string) - len(entry.string.lstrip())].count("\n")
        if binding.error and "canvas" in entry.string.lower():
            problems.append(f"Line {line} of {path.name} cannot be read; write NAME=VALUE, with both quotes or none.")
            unreadable |= set(_NAME.findall(entry.string))
        elif binding.key and (binding.value or "").strip():
            lines[binding.key] = line
        # dotenv prints a warning of its own for each line that it cannot read.
        readable += "" if binding.error else entry.string
    values = dotenv_values(stream=io.StringIO(readable, newline=""))
    return EnvFile(values, (*problems, *unknown_in_file(path.name, lines)), frozenset(unreadable))


def env_text(path: Path) -> str:
    """The text of a `.env`, empty if there is none. Raises EnvFileError."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
            raise EnvFileError(f"{path} is no file; put one with the settings in its place, or remove it.")
        # Some call the folder of a virtual environment so.
        content = b"" if stat.S_ISDIR(mode) else path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            raise EnvFileError(f"{path} is a link to a file that is not there; mend the link, or remove it.") from None
        return ""
    except OSError as error:
        raise EnvFileError(f"{path} cannot be read ({error.strerror}); make it readable, or remove it.") from None
    text = decoded(content)
    if text is None:
        raise EnvFileError(f"{path} is not in UTF-8; save it again as UTF-8.")
    return text


def decoded(content: bytes) -> str | None:
    """The text in UTF-8, or in what Windows writes, UTF-16 with or without a mark; None if it is in neither."""
    for encoding in _encodings(content):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if "\0" not in text:
                return text
    return None


def _encodings(content: bytes) -> list[str]:
    """How the bytes may be read; without a byte order mark as UTF-16 only if the name of a setting is in them then."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    utf_16 = [each for each in ("utf-16-le", "utf-16-be") if _NAME.search(content.decode(each, errors="replace"))]
    return ["utf-8-sig", *utf_16]


_NAME: Final = re.compile(r"\bCANVAS_[A-Z_]+")
