"""Text made safe for Markdown as GitHub, GitLab and ticket systems read it."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"[\\`*\[\]|~$]|(?<!\w)_|_(?!\w)")
_STARTS_BLOCK: Final = re.compile(r"^(?:[#+=-]|\d+(?=[.)]))")
_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def prose(text: str) -> str:
    """The text as it is to be read, on one line: no markup in it takes effect."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()).translate(_ENTITIES))
    return _STARTS_BLOCK.sub(lambda found: f"&#{ord(found.group()[0])};{found.group()[1:]}", line)


def code(text: str, *, cell: bool = False) -> str:
    """A scope or path as code; in a table `cell` a bare | would end the cell, even within code."""
    content = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", content)), default=0) + 1)
    pad = " " if "`" in content else ""
    return f"{fence}{pad}{content.replace('|', chr(92) + '|') if cell else content}{pad}{fence}"
