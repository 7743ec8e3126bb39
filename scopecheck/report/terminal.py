"""The results in a terminal: a line for each case, and at the end the table, what to do, and the outcome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final

from scopecheck.model.scope import Scope
from scopecheck.model.verdict import CheckVerdict, KeyResult, Proof, ScopeResult, Verdict
from scopecheck.report.actions import Action
from scopecheck.report.columns import fitting
from scopecheck.report.diff import as_text
from scopecheck.report.headline import DEMONSTRATION, Headline
from scopecheck.report.matrix import Row, by_section
from scopecheck.report.screen import COLORS, PLAIN, Screen
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED, VERDICTS


class Detail(IntEnum):
    """How much is told, numbered like pytest's verbosity."""

    OUTCOME = -2
    """Only how it ended."""
    WRONG = -1
    """What is wrong and what to do; of a run that passed, only that it did."""
    ALL = 0
    CAUSES = 1
    """With each scope's cause and what was found."""


_RESULT: Final = len("✗ misconfigured")
_PROOF: Final = max(map(len, Proof))
_NAME: Final = _RESULT + _PROOF + 4
"""The columns before a scope: verdict, proof and the spaces after each."""
_WRONG_CHECKS: Final = frozenset({CheckVerdict.FAILED, CheckVerdict.UNPROVED})


def progress_line(
    result: ScopeResult, done: int, total: int, screen: Screen = PLAIN, detail: Detail = Detail.ALL
) -> str:
    """One finished case: how many are done, its verdict and its scope."""
    start = f"[{done:>{len(str(total))}}/{total}] "
    cause = f" ({result.cause})" if result.cause and detail is Detail.CAUSES else ""
    used, sign = len(start) + _RESULT + 1, screen.painted(VERDICTS[result.verdict], _RESULT)
    return "\n".join(screen.beside(f"{start}{sign} ", used, whole(result.canvas_name or result.scope), cause))


def summary(subject: Subject, screen: Screen = PLAIN, detail: Detail = Detail.ALL) -> str:
    """Everything printed at the end of a run, the outcome last, where people look."""
    passed = subject.conformant and detail < Detail.ALL
    why = ["" if passed or detail is Detail.OUTCOME else text for text in subject.explanation]
    parts = [
        _table(subject, screen, detail),
        key_checks(subject, screen, detail),
        _changes(subject, screen) if detail >= Detail.ALL else (),
        notes(subject, screen) if detail >= Detail.ALL else problems(subject, screen),
        to_do(subject.actions, screen),
        outcome(subject.headline, screen, why),
    ]
    shown = parts[-1:] if passed or detail is Detail.OUTCOME else parts
    return "\n\n".join(text for lines in shown if (text := "\n".join(lines))) + "\n"


def announcement(unconfigured: str = "", screen: Screen = PLAIN) -> str:
    """What stands above everything else if no Canvas is tested."""
    return "\n".join(screen.wrapped(f"{DEMONSTRATION} {unconfigured}".strip()))


def whole(scope: str) -> str:
    """A scope without `url:` and `/api/v1`."""
    found = Scope.parse(scope)
    return f"{found.verb} {found.path.removeprefix('/api/v1')}"


def short(scope: str, room: int) -> str:
    """The same; if that does not fit, `…` replaces parameters, from the left, and then its end."""
    name = whole(scope)
    for parameter in Scope.parse(scope).parameters:
        if len(name) > room:
            name = re.sub(rf"[:*]{parameter}\b", "…", name, count=1)
    return fitting(name, room)


def _table(subject: Subject, screen: Screen, detail: Detail) -> Iterator[str]:
    rows = [row for row in subject.rows if detail >= Detail.ALL or _is_wrong(subject, row)]
    if rows:
        yield f"{'verdict':{_RESULT}}  {'proof':{_PROOF}}  scope"
    for section, members in by_section(rows):
        yield from screen.heading(section)
        for row in members:
            yield from _row(subject, row, screen)
            if detail is Detail.CAUSES and row.result:
                yield from screen.wrapped(_found(subject, row.result), " " * (_RESULT + 2))


def _is_wrong(subject: Subject, row: Row) -> bool:
    """Whether a row says something that the outcome does not say of all scopes."""
    result = row.result
    judged = result is not None and result.verdict is not Verdict.GRANTED and not subject.one_cause
    return judged and not subject.excuse(result)


