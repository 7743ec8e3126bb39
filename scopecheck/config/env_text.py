"""Reads `.env` in the encodings that editors and shells write, and says what in it cannot be meant."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field
from pathlib import Path

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


def read_env_file(path: Path) -> EnvFile:
    """A `.env`, empty if there is none. Raises EnvFileError."""
    text = env_text(path)
    lines, problems = {}, []
    for binding in parse_stream(io.StringIO(text, newline="")):
        entry = binding.original
        # Blank lines before an entry belong to it.
        line = entry.line + entry.string[: len(entry.string) - len(entry.string.lstrip())].count("\n")
        if binding.error and "CANVAS_" in entry.string:
            problems.append(f"Line {line} of {path.name} cannot be read; write NAME=VALUE, with both quotes or none.")
        elif binding.key and (binding.value or "").strip():
            lines[binding.key] = line
    values = dotenv_values(stream=io.StringIO(text, newline=""))
    return EnvFile(values, (*problems, *unknown_in_file(path.name, lines)))


def env_text(path: Path) -> str:
    """The text of a `.env`, empty if there is none: UTF-8, or what Windows writes, UTF-16 with a byte order mark.

    Raises EnvFileError.
    """
    try:
        content = b"" if path.is_dir() else path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise EnvFileError(f"{path} cannot be read ({error.strerror}); make it readable, or remove it.") from None
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise EnvFileError(f"{path} is neither UTF-8 nor UTF-16; save it again as UTF-8.")
    return text
