"""Every command line in the documents: in blocks for a shell, and in a sentence's code where it begins like one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, takewhile
from typing import Final

from tests.selftest.documents.markdown import DOCUMENTS, ROOT, Line, Place, inline_code, lines

SHELL: Final = frozenset({"", "sh", "bash", "console"})
"""The languages of blocks that hold command lines; in one with prompts, the other lines are output."""
PROMPT: Final = "$ "

CLI: Final = "canvas-scope-check"
_SCRIPTS: Final = "|".join(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)
_COMMANDS: Final = re.compile(
    rf"(scripts/({_SCRIPTS})(?= |$)|(\.venv/bin/)?python -m [\w.]+(?= |$)|{CLI} |pytest |eval )(?!.*…)"
)
"""How a sentence's code begins that is a command line; one with an ellipsis in it only names a command."""

_SAME: Final = {
    (".venv/bin/python", "-m", "scopecheck"): (CLI,),
    ("python", "-m", "scopecheck"): (CLI,),
    ("uvx", "--from", ".", CLI): (CLI,),
    ("scripts/check",): (CLI, "check"),
    (".venv/bin/python", "-m", "pytest"): ("pytest",),
    (".venv/bin/python", "-m"): (),
    ("python", "-m"): (),
}
"""What the beginning of a command line is another word for."""


@dataclass(frozen=True)
class CommandLine:
    """A command line, and where it stands."""

    place: Place
    text: str
    words: tuple[str, ...]
    """Its words, by the one name that each command has here."""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    @property
    def is_run(self) -> bool:
        """Whether it starts a run."""
        return self.words[:2] == (CLI, "check") and not {"-h", "--help"} & {*self.words}

    @property
    def is_cli(self) -> bool:
        """Whether it is another command of the command line."""
        return self.words[0] == CLI and not self.is_run


@cache
def command_lines() -> tuple[CommandLine, ...]:
    """Each different one, where it stands first."""
    found: dict[tuple[str, ...], CommandLine] = {}
    for document in DOCUMENTS:
        if document.name == "CHANGELOG.md":  # names commands, as they were then
            continue
        inline = ((place, code) for place, code in inline_code(document) if _COMMANDS.match(code))
        for place, text in (*_in_blocks(lines(document)), *inline):
            line = CommandLine(place, text, _meant(tuple(_split(text))))
            found.setdefault(line.words, line)
    return tuple(found.values())


def _in_blocks(of: Iterator[Line]) -> Iterator[tuple[Place, str]]:
    for block, group in groupby(of, key=lambda line: line.block):
        within = [line for line in group if line.text.strip()]
        if not block or within[0].language not in SHELL:
            continue
        prompted = [line for line in within if line.text.lstrip().startswith(PROMPT)]
        yield from ((line.place, line.text.strip().removeprefix(PROMPT)) for line in prompted or within)


def _split(text: str) -> Iterator[str]:
    """The words of the first command of a line: without what is done with its output, and of `eval` the one within."""
    within = re.fullmatch(r'eval "\$\((.*)\)"', text)
    bare = (within.group(1) if within else text).replace(r"\|", "|")  # in a table, a bar is escaped
    return takewhile(lambda word: word not in {">", "|"}, shlex.split(bare, comments=True))


def _meant(words: tuple[str, ...]) -> tuple[str, ...]:
    for beginning, same in _SAME.items():
        if words[: len(beginning)] == beginning:
            return (*same, *words[len(beginning) :])
    return words
