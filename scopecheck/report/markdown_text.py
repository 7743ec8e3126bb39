"""Text made safe for Markdown as GitHub, GitLab and ticket systems read it."""

from __future__ import annotations

import re
from typing import Final

_SPECIAL: Final = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|<|&(?=#?\w+;)")
_ENTITIES: Final = {"<": "&lt;", "&": "&amp;"}
_STARTS_BLOCK: Final = re.compile(r"^(?:[#>+=:-]|\d+(?=[.)]))")


def prose(text: str) -> str:
    """The text on one line, to be read as it is: no markup in it takes effect."""
    line = " ".join(text.split())
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found.group(), f"\\{found.group()}"), line)


def paragraph(text: str) -> str:
    """The same at the start of a block: nothing in it starts a heading, a list or a quote."""
    return _STARTS_BLOCK.sub(lambda found: f"&#{ord(found.group()[0])};{found.group()[1:]}", prose(text))


def code(text: str, *, cell: bool = False) -> str:
    """A scope or path as code; in a table `cell` a bare | would end the cell, even within code."""
    content = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", content)), default=0) + 1)
    pad = " " if "`" in content else ""
    return f"{fence}{pad}{content.replace('|', chr(92) + '|') if cell else content}{pad}{fence}"
