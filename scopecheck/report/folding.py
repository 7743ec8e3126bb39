"""Which remedies are one step: what one visit to a screen mends together, and what waits until the key is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from scopecheck.key.role_fix import Kind
from scopecheck.model import causes
from scopecheck.model.causes import Cause
from scopecheck.model.verdict import CheckVerdict, KeyCheck, RunResult


@dataclass
class Wrong:
    """Results that one remedy fixes."""

    remedy: str
    scopes: list[str] = field(default_factory=list)
    checks: list[KeyCheck] = field(default_factory=list)
    refused_in: dict[str, None] = field(default_factory=dict)
    """The live courses in which the scopes were refused, in order."""
    also: list[str] = field(default_factory=list)
    """Other causes that it does away with."""

    def take(self, cause: str, other: Wrong) -> None:
        """Fix what another remedy would fix, too."""
        self.scopes += other.scopes
        self.checks += other.checks
        self.also += [cause, *other.also]


Group: TypeAlias = tuple[str, str | Kind]
"""A cause, and its remedy or the way to the rights that are lacking, where it has several."""
Groups: TypeAlias = dict[Group, Wrong]


def _slugs(*found: Cause) -> frozenset[str]:
    return frozenset(cause.slug for cause in found)


SELECTING: Final = causes.SCOPE_MISSING_ON_KEY.slug
ENFORCING: Final = causes.SCOPES_NOT_ENFORCED.slug
_LACKING: Final = causes.USER_LACKS_PERMISSION.slug
_CALLBACK: Final = causes.REDIRECT_URI_MISMATCH.slug
FOREIGN: Final = causes.TOKEN_FROM_ANOTHER_KEY.slug
_ENDS_IN_A_NEW_TOKEN: Final = (causes.WRONG_KIND_OF_KEY.slug, ENFORCING, SELECTING)
"""Whoever does one of these steps has authorized again, at this Canvas and through this key, when it is done."""

_A_NEW_TOKEN_MENDS: Final = _slugs(
    causes.TOKEN_FROM_ANOTHER_KEY,
    causes.TOKEN_KILLED,
    causes.TOKEN_POLICY,
    causes.TOKEN_EXPIRED,
    causes.TOKEN_NOT_REAUTHORIZED,
    causes.TOKEN_USER_UNNAMED,
    causes.SCOPES_SENT_TO_UNSCOPED_KEY,
)
ABOUT_THE_KEY: Final = _slugs(
    causes.KEY_INACTIVE,
    causes.REDIRECT_URI_MALFORMED,
    causes.REDIRECT_URI_MISMATCH,
    causes.SCOPES_NOT_ENFORCED,
    causes.INCLUDES_NOT_ALLOWED,
    causes.SCOPE_MISSING_ON_KEY,
    causes.KEY_OFF,
)
_OF_NO_INTEREST: Final = ABOUT_THE_KEY | _slugs(causes.WRONG_KIND_OF_KEY)
"""What is wrong with a key, and is of no interest if it is not the integration's."""

_WAITS_FOR_THE_KEY: Final = _OF_NO_INTEREST | _A_NEW_TOKEN_MENDS | _slugs(causes.REFRESH_FAILED)
"""What is of no interest, and what cannot be done: nobody authorizes through a key that is to be another."""


def fold(wrong: Groups, run: RunResult) -> None:
    """Make one step of what is one; if the key may be the wrong one, ask that before anything of it is changed."""
    foreign, callback = first_of(wrong, FOREIGN), first_of(wrong, _CALLBACK)
    if foreign and run.token_limited:
        # A key that enforces scopes issued the token: most likely that one is the integration's.
        _take(wrong, foreign, _OF_NO_INTEREST)
    elif callback and not foreign and _seems_foreign(run):
        callback.remedy = _whose_key(run)
        _take(wrong, callback, _WAITS_FOR_THE_KEY)
    _fold_visits(wrong)


def first_of(wrong: Groups, *slugs: str) -> Wrong | None:
    """What the first remedy of one of these causes fixes; None if there is none."""
    return next((entry for (cause, _), entry in wrong.items() if cause in slugs), None)


def _take(wrong: Groups, step: Wrong, slugs: Collection[str]) -> None:
    """Let this step do away with all that has one of these causes."""
    for group in [each for each, entry in wrong.items() if each[0] in slugs and entry is not step]:
        step.take(group[0], wrong.pop(group))


def _seems_foreign(run: RunResult) -> bool:
    """Whether the key lacks most of the scopes, and no token shows that it is the integration's."""
    issued = any(check.check is KeyCheck.TOKEN_FROM_KEY and check.verdict is CheckVerdict.OK for check in run.key)
    return not issued and 2 * len(run.missing_on_key or ()) > run.expected


def _whose_key(run: RunResult) -> str:
    """The step for a key on which nearly everything is missing, the redirect URI included."""
    key, lacking = run.named.key, len(run.missing_on_key or ())
    return (
        f"CANVAS_REDIRECT_URI and {lacking} of {run.expected} scopes are missing on {key}, so most likely it is "
        "another integration's. If that is not the integration's key, set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET "
        "to the one that is, and run again. If it is, go on. "
        f"{causes.PASTE_CALLBACK.format(key=key)}, save, and run again."
    )


def _fold_visits(wrong: Groups) -> None:
    """Say once what one visit to the key screen and one authorization mend together."""
    enforcing, selecting = wrong.get((ENFORCING, "")), wrong.get((SELECTING, ""))
    if enforcing and selecting:
        enforcing.take(SELECTING, wrong.pop((SELECTING, "")))
    joining, leaving_out = (wrong.get((_LACKING, how)) for how in (Kind.ADMINISTRATOR, Kind.OUTSIDE))
    if joining and leaving_out:
        joining.scopes += wrong.pop((_LACKING, Kind.OUTSIDE)).scopes
    renewing = first_of(wrong, *_ENDS_IN_A_NEW_TOKEN)
    if renewing:
        _take(wrong, renewing, _A_NEW_TOKEN_MENDS)
