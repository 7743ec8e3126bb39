"""What is on a terminal after a program has written to it: enough of one for what this suite and pytest write."""

from __future__ import annotations

import re
from typing import Final

from scopecheck.report.columns import columns

_LINK: Final = re.compile(r"\x1b\]8;;[^\a]*\a")
_COLOR: Final = re.compile(r"\x1b\[[\d;]*m")


def on_terminal(written: str, width: int = 80) -> list[str]:
    """Its lines without blanks at their ends; a line that is too long goes on in the next one, as on a real terminal.

    Any other control character is refused: it would do what this does not show.
    """
    lines, at = [list[str]()], 0
    for character in _COLOR.sub("", _LINK.sub("", written)).replace("\r\n", "\n"):
        if character == "\n":
            lines, at = [*lines, []], 0
        elif character == "\r":
            at = 0
        else:
            assert character.isprintable() or not character.isascii(), f"{character!r} is written"
            if at + columns(character) > width:
                lines, at = [*lines, []], 0
            lines[-1] += [" "] * (at + columns(character) - len(lines[-1]))
            # A wide one takes its second column, too; one that combines stands on the one before.
            cells = [character, *[""] * (columns(character) - 1)] if columns(character) else []
            lines[-1][at : at + len(cells)] = cells
            at += len(cells)
    return ["".join(line).rstrip() for line in lines]
