"""What to do: each remedy once, with all that it fixes, in the order of Canvas's screens."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, TypeAlias

from scopecheck.canvas.scope_names import Box, box, has_no_box
from scopecheck.key.includes_check import LISTS_COURSES
from scopecheck.key.role_fix import WAIT, Kind, kind_for, role_fix
from scopecheck.model import causes
from scopecheck.model.causes import AUTHORIZE_AGAIN, EDIT_KEY, SCOPE_MISSING_ON_KEY, USER_LACKS_PERMISSION, Cause
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
    # The list of keys, then the key screen, from top to bottom. Nobody can authorize while the key is off.
    causes.KEY_OFF,
    causes.REDIRECT_URI_MALFORMED,
    causes.REDIRECT_URI_MISMATCH,
    causes.SCOPES_NOT_ENFORCED,
    causes.SCOPES_SENT_TO_UNSCOPED_KEY,
    causes.INCLUDES_NOT_ALLOWED,
    causes.SCOPE_MISSING_ON_KEY,
    causes.SCOPE_NAME_STALE,
    causes.NO_HARMLESS_PROBE,
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
    causes.CONTRADICTING_ANSWERS,
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
    also: tuple[str, ...] = ()
    """Other causes that it does away with."""


@dataclass
class _Wrong:
    """Results that one remedy fixes."""

    remedy: str
    scopes: list[str] = field(default_factory=list)
    checks: list[KeyCheck] = field(default_factory=list)
    refused_in: dict[str, None] = field(default_factory=dict)
    """The live courses in which the scopes were refused, in order."""
    also: list[str] = field(default_factory=list)

    def take(self, cause: str, other: _Wrong) -> None:
        """Fix what another remedy would fix, too."""
        self.scopes += other.scopes
        self.checks += other.checks
        self.also += [cause, *other.also]


_Group: TypeAlias = tuple[str, str | Kind]
"""A cause, and its remedy or the way to the rights that are lacking, where it has several."""
_Groups: TypeAlias = dict[_Group, _Wrong]


def _slugs(*found: Cause) -> frozenset[str]:
    return frozenset(cause.slug for cause in found)


_SELECTING: Final = SCOPE_MISSING_ON_KEY.slug
_ENFORCING: Final = causes.SCOPES_NOT_ENFORCED.slug
_FOREIGN: Final = causes.TOKEN_FROM_ANOTHER_KEY.slug
_ENDS_IN_A_NEW_TOKEN: Final = (causes.WRONG_KIND_OF_KEY.slug, _ENFORCING, _SELECTING)
"""Whoever does one of these steps has authorized again, at this Canvas and through this key, when it is done."""

_A_NEW_TOKEN_MENDS: Final = _slugs(
    causes.TOKEN_FROM_ANOTHER_KEY,
    causes.TOKEN_KILLED,
    causes.TOKEN_POLICY,
    causes.TOKEN_EXPIRED,
    causes.TOKEN_NOT_REAUTHORIZED,
    causes.SCOPES_SENT_TO_UNSCOPED_KEY,
)
_ABOUT_THE_KEY: Final = _slugs(
    causes.KEY_INACTIVE,
    causes.REDIRECT_URI_MALFORMED,
    causes.REDIRECT_URI_MISMATCH,
    causes.SCOPES_NOT_ENFORCED,
    causes.INCLUDES_NOT_ALLOWED,
    causes.SCOPE_MISSING_ON_KEY,
    causes.KEY_OFF,
)
_OF_NO_INTEREST: Final = _ABOUT_THE_KEY | _slugs(causes.WRONG_KIND_OF_KEY)
"""What is wrong with a key, and is of no interest if it is not the integration's."""


def actions(profile: Profile, run: RunResult, excused: Collection[str] = ()) -> list[Action]:
    """What to do about everything that is wrong and not excused."""
    wrong = _by_remedy(profile, run, excused)
    foreign = any(cause == _FOREIGN for cause, _ in wrong)
    if run.token_limited:
        _fold_into_which_key(wrong)
    _fold(wrong)
    in_order = sorted(wrong.items(), key=lambda item: _place(*item[0]))
    steps = [_action(profile, run, group, entry, excused) for group, entry in in_order]
    if foreign and steps[0].cause in _ABOUT_THE_KEY:
        steps[0] = replace(steps[0], what=f"{_which_key(run)} {steps[0].what}")
    return steps


def _place(cause: str, how: str | Kind) -> int:
    if how == causes.COPY_SECRET:
        # Without the right secret nobody gets a token, as most changes of the key require.
        return _PLACE[causes.ENVIRONMENT_RESET.slug]
    return _PLACE.get(cause, len(_PLACE))


