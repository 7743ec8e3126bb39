"""The words and signs that every report uses for verdicts and checks: never color alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scopecheck.installation import CLI
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict


class Tone(StrEnum):
    """How good or bad something is, for reports to color."""

    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sign:
    """A word, the sign in front of it, and its tone."""

    sign: str
    word: str
    tone: Tone


VERDICTS: Final = {
    Verdict.GRANTED: Sign("✓", "granted", Tone.GOOD),
    Verdict.MISSING: Sign("✗", "missing", Tone.BAD),
    Verdict.MISCONFIGURED: Sign("!", "misconfigured", Tone.WARN),
    Verdict.UNPROVED: Sign("?", "unproved", Tone.UNKNOWN),
}
NOT_TESTED: Final = Sign("–", "not tested", Tone.UNKNOWN)
"""A scope of the profile for which the run has no verdict."""

CHECKS: Final = {
    CheckVerdict.OK: Sign("✓", "ok", Tone.GOOD),
    CheckVerdict.FAILED: Sign("✗", "failed", Tone.BAD),
    CheckVerdict.UNPROVED: Sign("?", "unproved", Tone.UNKNOWN),
    CheckVerdict.NOT_CHECKED: Sign("–", "not checked", Tone.UNKNOWN),
}
CHECK_TITLES: Final = {
    KeyCheck.KEY_KNOWN: "Canvas knows the key",
    KeyCheck.REDIRECT_URI: "The redirect URI is on the key",
    KeyCheck.KEY_ON: "The key is switched on",
    KeyCheck.SCOPES_ON_KEY: "The key has all scopes",
    KeyCheck.SCOPES_ENFORCED: "Scopes are enforced",
    KeyCheck.TOKEN_ALIVE: "The token is valid",
    KeyCheck.TOKEN_FROM_KEY: "The token was issued through this key",
    KeyCheck.INCLUDES_ALLOWED: "Include parameters are allowed",
    KeyCheck.USER_ADMINISTERS: "The user has an administrator's role",
}


def shown_time(stamp: str) -> str:
    """`2026-01-01 00:00:00 UTC`, of a time as reports have it."""
    return stamp.replace("T", " ").replace("Z", " UTC")


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 scope`, `2 scopes`."""
    return f"{number} {singular if number == 1 else plural or f'{singular}s'}"


UNSETTLED: Final = (
    "May still take effect, because Canvas has not answered a request for it. Run again in two minutes, or run "
    f"`{CLI} restore`: either looks again, and undoes it if need be."
)
"""What is said of changes that are not settled."""
