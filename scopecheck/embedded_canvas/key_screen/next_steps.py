"""What to do next: from the key as it is to a run that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scopecheck.embedded_canvas.keys import is_on, is_usable
from scopecheck.embedded_canvas.records import DeveloperKey


@dataclass(frozen=True)
class Commands:
    """What the reader types in a terminal."""

    authorize: str
    """Gets a token through the key."""
    run: str
    """Judges every scope of the integration."""
    make: str
    """Makes a key."""
    without_missing: str
    """The option with which `authorize` leaves out what the key lacks: Canvas grants all that is asked, or nothing."""


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    text: str
    command: str = ""
    scopes: tuple[str, ...] = ()
    """The scopes that it is about."""


def next_steps(
    key: DeveloperKey, wanted: Sequence[str], working: Sequence[Sequence[str]], commands: Commands
) -> list[Step]:
    """The steps, in order. `working` has for each token that works which of the wanted scopes it lacks."""
    if key.is_lti_key:
        return [Step("Use an API key: an LTI key has no API scope, so no integration of this kind can work with it.")]
    if not is_usable(key):
        return [Step("Have the key activated, through Canvas's API: it is inactive, and Canvas treats it as unknown.")]
    if not is_on(key):
        return [
            Step("Turn the key on, and save: while it is off, Canvas refuses its tokens and lets nobody authorize.")
        ]
    off_key = [scope for scope in wanted if scope not in key.scopes] if key.require_scopes else []
    if len(off_key) == len(wanted) > 0:
        return [Step("Check some boxes, and save: a key that enforces scopes and has none lets nobody authorize.")]
    return [*_authorizing(off_key, working, commands), _running(key, off_key, commands)]


def _authorizing(off_key: Sequence[str], working: Sequence[Sequence[str]], commands: Commands) -> list[Step]:
    """Authorizing, where no token works or none has all that the key has."""
    late = min(([scope for scope in lacks if scope not in off_key] for lacks in working), key=len, default=None)
    if late == []:
        return []
    command = f"{commands.authorize} {commands.without_missing}" if off_key else commands.authorize
    why = "no token of this key works" if late is None else "the token lacks what was put on the key since"
    who = (
        "Log in as the integration's user, ally, or ally-bot if setup made it: in this demonstration, each user's "
        "password is the user name."
    )
    return [Step(f"Authorize again: {why}. {who}", command, tuple(late or ()))]


def _running(key: DeveloperKey, off_key: Sequence[str], commands: Commands) -> Step:
    if not key.require_scopes:
        return Step("Run the check: it says that scopes are not enforced.", commands.run)
    if not off_key:
        return Step("Run the check: the key has all the scopes that the integration needs.", commands.run)
    these = "this scope is" if len(off_key) == 1 else f"these {len(off_key)} scopes are"
    return Step(f"Run the check: {these} red.", commands.run, tuple(off_key))
