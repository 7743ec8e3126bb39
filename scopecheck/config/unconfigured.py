"""Why no Canvas is set: what was found where `.env` should be, for those who did fill something in."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

from scopecheck.config.env_text import decoded
from scopecheck.installation import ENV_EXAMPLE

_NEARLY: Final = re.compile(r"[._]?(dot)?env([._ ~-].*)?", re.IGNORECASE)
"""What people, editors and Windows make of the name `.env`."""
_NAME: Final = ".env"
_TEMPLATE: Final = ".env.example"
_URL: Final = "CANVAS_BASE_URL"
_LARGEST: Final = 100_000
"""Bytes; a larger file is no `.env`."""


def why_unconfigured(root: Path) -> str:
    """Why a run has no Canvas to test, and what to do to test one: a sentence or two about `root`'s `.env`."""
    own = _settings(root / _NAME)
    if own and own.get(_URL):
        return f"{_NAME} is not read, because PYTHON_DOTENV_DISABLED is set in the environment; unset it."
    other = _elsewhere(root)
    if other == _TEMPLATE:
        return f"The settings are in {_TEMPLATE}, which is only the template and is not read; copy it to {_NAME}."
    if other:
        return (
            f"The settings are in {other}, which is not read; rename it to {_NAME}, without any other ending "
            "(Windows may hide endings: show them under View > Show > File name extensions)."
        )
    if own is None:
        return f"No Canvas is set. To test yours, copy {ENV_EXAMPLE} to {_NAME} and fill it in."
    if any(own.values()):
        return f"{_NAME} does not set {_URL}. To test your Canvas, fill it in."
    return f"{_NAME} is not filled in: all its settings are empty. To test your Canvas, fill in {_URL} and the others."


def _elsewhere(root: Path) -> str | None:
    """The name of a file that somebody filled in instead of `.env`, if there is one; the template last."""
    names = sorted(path.name for path in root.iterdir() if path.name != _NAME and _NEARLY.fullmatch(path.name))
    filled = [name for name in names if any((_settings(root / name) or {}).values())]
    return min(filled, key=lambda name: name == _TEMPLATE, default=None)


def _settings(path: Path) -> Mapping[str, str] | None:
    """This suite's settings in a file, however it is encoded; None if there is no such file."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        raw = path.read_bytes()
    except OSError:
        return None
    text = decoded(raw) or raw.decode("utf-8", errors="replace")
    found = {binding.key: (binding.value or "").strip() for binding in parse_stream(io.StringIO(text)) if binding.key}
    return {name: value for name, value in found.items() if name.startswith("CANVAS_")}
