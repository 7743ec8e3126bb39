"""What the actions of `key` print: a plan like a diff, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Final

from scopecheck.administration.key_changes import Outcome
from scopecheck.administration.key_found import KeyNotDone, called, token_count
from scopecheck.administration.key_plan import CONSENT, Change, Excess, KeyPlan, Kind, Wish
from scopecheck.administration.key_redirect import how_to_give
from scopecheck.commands.command import problem
from scopecheck.key.record import ShownKey
from scopecheck.key.redirect_form import is_meant, wrong_form
from scopecheck.model.foreign_text import clean
from scopecheck.model.named import Named
from scopecheck.report.columns import wrapped
from scopecheck.report.words import counted

FLAGS: Final[Mapping[Kind, str]] = {
    Kind.ENFORCE: "--enforce-scopes",
    Kind.ACTIVATE: "--switch-on",
    Kind.SWITCH_ON: "--switch-on",
}
"""The option that allows a change of each kind in CONSENT."""
_WORDS: Final[Mapping[Kind, str]] = {
    Kind.ENFORCE: "Enforce Scopes: off -> ON",
    Kind.INCLUDES: "Allow Include Parameters: off -> ON",
    Kind.REDIRECT_URI: "Redirect URIs: + ",
    Kind.ACTIVATE: "Key: inactive -> active",
    Kind.SWITCH_ON: "State: off -> ON",
}
_TITLES: Final = {Kind.ENFORCE: "Enforce Scopes", Kind.INCLUDES: "Allow Include Parameters"}


def plan_text(plan: KeyPlan, wish: Wish, key: ShownKey | None) -> Iterator[str]:
    """The plan, like a diff; `key` is None for one that is still to be made."""
    for part in (
        _scopes_to_add(plan),
        _settings(plan, key),
        _not_possible(plan, wish),
        _not_touched(plan, wish) if key else (),
    ):
        lines = [clean(line) for line in part]
        if lines:
            yield from ("", *lines)


def excess_text(excess: Collection[Excess], indent: str = "    ") -> Iterator[str]:
    """Each scope with what it allows, under its heading on the key screen."""
    ordered = sorted(excess, key=lambda each: (each.section.lower(), each.name))
    for section, rows in groupby(ordered, key=lambda each: each.section):
        yield clean(f"{indent}{section or 'No section'}")
        for row in rows:
            yield clean(f"{indent}  {_short(row.name)}")
            if row.allows:
                yield clean(f"{indent}    {row.allows}")


def outcome_text(outcome: Outcome, wish: Wish) -> Iterator[str]:
    """What was changed, what was not, and who has to authorize again."""
    for text in _alarms(outcome, wish):
        yield from wrapped(clean(text))
    if outcome.done:
        yield from wrapped(clean(f"Changed and read back: {_listed(outcome.done)}."))
        yield from (line for text in _who_authorizes(outcome, wish) for line in wrapped(clean(text)))
    if outcome.failure:
        yield failure_text(outcome.failure)
    left = () if outcome.unread else outcome.left.changes
    for change in (change for change in left if outcome.failure or outcome.lost or change.kind in CONSENT):
        flag = f" ({FLAGS[change.kind]} does that)" if change.kind in FLAGS and not outcome.failure else ""
        yield from wrapped(clean(f"Not done: {_words(change)}{flag}."))
    yield from (clean(line) for line in _not_possible(outcome.left, wish))
    if outcome.kept:
        yield "The key's record before and after, without its secret:"
        yield from (clean(f"  {path}") for path in outcome.kept)


def failure_text(failure: Exception) -> str:
    """What failed, and what to do."""
    if isinstance(failure, KeyNotDone):
        return problem(failure.message, failure.remedy)
    return clean(str(failure))


def tokens_text(key: ShownKey) -> str:
    """How many tokens the key has."""
    count = token_count(key)
    return "an unknown number of tokens" if count is None else counted(count, "active token")


def authorize_again(wish: Wish) -> str:
    """Who has to authorize again, and where."""
    return Named(integration=wish.profile.key.authorized_in).again


def _scopes_to_add(plan: KeyPlan) -> Iterator[str]:
    scopes = sorted(plan.of(Kind.SCOPE), key=lambda change: change.section.lower())
    if scopes:
        yield f"+ add {counted(len(scopes), 'scope')}"
    for section, rows in groupby(scopes, key=lambda change: change.section):
        yield f"    {section}"
        yield from (f"    + {_short(row.value)}" for row in rows)


def _settings(plan: KeyPlan, key: ShownKey | None) -> Iterator[str]:
    changes = [change for change in plan.changes if change.kind is not Kind.SCOPE]
    if changes:
        yield "~ change"
    for change in changes:
        yield f"    ~ {_words(change)}"
        if key and change.kind in CONSENT:
            yield from wrapped(f"only with {FLAGS[change.kind]}: {_meaning(change.kind, key)}", "        ")


def _meaning(kind: Kind, key: ShownKey) -> str:
    has = f"the key has {tokens_text(key)}"
    if kind is Kind.ENFORCE:
        return f"{has}, and every one that was issued without scopes stops working at once"
    return f"{has}, and each works again at once"


def _not_possible(plan: KeyPlan, wish: Wish) -> Iterator[str]:
    if plan.lacks_redirect_uri:
        yield "! The key has no redirect URI of the integration. Give it with"
        yield from wrapped(how_to_give(wish.profile), "  ")
    if plan.not_here:
        yield f"! This Canvas does not list {counted(len(plan.not_here), 'scope')} of the profile:"
        yield from (f"    {_short(scope)}" for scope in plan.not_here)
    for kind in plan.unshown:
        yield f"! Canvas does not show {_TITLES[kind]} of this key: see Admin > Developer Keys > Edit"
    if plan.unlisted:
        yield "! The key has scopes that this Canvas does not list. Saving the key may take them"
        yield "  off, which ends every token of it, so `key repair` changes no setting of this key:"
        yield from (f"    {scope}" for scope in plan.unlisted)


def _not_touched(plan: KeyPlan, wish: Wish) -> Iterator[str]:
    yield "Not touched"
    if plan.excess:
        yield f"    {counted(len(plan.excess), 'scope')} beyond the profile (`key remove-excess` takes off):"
        yield from excess_text(plan.excess, "      ")
    for uri in plan.other_uris:
        wrong = wrong_form(uri, wish.profile.key) if is_meant(uri, wish.profile.key) else None
        yield f"    redirect URI {uri}{f', which {wrong}' if wrong else ''}"
    for group in plan.optional:
        yield from wrapped(
            f"optional scopes that are missing ({group.name}): {group.without} "
            f"(--canvas-optional-groups {group.name} adds them)", "      ", "    ",
        )  # fmt: skip
    yield "    name, owner, notes, icon, and all other fields"


def _alarms(outcome: Outcome, wish: Wish) -> Iterator[str]:
    if outcome.lost:
        yield (
            f"ATTENTION: {called(outcome.after)} has lost {', '.join(outcome.lost)}, which this command did not take "
            "off: somebody changed the key at the same time, or Canvas dropped it. That ends every token of the "
            f"key. Add it again (Admin > Developer Keys), then {authorize_again(wish)}."
        )
    elif outcome.tokens_ended:
        yield (
            f"ATTENTION: {called(outcome.after)} had {tokens_text(outcome.before)}, and now has none: somebody took a "
            f"scope off, or revoked them. If the integration does not work any more, {authorize_again(wish)}."
        )


def _who_authorizes(outcome: Outcome, wish: Wish) -> Iterator[str]:
    kinds = {change.kind for change in outcome.done}
    if Kind.SCOPE in kinds:
        yield f"A token keeps the scopes that it was issued with, so now {authorize_again(wish)}."
    elif Kind.ENFORCE in kinds:
        yield f"Tokens that were issued without scopes no longer work: {authorize_again(wish)}."
    else:
        yield "Nobody has to authorize again: the key's tokens stay as they are."


def _listed(changes: Collection[Change]) -> str:
    scopes = sum(change.kind is Kind.SCOPE for change in changes)
    others = [_words(change) for change in changes if change.kind is not Kind.SCOPE]
    return "; ".join([*([f"{counted(scopes, 'scope')} added"] if scopes else []), *others])


def _words(change: Change) -> str:
    return _short(change.value) if change.kind is Kind.SCOPE else f"{_WORDS[change.kind]}{change.value}"


def _short(scope: str) -> str:
    """A scope as verb and path."""
    return scope.removeprefix("url:").replace("|", " ", 1)