def _by_remedy(profile: Profile, run: RunResult, excused: Collection[str]) -> _Groups:
    wrong: _Groups = {}
    for result in _wrong_results(profile, run, excused):
        entry = wrong.setdefault(_group(profile, run, result), _Wrong(result.remedy or result.message))
        if isinstance(result, ScopeResult):
            entry.scopes.append(result.scope)
            entry.refused_in.update(dict.fromkeys(result.refused_in))
        else:
            entry.checks.append(result.check)
    return wrong


def _fold(wrong: _Groups) -> None:
    """Say once what one visit to the key screen and one authorization mend together."""
    enforcing, selecting = wrong.get((_ENFORCING, "")), wrong.get((_SELECTING, ""))
    if enforcing and selecting:
        enforcing.take(_SELECTING, wrong.pop((_SELECTING, "")))
    joining, leaving_out = (wrong.get((USER_LACKS_PERMISSION.slug, how)) for how in (Kind.ADMINISTRATOR, Kind.OUTSIDE))
    if joining and leaving_out:
        joining.scopes += wrong.pop((USER_LACKS_PERMISSION.slug, Kind.OUTSIDE)).scopes
    renewing = next((entry for (cause, _), entry in wrong.items() if cause in _ENDS_IN_A_NEW_TOKEN), None)
    for cause, remedy in list(wrong) if renewing else ():
        if renewing and cause in _A_NEW_TOKEN_MENDS:
            renewing.take(cause, wrong.pop((cause, remedy)))


def _fold_into_which_key(wrong: _Groups) -> None:
    """Ask only which key is the integration's, if another one that enforces scopes issued the token.

    That one most likely is; nobody ought to mend the key of CANVAS_CLIENT_ID before that is known.
    """
    comparing = next((entry for (cause, _), entry in wrong.items() if cause == _FOREIGN), None)
    for cause, remedy in list(wrong) if comparing else ():
        if comparing and cause in _OF_NO_INTEREST:
            comparing.take(cause, wrong.pop((cause, remedy)))


def _which_key(run: RunResult) -> str:
    """What comes before a change of the key if another one issued the token: perhaps that one is the integration's."""
    return (
        f"The token was issued through another key than {run.named.key}. If that is not the integration's key, set "
        "CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the one that is, and run again. If it is, go on."
    )


def _group(profile: Profile, run: RunResult, result: KeyResult | ScopeResult) -> _Group:
    """Results of one group are one action: scopes to select and permissions to turn on, though each names its own."""
    cause = result.cause or ""
    if cause in {_SELECTING, _ENFORCING}:
        return cause, ""
    if cause == USER_LACKS_PERMISSION.slug:
        kind: Kind | None = Kind.ADMINISTRATOR if run.rights.administers_nothing else Kind.PERMISSION
        if isinstance(result, ScopeResult):
            kind = kind_for(profile, run.rights, result.scope, result.refused_in)
        elif result.check is KeyCheck.INCLUDES_ALLOWED:
            kind = kind_for(profile, run.rights, LISTS_COURSES)
        return cause, kind or result.remedy or result.message
    return cause, result.remedy or result.message


def _allowing(profile: Profile, run: RunResult, kind: Kind, entry: _Wrong) -> Action:
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


def _action(profile: Profile, run: RunResult, group: _Group, entry: _Wrong, excused: Collection[str]) -> Action:
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
    selects = _SELECTING in {cause, *entry.also} and cause != _FOREIGN
    return _selecting(profile, run, found, excused) if selects else found


def _selecting(profile: Profile, run: RunResult, found: Action, excused: Collection[str]) -> Action:
    """With all scopes to select; the preflight may know of more than the tested endpoints."""
    refused = {result.scope for result in run.scopes if result.cause == _SELECTING}
    lacking = {*refused, *((run.missing_on_key or ()) if found.checks else ())} - set(excused)
    lacking = {scope for scope in lacking if not has_no_box(scope, run.names)}
    rows = [requirement for requirement in profile.requirements if str(requirement.scope) in lacking]
    boxes = tuple(
        Boxes(section, tuple(box(str(row.scope), run.names) for row in group))
        for section, group in groupby(rows, key=lambda row: row.section)
    )
    edit = EDIT_KEY.format(key=run.named.key)
    enforce = ": turn Enforce Scopes on" if found.cause == _ENFORCING else ""
    return replace(
        found,
        what=f"{edit}{enforce}, and select {counted(len(rows), 'scope')}:",
        boxes=boxes,
        then=f"Save. {AUTHORIZE_AGAIN}.".format_map(run.named.words),
        scopes=tuple(dict.fromkeys([*(str(row.scope) for row in rows), *found.scopes])),
        names=tuple(each.name for group in boxes for each in group.boxes),
    )
