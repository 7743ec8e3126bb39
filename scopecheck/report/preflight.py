"""The preflight in a terminal: which scopes are on the key, the key checks, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scopecheck.installation import CHECK, CLI
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult
from scopecheck.report.headline import Headline, of_target
from scopecheck.report.matrix import UNKNOWN, by_section
from scopecheck.report.screen import PLAIN, Screen
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import announcement, key_checks, notes, outcome, to_do, whole
from scopecheck.report.words import Sign, Tone, counted
from scopecheck.run.preflight_only import ON_THE_KEY

_RIGHT: Final = Sign("✓", "The key is set up correctly", Tone.GOOD)
_WRONG: Final = Sign("✗", "The key is not set up correctly", Tone.BAD)
_NOTHING: Final = Sign("?", "Not everything could be checked", Tone.WARN)
_ON_KEY: Final = len("? unknown")


def key_is_right(subject: Subject) -> bool:
    """Whether everything that a preflight can see is right, known gaps and optional scopes considered."""
    return not _wrong(subject) and not subject.gaps.problems


def preflight_summary(subject: Subject, screen: Screen = PLAIN) -> str:
    """Everything that a preflight found, the outcome last."""
    parts = [
        [announcement(screen=screen)] if subject.run.target.embedded else [],
        _table(subject, screen),
        key_checks(subject, screen),
        notes(subject, screen),
        to_do(subject.actions, screen),
        outcome(preflight_headline(subject), screen),
    ]
    return "\n\n".join(text for lines in parts if (text := "\n".join(lines))) + "\n"


def _table(subject: Subject, screen: Screen) -> Iterator[str]:
    """Which scopes are on the key; nothing if Canvas did not show it for any scope."""
    if all(row.on_key is UNKNOWN for row in subject.rows):
        return
    yield f"{'on key':{_ON_KEY}}  scope"
    for section, rows in by_section(subject.rows):
        yield from screen.heading(section)
        for row in rows:
            excuse = subject.excuse(row.result)
            gap = f"  ({excuse})" if excuse else ""
            yield from screen.beside(f"{screen.painted(row.on_key, _ON_KEY)}  ", _ON_KEY + 2, whole(row.name), gap)


def _wrong(subject: Subject) -> list[KeyResult]:
    """Every check that failed, and those of the key that were not proved."""
    return [
        result
        for result in subject.run.key
        if not subject.is_excused(result)
        and (
            result.verdict is CheckVerdict.FAILED
            or (result.check in ON_THE_KEY and result.verdict is not CheckVerdict.OK)
        )
    ]


def preflight_headline(subject: Subject) -> Headline:
    """The outcome of a preflight."""
    return of_target(_headline(subject), subject.run)


def _headline(subject: Subject) -> Headline:
    title, total = subject.profile.title, subject.run.expected
    wrong = _wrong(subject)
    if key_is_right(subject):
        present = total - len(subject.gaps.accepted)
        kinds = (("known gaps", subject.gaps.excused), ("optional", subject.gaps.optional))
        rest = " or ".join(kind for kind, scopes in kinds if scopes)
        scopes = f"all {total} scopes" if present == total else f"{present} of {total} scopes (the rest are {rest})"
        return Headline(
            _RIGHT,
            f"The key is set up correctly: it has {scopes}, enforces them, and is on.",
            f"Token, user and CANVAS_ACCOUNT_ID are not tested yet: get a token ({CLI} authorize), then run {CHECK}.",
        )
    failed = [result for result in wrong if result.verdict is CheckVerdict.FAILED]
    if not failed and not subject.gaps.problems:
        return Headline(_NOTHING, f"{counted(len(wrong), 'property', 'properties')} of the key could not be checked.")
    others = [result for result in failed if result.check is not KeyCheck.SCOPES_ON_KEY]
    lacking = set(subject.run.missing_on_key or ()) - subject.gaps.accepted
    parts = [f"{len(lacking)} of {total} scopes missing"] if lacking else []
    parts += [f"{counted(len(others), 'key check')} failed"] if others else []
    parts += [f"{counted(len(subject.gaps.problems), 'known gap')} not as expected"] if subject.gaps.problems else []
    return Headline(_WRONG, f"The key is not set up correctly for {title}: {', '.join(parts)}.")
