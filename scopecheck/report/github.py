"""A run's result as GitHub shows it beside the job and the commit: one annotation for each scope that is not granted.

They are lines in the log that GitHub reads: `::error title=…::…`, without the name of a file, which nobody has.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from scopecheck.model.verdict import CheckVerdict, Verdict
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS, UNSETTLED, VERDICTS, counted

MOST: Final = 10
"""GitHub keeps so many annotations of one kind from each step, and drops the others."""


def about(subject: Subject) -> Iterator[str]:
    """The lines for GitHub about what is wrong, the last one about what did not find room; none if all is right."""
    if subject.conformant:
        return
    if subject.one_cause:
        wrong = [(subject.headline.sentence, " ".join([*subject.explanation, subject.one_cause.remedy or ""]))]
    else:
        wrong = list(_wrong(subject))
    shown = len(wrong) if len(wrong) <= MOST else MOST - 1
    yield from (error(title, text) for title, text in islice(wrong, shown))
    if len(wrong) > shown:
        yield error(f"{counted(len(wrong) - shown, 'more problem')}", f"{subject.headline} See the job's summary.")
    if not wrong:
        yield error("Not conformant", str(subject.headline))


def error(title: str, text: str) -> str:
    """One annotation, escaped as GitHub unescapes it (actions/toolkit, command.ts)."""
    return f"::error title={_escaped(title, _IN_A_TITLE)}::{_escaped(text, _IN_A_TEXT)}"


def _wrong(subject: Subject) -> Iterator[tuple[str, str]]:
    """Title and text of each scope and check that is wrong, and of each known gap that is none."""
    for result in subject.run.scopes:
        if result.verdict is not Verdict.GRANTED and not subject.excuse(result):
            yield f"{VERDICTS[result.verdict].word}: {result.scope}", _text(result.message, result.remedy)
    for check in subject.run.key:
        if check.verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED} and not subject.is_excused(check):
            title = f"{CHECKS[check.verdict].word}: {CHECK_TITLES[check.check]}"
            yield title, _text(check.message, check.remedy)
    for problem in subject.gaps.problems:
        yield "Known gap", problem
    for failure in subject.run.cleanup.failed:
        yield f"Not restored: {failure.what}", failure.message
    for what in subject.run.cleanup.unsettled:
        yield f"Not settled yet: {what}", UNSETTLED


def _text(message: str, remedy: str | None) -> str:
    return f"{message}\nWhat to do: {remedy}" if remedy else message


_IN_A_TEXT: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_A_TITLE: Final = {**_IN_A_TEXT, ":": "%3A", ",": "%2C"}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(each, each) for each in text)
