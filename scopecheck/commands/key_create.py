"""`key create`: make a key, keep its ID and secret in `.env`, and switch it on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Final

from scopecheck.administration.key_changes import Outcome, repair
from scopecheck.administration.key_creation import MadeKey, make_key, require_new
from scopecheck.administration.key_found import KeyNotDone, called, read_scopes
from scopecheck.administration.key_plan import CONSENT, ScopesHere, Wish, plan_key
from scopecheck.administration.key_redirect import how_to_give
from scopecheck.administration.key_writing import require_record_can_be_kept
from scopecheck.commands.command import Say, confirmed
from scopecheck.commands.key_env import ID, NOT_SHOWN, SECRET, URI, keep_key, may_replace, require_keepable
from scopecheck.commands.key_text import failure_text, outcome_text, plan_text
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient


def create(admin: CanvasClient, settings: Settings, wish: Wish, options: Namespace, say: Say) -> ExitCode:
    """Show what is made, ask, make it, keep it, and switch it on. Raises SettingsError and KeyNotDone."""
    name = name_of(options.name, wish)
    require_uri(wish)
    require_new(admin, name)
    here = read_scopes(admin)
    path: Path | None = None if options.to_stdout else options.root / ".env"
    say(clean(f"Key {name} on {admin.base_url}, as {wish.profile.title} requires it:"))
    for line in plan_text(plan_key(wish, here), wish, None):
        say(line)
    if not _agreed(path, options, say):
        say("Nothing was done.")
        return ExitCode.INTERRUPTED
    done = make_and_keep(admin, settings, wish, here, name, path, say)
    return ExitCode.OK if done else ExitCode.NOT_CONFORMANT


def make_and_keep(
    admin: CanvasClient, settings: Settings, wish: Wish, here: ScopesHere, name: str, path: Path | None, say: Say
) -> bool:
    """Make the key, keep it in `.env` (or print its secret), switch it on, and say so; whether all of it succeeded.

    Raises SettingsError and KeyNotDone if no key was made.
    """
    require_record_can_be_kept(settings.reports)
    if path is not None:
        require_keepable(path)
    made = make_key(admin, name, wish, here)
    say(clean(f"\nCreated {called(made.key)}."))
    kept = _print(made, say) if path is None else keep_key(_for_env(made, wish), path, say, is_new=True)
    try:
        plan = plan_key(wish, here)
        outcome = repair(admin, made.key, wish, here, settings.reports, agreed=plan.changes, consent=CONSENT)
    except (KeyNotDone, SettingsError) as error:
        say(f"The key is still off.\n{failure_text(error)}")
        say(_rest(made))
        return False
    return _finished(made, outcome, wish, say) and kept


_LONGEST_NAME: Final = 255
"""Characters that the column holds (developer_keys.name)."""


def require_uri(wish: Wish) -> None:
    """Raises SettingsError if no redirect URI is known for a new key."""
    if wish.redirect_uri is None:
        raise SettingsError([f"A key needs a redirect URI; give it with {how_to_give(wish.profile)}."])


def name_of(given: str | None, wish: Wish) -> str:
    """What the key is called. Raises SettingsError for what is no name."""
    name = " ".join((given or wish.profile.title).split())
    if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SettingsError([f"--name is {name!r}; write a name that can be shown in Canvas's list of keys."])
    return name


def _agreed(path: Path | None, options: Namespace, say: Say) -> bool:
    """Ask, and first of all about another key in `.env`, which --yes does not cover: its secret cannot be had again."""
    if path is not None and not may_replace(path, None, say):
        return False
    if options.yes:
        return True
    writes = "print its secret" if path is None else f"write its ID, secret and redirect URI to {path}"
    return confirmed(clean(f"\nMake this key, switch it on, and {writes}?"), say)


def _print(made: MadeKey, say: Say) -> bool:
    if made.secret is None:
        say(NOT_SHOWN)
        return False
    print(made.secret.reveal())
    return True


def _for_env(made: MadeKey, wish: Wish) -> dict[str, str]:
    secret = made.secret.reveal() if made.secret else ""
    return {ID: str(made.key.record.key_id), SECRET: secret, URI: str(wish.redirect_uri)}


def _rest(made: MadeKey) -> str:
    return f"To do the rest: {CLI} key repair --switch-on --key {made.key.record.key_id}"


def _finished(made: MadeKey, outcome: Outcome, wish: Wish, say: Say) -> bool:
    """Say what became of the key; whether it is all right."""
    if outcome.all_right:
        say("The key was read back: it is on, and has all that the profile requires.")
        return True
    if not outcome.after.record.on:
        say("The key is still off.")
    for line in outcome_text(outcome, wish):
        say(line)
    say(_rest(made))
    return False
