"""The results in a terminal: a line for each case, and at the end the table, what to do, and the outcome."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from scopecheck.model.foreign_text import clean, harmless
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import CheckVerdict, Proof, ScopeResult
from scopecheck.report.actions import Action
from scopecheck.report.diff import as_text
from scopecheck.report.headline import DEMONSTRATION, Headline
from scopecheck.report.matrix import Row, by_section
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED, VERDICTS, Sign, Tone

WIDTH: Final = 80
"""The columns that no line exceeds."""

_RESULT: Final = len("✗ misconfigured")
_PROOF: Final = max(map(len, Proof))
_NAME: Final = WIDTH - _RESULT - _PROOF - 4
"""The columns left for the scope beside verdict, proof and the spaces between them."""

COLORS: Final = {Tone.GOOD: "32", Tone.BAD: "31;1", Tone.WARN: "33", Tone.UNKNOWN: "35"}
"""ANSI color codes."""


def progress_line(result: ScopeResult, done: int, total: int, *, color: bool = False) -> str:
    """One finished case: how many are done, its verdict and its scope."""
    sign = VERDICTS[result.verdict]
    count = f"[{done:>{len(str(total))}}/{total}]"
    room = WIDTH - len(count) - _RESULT - 2
    return f"{count} {painted(sign, _RESULT, color)} {short(result.canvas_name or result.scope, room)}"


def summary(subject: Subject, *, color: bool = False) -> str:
    """Everything printed at the end of a run, the outcome last, where people look."""
    parts = [
        _table(subject, color),
        key_checks(subject, color),
        _changes(subject),
        notes(subject),
        to_do(subject.actions),
        outcome(subject.headline, color, subject.explanation),
    ]
    return "\n\n".join(text for lines in parts if (text := "\n".join(lines))) + "\n"


def announcement(unconfigured: str = "") -> str:
    """What stands above everything else if no Canvas is tested."""
    return "\n".join(wrapped(f"{DEMONSTRATION} {unconfigured}".strip()))


def short(scope: str, room: int) -> str:
    """A scope without `url:` and `/api/v1`; if that does not fit, `…` replaces parameters, from the left."""
    found = Scope.parse(scope)
    name = f"{found.verb} {found.path.removeprefix('/api/v1')}"
    for parameter in found.parameters:
        if len(name) > room:
            name = re.sub(rf"[:*]{parameter}\b", "…", name, count=1)
    return name if len(name) <= room else f"{name[: room - 1]}…"


def _table(subject: Subject, color: bool) -> Iterator[str]:
    yield f"{'verdict':{_RESULT}}  {'proof':{_PROOF}}  scope"
    for section, rows in by_section(subject.rows):
        yield bold(clean(section), color)
        yield from (_row(subject, row, color) for row in rows)


def _row(subject: Subject, row: Row, color: bool) -> str:
    proof = row.result.proof if row.result else None
    beside = subject.excuse(row.result) or proof or ""
    return f"{painted(row.verdict, _RESULT, color)}  {beside:{_PROOF}}  {short(row.name, _NAME)}"


def key_checks(subject: Subject, color: bool) -> Iterator[str]:
    """A line for each key check, with details where it is not ok; a message that several share is shown once."""
    said = {subject.shared_message}
    if subject.run.key:
        yield bold("Key and token", color)
    for result in subject.run.key:
        yield f"{painted(CHECKS[result.verdict], _RESULT, color)}  {CHECK_TITLES[result.check]}"
        if result.verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED} and result.message not in said:
            said.add(result.message)
            yield from wrapped(result.message, " " * (_RESULT + 2))


def _changes(subject: Subject) -> Iterator[str]:
    if subject.changes:
        for line in as_text(subject.changes).splitlines():
            yield from wrapped(line.strip(), " " * (len(line) - len(line.lstrip())))


def notes(subject: Subject) -> Iterator[str]:
    """What concerns the whole run, and what could not be restored."""
    for note in subject.run.notes:
        if note != subject.shared_message:
            yield from wrapped(f"Note: {note}")
    for failure in subject.run.cleanup.failed:
        saved = f" The old value is saved in {failure.saved_as}." if failure.saved_as else ""
        yield from wrapped(f"Not restored: {failure.what}: {failure.message}{saved}")
    if subject.run.cleanup.unsettled:
        yield from wrapped(f"Not settled yet: {'; '.join(subject.run.cleanup.unsettled)}. {UNSETTLED}")
    for problem in subject.gaps.problems:
        yield from wrapped(f"Known gap: {problem}")
    for lost in subject.lost:
        named = ", ".join(short(scope, WIDTH) for scope in lost.scopes)
        yield from wrapped(f"Without these optional scopes ({lost.name}): {lost.without} {named}")


def to_do(actions: list[Action]) -> Iterator[str]:
    """What to do, numbered."""
    if actions:
        yield "What to do"
    for number, action in enumerate(actions, 1):
        first, indent = f"{number:>2}. ", "    "
        yield from wrapped(action.what, indent, first)
        for boxes in action.boxes:
            if not boxes.section:
                yield from (line for box in boxes.boxes for line in wrapped(box.name, f"{indent}    ", f"{indent}[ ] "))
                continue
            yield from wrapped(f"section {boxes.section}", indent)
            for box in boxes.boxes:
                yield f"{indent}[ ] {_full(box.name, WIDTH - 8)}"
                if box.other:
                    yield f"{indent}    {box.where}: {_full(box.other, WIDTH - 10 - len(box.where))}"
        if action.then:
            yield from wrapped(action.then, indent)
        if not action.boxes:
            yield from _applies_to(action, indent)


def _applies_to(action: Action, indent: str) -> Iterator[str]:
    if len(action.scopes) > 5:
        yield f"{indent}for {len(action.scopes)} scopes"
    else:
        yield from (f"{indent}for {_full(scope, WIDTH - 8)}" for scope in action.names)


def outcome(head: Headline, color: bool, explanation: Sequence[str] = ()) -> Iterator[str]:
    """The headline in its color, followed by its explanation."""
    tone = COLORS[head.sign.tone]
    yield from (paint(line, tone, color) for line in wrapped(f"{head.sign.sign} {head.sentence}", "  ", ""))
    for text in explanation or [head.note, head.beside]:
        yield from wrapped(text, "  ")


def _full(scope: str, room: int) -> str:
    """The scope as the key screen shows it if it fits, since that is what people search for there."""
    return scope if len(scope) <= room else short(scope, room)


def wrapped(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """The text, broken into lines that fit."""
    lines = textwrap.wrap(
        text, WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent, break_on_hyphens=False
    )
    # A word that is too long is broken wherever its first line ends, even just before what is a command there.
    return [harmless(line) for line in lines]


def painted(sign: Sign, width: int, color: bool) -> str:
    """A sign and its word, padded."""
    return paint(f"{f'{sign.sign} {sign.word}':{width}}", COLORS[sign.tone], color)


def bold(text: str, color: bool) -> str:
    """A heading."""
    return paint(text, "1", color)


def paint(text: str, code: str, color: bool) -> str:
    """The text in a color, if colors are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
