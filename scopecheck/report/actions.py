"""What to do: each remedy once, with all that it fixes, in the order of Canvas's screens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from scopecheck.canvas.scope_names import Box, box, has_no_box
from scopecheck.key.includes_check import LISTS_COURSES
from scopecheck.key.role_fix import WAIT, Kind, kind_for, role_fix
from scopecheck.model import causes
from scopecheck.model.causes import AUTHORIZE_AGAIN, EDIT_KEY, USER_LACKS_PERMISSION
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, RunResult, ScopeResult, Verdict
from scopecheck.report.cause_order import PLACE
from scopecheck.report.folding import (
    ABOUT_THE_KEY,
    ENFORCING,
    FOREIGN,
    SELECTING,
    Group,
    Groups,
    Wrong,
    first_of,
    fold,
)
from scopecheck.report.known_gaps import is_excused
from scopecheck.report.words import counted


@dataclass(frozen=True)
class Boxes:
    """Scopes to select under one heading of the key screen, or permissions to turn on."""

    section: str
    """The heading; empty for permissions."""
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Action:
    """One thing to do about one cause."""

    cause: str
    what: str
    """What to do."""
    boxes: tuple[Boxes, ...] = ()
    """What to select, between `what` and `then`."""
    then: str = ""
    """What to do after that."""
    scopes: tuple[str, ...] = ()
    """The scopes that it fixes."""
    checks: tuple[KeyCheck, ...] = ()
    """The key checks that it fixes."""
    names: tuple[str, ...] = ()
    """The scopes by this Canvas's names, as far as these are known."""
    also: tuple[str, ...] = ()
    """Other causes that it does away with."""


def actions(profile: Profile, run: RunResult, excused: Collection[str] = ()) -> list[Action]:
    """What to do about everything that is wrong and not excused."""
    wrong = _by_remedy(profile, run, excused)
    foreign = first_of(wrong, FOREIGN)
    fold(wrong, run)
    in_order = sorted(wrong.items(), key=lambda item: _place(*item[0]))
    steps = [_action(profile, run, group, entry, excused) for group, entry in in_order]
    if foreign and steps[0].cause in ABOUT_THE_KEY:
        steps[0] = replace(steps[0], what=f"{_which_key(run)} {steps[0].what}")
    return steps


def _place(cause: str, how: str | Kind) -> int:
    if how == causes.COPY_SECRET:
        # Without the right secret nobody gets a token, as most changes of the key require.
        return PLACE[causes.ENVIRONMENT_RESET.slug]
    return PLACE.get(cause, len(PLACE))


def _by_remedy(profile: Profile, run: RunResult, excused: Collection[str]) -> Groups:
    wrong: Groups = {}
    for result in _wrong_results(profile, run, excused):
        entry = wrong.setdefault(_group(profile, run, result), Wrong(result.remedy or result.message))
        if isinstance(result, ScopeResult):
            entry.scopes.append(result.scope)
            entry.refused_in.update(dict.fromkeys(result.refused_in))
        else:
            entry.checks.append(result.check)
    return wrong


def _which_key(run: RunResult) -> str:
    """What comes before a change of the key if another one issued the token: perhaps that one is the integration's."""
    return (
        f"The token was issued through another key than {run.named.key}. If that is not the integration's key, set "
        "CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the one that is, and run again. If it is, go on."
    )


def _group(profile: Profile, run: RunResult, result: KeyResult | ScopeResult) -> Group:
    """Results of one group are one action: scopes to select and permissions to turn on, though each names its own."""
    cause = result.cause or ""
    if cause in {SELECTING, ENFORCING}:
        return cause, ""
    if cause == USER_LACKS_PERMISSION.slug:
        kind: Kind | None = Kind.ADMINISTRATOR if run.rights.administers_nothing else Kind.PERMISSION
        if isinstance(result, ScopeResult):
            kind = kind_for(profile, run.rights, result.scope, result.refused_in)
        elif result.check is KeyCheck.INCLUDES_ALLOWED:
            kind = kind_for(profile, run.rights, LISTS_COURSES)
        return cause, kind or result.remedy or result.message
    return cause, result.remedy or result.message


def _allowing(profile: Profile, run: RunResult, kind: Kind, entry: Wrong) -> Action:
    """All permissions to turn on for the user's role."""
    scopes = [*entry.scopes, *([LISTS_COURSES] if KeyCheck.INCLUDES_ALLOWED in entry.checks else ())]
    fix = role_fix(
        kind, profile, run.rights, scopes, list(entry.refused_in), unneeded=KeyCheck.USER_ADMINISTERS in entry.checks
    )
    boxes = (Boxes("", tuple(Box("", name) for name in fix.boxes)),) if fix.boxes else ()
    what = f"{fix.what}. {fix.needs}" if fix.needs else fix.what
    return Action(
        USER_LACKS_PERMISSION.slug,
        f"{what}:" if boxes else f"{what}.",
        boxes,
        WAIT if boxes else "",
        tuple(entry.scopes),
        tuple(entry.checks),
        _names_here(run, entry.scopes),
    )


def _names_here(run: RunResult, scopes: Collection[str]) -> tuple[str, ...]:
    """The scopes by this Canvas's names, as far as these are known."""
    return tuple(run.names.get(scope) or scope for scope in scopes)


def _wrong_results(profile: Profile, run: RunResult, excused: Collection[str]) -> Iterator[KeyResult | ScopeResult]:
    order = [str(requirement.scope) for requirement in profile.requirements]
    checks = [check for check in run.key if check.verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED}]
    yield from (check for check in checks if not is_excused(check, run, excused))
    wrong = [r for r in run.scopes if r.verdict is not Verdict.GRANTED and r.scope not in excused]
    yield from sorted(wrong, key=lambda result: order.index(result.scope))


def _action(profile: Profile, run: RunResult, group: Group, entry: Wrong, excused: Collection[str]) -> Action:
    cause, how = group
    if isinstance(how, Kind):
        return _allowing(profile, run, how, entry)
    found = Action(
        cause,
        entry.remedy,
        scopes=tuple(entry.scopes),
        checks=tuple(entry.checks),
        names=_names_here(run, entry.scopes),
        also=tuple(dict.fromkeys(entry.also)),
    )
    selects = cause in {SELECTING, ENFORCING} and SELECTING in {cause, *entry.also}
    return _selecting(profile, run, found, excused) if selects else found


def _selecting(profile: Profile, run: RunResult, found: Action, excused: Collection[str]) -> Action:
    """With all scopes to select; the preflight may know of more than the tested endpoints."""
    refused = {result.scope for result in run.scopes if result.cause == SELECTING}
    lacking = {*refused, *((run.missing_on_key or ()) if found.checks else ())} - set(excused)
    lacking = {scope for scope in lacking if not has_no_box(scope, run.names)}
    rows = [requirement for requirement in profile.requirements if str(requirement.scope) in lacking]
    if not rows:
        return found
    boxes = tuple(
        Boxes(section, tuple(box(str(row.scope), run.names) for row in group))
        for section, group in groupby(rows, key=lambda row: row.section)
    )
    edit = EDIT_KEY.format(key=run.named.key)
    enforce = ": turn Enforce Scopes on" if found.cause == ENFORCING else ""
    scopes = tuple(dict.fromkeys([*(str(row.scope) for row in rows), *found.scopes]))
    return replace(
        found,
        what=f"{edit}{enforce}, and select {counted(len(rows), 'scope')}:",
        boxes=boxes,
        then=f"Save. {AUTHORIZE_AGAIN}.".format_map(run.named.words),
        scopes=scopes,
        names=tuple(box(scope, run.names).name for scope in scopes),
    )
