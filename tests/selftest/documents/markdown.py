"""What documents for people hold: their text, headings, links, and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
README: Final = ROOT / "README.md"
DOCUMENTS: Final = tuple(
    sorted(
        {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/**/*.md")},
        key=lambda it: (it != README, it),
    )
)
"""All that this project has for people to read, the README first."""

_FENCE: Final = re.compile(r"^\s*```(\w*)\s*$")
_INLINE: Final = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Place:
    """A line of a document."""

    document: Path
    line: int

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True)
class Line:
    """A line of a document. In a code block it has the block's language, and the number of the line that begins it."""

    place: Place
    text: str
    language: str | None = None
    block: int = 0


def lines(document: Path) -> Iterator[Line]:
    """All lines but those that begin or end a code block."""
    language, block = None, 0
    for number, text in enumerate(document.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(text)
        if fence:
            language, block = (fence.group(1), number) if language is None else (None, 0)
        else:
            yield Line(Place(document, number), text, language, block)


def links(document: Path) -> Iterator[tuple[Place, str]]:
    """Each link of a document, as it is written there."""
    prose = _prose(document)
    return _found(_LINK, _INLINE.sub(lambda code: re.sub(r"\S", " ", code.group()), prose), document)


def inline_code(document: Path) -> Iterator[tuple[Place, str]]:
    """What stands between backquotes, in one line."""
    return ((place, " ".join(code.split())) for place, code in _found(_INLINE, _prose(document), document))


def _prose(document: Path) -> str:
    """The text with its lines, those in and around code blocks empty."""
    kept = {line.place.line: line.text for line in lines(document) if line.language is None}
    return "\n".join(kept.get(number, "") for number in range(1, max(kept) + 1))


def _found(form: re.Pattern[str], text: str, document: Path) -> Iterator[tuple[Place, str]]:
    return ((Place(document, text.count("\n", 0, it.start()) + 1), it.group(1)) for it in form.finditer(text))


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    made: set[str] = set()
    for line in lines(document):
        heading = re.match(r"^#+ (.*)$", line.text) if line.language is None else None
        if heading:
            anchor = re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-")
            made.add(f"{anchor}-{found[anchor]}" if anchor in found else anchor)
            found[anchor] = found.get(anchor, 0) + 1
    return made