def _row(subject: Subject, row: Row, screen: Screen) -> Iterator[str]:
    proof = row.result.proof if row.result else None
    beside = subject.excuse(row.result) or proof or ""
    start = f"{screen.painted(row.verdict, _RESULT)}  {beside:{_PROOF}}  "
    return screen.beside(start, _NAME, whole(row.name))


def _found(subject: Subject, result: ScopeResult) -> str:
    said = "" if result.message == subject.shared_message else result.message
    return ": ".join(text for text in (result.cause, said) if text)


def key_checks(subject: Subject, screen: Screen, detail: Detail = Detail.ALL) -> Iterator[str]:
    """A line for each key check, with details where it is not ok; a message that several share is shown once."""
    said, indent = {subject.shared_message}, " " * (_RESULT + 2)
    checks = [check for check in subject.run.key if detail >= Detail.ALL or _counts(subject, check)]
    if checks:
        yield screen.bold("Key and token")
    for result in checks:
        first, *others = screen.wrapped(CHECK_TITLES[result.check], indent)
        yield f"{screen.painted(CHECKS[result.verdict], _RESULT)}  {first.lstrip()}"
        yield from others
        more = result.verdict in _WRONG_CHECKS or detail is Detail.CAUSES
        if more and result.message not in said:
            said.add(result.message)
            yield from screen.wrapped(result.message, indent)


def _counts(subject: Subject, check: KeyResult) -> bool:
    return check.verdict in _WRONG_CHECKS and not subject.is_excused(check)


def _changes(subject: Subject, screen: Screen) -> Iterator[str]:
    if subject.changes:
        for line in as_text(subject.changes).splitlines():
            yield from screen.wrapped(line.strip(), " " * (len(line) - len(line.lstrip())))


def notes(subject: Subject, screen: Screen) -> Iterator[str]:
    """What concerns the whole run."""
    for note in subject.run.notes:
        if note != subject.shared_message:
            yield from screen.wrapped(f"Note: {note}")
    yield from problems(subject, screen)
    for lost in subject.lost:
        yield from screen.wrapped(f"Without these optional scopes ({lost.name}): {lost.without}")
        yield from (f"  {whole(scope)}" for scope in lost.scopes)


def problems(subject: Subject, screen: Screen) -> Iterator[str]:
    """What is wrong beside verdicts: what could not be restored, and known gaps that are not as expected."""
    for failure in subject.run.cleanup.failed:
        said = f"Not restored: {failure.what}: {failure.message}"
        yield from screen.wrapped(f"{said} The old value is saved in:" if failure.saved_as else said)
        if failure.saved_as:
            yield f"  {failure.saved_as}"
    if subject.run.cleanup.unsettled:
        yield from screen.wrapped(f"Not settled yet: {'; '.join(subject.run.cleanup.unsettled)}. {UNSETTLED}")
    for problem in subject.gaps.problems:
        yield from screen.wrapped(f"Known gap: {problem}")


def to_do(actions: list[Action], screen: Screen = PLAIN) -> Iterator[str]:
    """What to do, numbered."""
    if actions:
        yield "What to do"
    for number, action in enumerate(actions, 1):
        indent = "    "
        yield from screen.wrapped(action.what, indent, f"{number:>2}. ")
        for boxes in action.boxes:
            if not boxes.section:
                for box in boxes.boxes:
                    yield from screen.wrapped(box.name, f"{indent}    ", f"{indent}[ ] ")
                continue
            yield from screen.wrapped(f"section {boxes.section}", indent)
            for box in boxes.boxes:
                yield f"{indent}[ ] {box.name}"
                if box.other:
                    yield f"{indent}    {box.where}: {box.other}"
        if action.then:
            yield from screen.wrapped(action.then, indent)
        if not action.boxes:
            yield from _applies_to(action, indent)


def _applies_to(action: Action, indent: str) -> Iterator[str]:
    if len(action.scopes) > 5:
        yield f"{indent}for {len(action.scopes)} scopes"
    else:
        yield from (f"{indent}for {scope}" for scope in action.names)


def outcome(head: Headline, screen: Screen, explanation: Sequence[str] = ()) -> Iterator[str]:
    """The headline in its color, followed by its explanation."""
    tone = COLORS[head.sign.tone]
    yield from (screen.paint(line, tone) for line in screen.wrapped(f"{head.sign.sign} {head.sentence}", "  ", ""))
    for text in explanation or [head.note, head.beside]:
        yield from screen.wrapped(text, "  ")
