"""What a command's output is shown on."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

from scopecheck.report.columns import WIDTH, wrapped
from scopecheck.report.screen import Screen


def screen_of_output() -> Screen:
    """The screen behind standard output; its colors are those that pytest would give it."""
    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    color = not os.environ.get("NO_COLOR") and (terminal or bool(os.environ.get("FORCE_COLOR")))
    return Screen.of(shutil.get_terminal_size((WIDTH, 24)).columns, color=color, links=sys.stdout.isatty())


def fitted(text: str, stream: TextIO) -> str:
    """The text, with its lines broken between words on a terminal; a log is searched by line, and keeps them."""
    if not stream.isatty():
        return text
    return "\n".join(line for each in text.splitlines() for line in wrapped(each, "  ", ""))
