"""The key checks of several askings as one: what is wrong with a key counts once it was found twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, TypeVar

from scopecheck.key.outcome import CheckOutcome
from scopecheck.model import causes
from scopecheck.model.agreement import CONTRADICTION, GOOD, NOTHING, agreed
from scopecheck.model.verdict import CheckVerdict, KeyCheck

Checked: TypeAlias = Mapping[KeyCheck, CheckOutcome]
T = TypeVar("T")


def agreed_checks(askings: Sequence[Checked]) -> Checked | None:
    """What each check comes to; None if everything has to be asked once more."""
    found = {check: _agreed(check, [each[check] for each in askings]) for check in askings[0]}
    settled = {check: outcome for check, outcome in found.items() if outcome}
    return settled if len(settled) == len(found) else None


def ask_until_agreed(ask: Callable[[Sequence[T]], T], checks: Callable[[T], Checked]) -> tuple[Sequence[T], T, Checked]:
    """Ask until what is wrong was found twice: all askings, the one with the least wrong, and what the checks come to.

    `ask` gets the askings before it; `checks` tells what one of them found.
    """
    askings: list[T] = []
    agreed_on = None
    while agreed_on is None:
        askings.append(ask(tuple(askings)))
        agreed_on = agreed_checks([checks(each) for each in askings])
    return askings, min(askings, key=lambda each: _shortcomings(checks(each))), agreed_on


def _shortcomings(checked: Checked) -> int:
    """How many checks failed or are unproved."""
    return sum(outcome.verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED} for outcome in checked.values())


def _agreed(check: KeyCheck, outcomes: Sequence[CheckOutcome]) -> CheckOutcome | None:
    if all(outcome.verdict is CheckVerdict.NOT_CHECKED for outcome in outcomes):
        return outcomes[0]
    place = agreed([_said(check, outcome) for outcome in outcomes])
    if place == CONTRADICTION:
        return _contradiction(*{_said(check, each): each for each in reversed(outcomes) if _said(check, each)}.values())
    if place is None:
        return outcomes[0] if outcomes[0].cause in _OF_THE_SETTINGS else None
    said_nothing = [each for each in outcomes if each.verdict is CheckVerdict.UNPROVED]
    return said_nothing[0] if outcomes[place].verdict is CheckVerdict.NOT_CHECKED and said_nothing else outcomes[place]


_OF_THE_SETTINGS: Final = frozenset({causes.REDIRECT_URI_MALFORMED})
"""What is found without asking."""


def _said(check: KeyCheck, outcome: CheckOutcome) -> str:
    """What one outcome says for `agreed`.

    A token that Canvas accepts is alive, whatever was said of it before: none comes back from the dead.
    """
    if outcome.verdict is CheckVerdict.OK:
        return GOOD
    finds = outcome.verdict is CheckVerdict.FAILED and check is not KeyCheck.TOKEN_ALIVE
    return str(outcome.cause.slug if outcome.cause else outcome.message) if finds else NOTHING


def _contradiction(then: CheckOutcome, first: CheckOutcome, *_: CheckOutcome) -> CheckOutcome:
    cause = causes.CONTRADICTING_ANSWERS
    text = f"{cause.means} First: {first.message} Then: {then.message}"
    evidence = [*first.evidence, *then.evidence]
    return replace(first, verdict=CheckVerdict.UNPROVED, message=text, cause=cause, detail="", remedy=None,
                   evidence=evidence)  # fmt: skip
