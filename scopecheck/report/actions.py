"""What to do: each remedy once, with all that it fixes, in the order of Canvas's screens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from scopecheck.canvas.scope_names import Box, box, has_no_box
from scopecheck.key.role_fix import WAIT, Kind, kind_for, role_fix
from scopecheck.model import causes
from scopecheck.model.causes import AUTHORIZE_AGAIN, EDIT_KEY, SCOPE_MISSING_ON_KEY, USER_LACKS_PERMISSION
from scopecheck.model.profile import Profile
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, RunResult, ScopeResult, Verdict
from scopecheck.report.known_gaps import is_excused
from scopecheck.report.words import counted

IN_ORDER: Final = (
    # Is this the right Canvas, and does it answer?
    causes.CERTIFICATE_REFUSED,
    causes.BASE_URL_REDIRECTS,
    causes.FIREWALL,
    causes.AUTHORIZATION_LOST,
    causes.NOT_CANVAS_ANSWERING,
    causes.RUN_OUT_OF_TIME,
    causes.KEY_UNKNOWN_HERE,
    causes.KEY_INACTIVE,
    causes.ENVIRONMENT_RESET,
    causes.WRONG_KIND_OF_KEY,
    # The key screen, from top to bottom; State is in the list behind it.
    causes.REDIRECT_URI_MALFORMED,
    causes.REDIRECT_URI_MISMATCH,
    causes.SCOPES_NOT_ENFORCED,
    causes.SCOPES_SENT_TO_UNSCOPED_KEY,
    causes.INCLUDES_NOT_ALLOWED,
    causes.SCOPE_MISSING_ON_KEY,
    causes.SCOPE_NAME_STALE,
    causes.NO_HARMLESS_PROBE,
    causes.KEY_OFF,
    # The token.
    causes.TOKEN_FROM_ANOTHER_KEY,
    causes.TOKEN_KILLED,
    causes.TOKEN_POLICY,
    causes.TOKEN_EXPIRED,
    causes.REFRESH_FAILED,
    causes.TOKEN_NOT_REAUTHORIZED,
    # The user, the course, the run.
    causes.ACCOUNT_NOT_FOUND,
    causes.COURSE_NOT_FOUND,
    causes.USER_LACKS_PERMISSION,
    causes.WRITE_WITHOUT_EFFECT,
    causes.FEATURE_OFF,
    causes.REFUSED_BY_CANVAS,
    causes.SANDBOX_UNFIT,
    causes.LOOKUP_BEFORE_SCOPE,
    causes.REFUSED_IN_UNKNOWN_WORDS,
    causes.THROTTLED,
    causes.UNEXPECTED_ANSWER,
    causes.WORKER_CRASHED,
)
"""All causes, in the order in which an administrator handles them."""

_PLACE: Final = {cause.slug: place for place, cause in enumerate(IN_ORDER)}


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


@dataclass
class _Wrong:
    """Results that one remedy fixes."""

    scopes: list[str] = field(default_factory=list)
    checks: list[KeyCheck] = field(default_factory=list)


def actions(profile: Profile, run: RunResult, excused: Collection[str] = ()) -> list[Action]:
    """What to do about everything that is wrong and not excused."""
    wrong: dict[_Group, _Wrong] = {}
    for result in _wrong_results(profile, run, excused):
        entry = wrong.setdefault(_group(profile, run, result), _Wrong())
        if isinstance(result, ScopeResult):
            entry.scopes.append(result.scope)
        else:
            entry.checks.append(result.check)
    in_order = sorted(wrong.items(), key=lambda item: _PLACE.get(item[0][0], len(_PLACE)))
    return [_action(profile, run, group, entry, excused) for group, entry in in_order]


_Group: TypeAlias = tuple[str, str | Kind]
"""A cause, and its remedy or the way to the rights that are lacking."""


def _group(profile: Profile, run: RunResult, result: KeyResult | ScopeResult) -> _Group:
    """Results of one group are one action: scopes to select and permissions to turn on, though each names its own."""
    cause = result.cause or ""
    if cause == SCOPE_MISSING_ON_KEY.slug:
        return cause, ""
    if cause == USER_LACKS_PERMISSION.slug:
        kind: Kind | None = Kind.ADMINISTRATOR if run.standing.administers_nothing else Kind.PERMISSION
        if isinstance(result, ScopeResult):
            kind = kind_for(profile, run.standing, result.scope)
        return cause, kind or result.remedy or result.message
    return cause, result.remedy or result.message


def _action(profile: Profile, run: RunResult, group: _Group, entry: _Wrong, excused: Collection[str]) -> Action:
    cause, how = group
    if cause == SCOPE_MISSING_ON_KEY.slug:
        return _selecting(profile, run, entry, excused)
    if isinstance(how, Kind):
        return _allowing(profile, run, how, entry)
    names = tuple(run.names.get(scope) or scope for scope in entry.scopes)
    return Action(cause, how, scopes=tuple(entry.scopes), checks=tuple(entry.checks), names=names)


def _allowing(profile: Profile, run: RunResult, kind: Kind, entry: _Wrong) -> Action:
    """All permissions to turn on for the user's role."""
    fix = role_fix(kind, profile, run.standing, entry.scopes, unneeded=bool(entry.checks))
    return Action(
        USER_LACKS_PERMISSION.slug,
        f"{fix.what}. {fix.needs}:" if fix.needs else f"{fix.what}:",
        (Boxes("", tuple(Box("", name) for name in fix.boxes)),),
        WAIT,
        tuple(entry.scopes),
        tuple(entry.checks),
        tuple(run.names.get(scope) or scope for scope in entry.scopes),
    )


def _wrong_results(profile: Profile, run: RunResult, excused: Collection[str]) -> Iterator[KeyResult | ScopeResult]:
    order = [str(requirement.scope) for requirement in profile.requirements]
    checks = [check for check in run.key if check.verdict in {CheckVerdict.FAILED, CheckVerdict.UNPROVED}]
    yield from (check for check in checks if not is_excused(check, run, excused))
    wrong = [r for r in run.scopes if r.verdict is not Verdict.GRANTED and r.scope not in excused]
    yield from sorted(wrong, key=lambda result: order.index(result.scope))


def _selecting(profile: Profile, run: RunResult, entry: _Wrong, excused: Collection[str]) -> Action:
    """All scopes to select; the preflight may know of more than the tested endpoints."""
    lacking = {*entry.scopes, *((run.missing_on_key or ()) if entry.checks else ())} - set(excused)
    lacking = {scope for scope in lacking if not has_no_box(scope, run.names)}
    rows = [requirement for requirement in profile.requirements if str(requirement.scope) in lacking]
    boxes = tuple(
        Boxes(section, tuple(box(str(row.scope), run.names) for row in group))
        for section, group in groupby(rows, key=lambda row: row.section)
    )
    edit = EDIT_KEY.format(key=profile.title)
    return Action(
        SCOPE_MISSING_ON_KEY.slug,
        f"{edit}, and select {counted(len(rows), 'scope')}:",
        boxes,
        f"Save, {AUTHORIZE_AGAIN}.",
        tuple(str(row.scope) for row in rows),
        tuple(entry.checks),
        tuple(each.name for group in boxes for each in group.boxes),
    )
