"""Makes text from outside harmless wherever it is shown: in a terminal, a CI system's log, and every kind of report.

Texts pass through here as they leave an answer (`Answer.says`, `classify.messages`), and once more as results and
messages are put together (`scopecheck.model.clean`, the commands' and the plugin's output).
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 10_000
"""Characters of one text; what a verdict rests on fits, the list of all scopes in an address included."""

_UNFIT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters (except tab and line feed), text direction overrides, halves of surrogate pairs, and the two
characters that XML forbids."""

_COMMAND: Final = re.compile(r"#(?=#\w*\[)|:(?=:[A-Za-z])(?:(?<=^:)|(?<=\s:)|(?<=\S{60}:))", re.MULTILINE)
"""What CI systems take for commands in a log: `##[error]`, `##vso[…]` and `##teamcity[…]` anywhere in a line,
`::error::` at its start, which can be any word once lines are wrapped, and any place in a word too long for a line."""


def harmless(text: str) -> str:
    """The text with every unfit character replaced by U+FFFD, and with a space in what CI systems take for commands."""
    fit = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    return _COMMAND.sub(lambda found: f"{found.group()} ", fit)


def clean(text: str, longest: int = LONGEST) -> str:
    """The text, harmless and cut if it is longer than anybody would read."""
    return shortened(harmless(text), longest)


def shortened(text: str, longest: int) -> str:
    """The text if it has at most so many characters, else its beginning and how long it was, in as many."""
    tail = f"… ({len(text):,} characters in all)"
    return text if len(text) <= longest else text[: longest - len(tail)] + tail
