"""`key create`: make a key, keep its ID and secret in `.env`, and switch it on."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Final

from scopecheck.administration.key_changes import Outcome, repair
from scopecheck.administration.key_creation import MadeKey, make_key, require_new
from scopecheck.administration.key_found import KeyNotDone, called, read_scopes
from scopecheck.administration.key_plan import CONSENT, Wish, plan_key
from scopecheck.administration.key_redirect import how_to_give
from scopecheck.commands.command import Say, confirmed, warn_if_overridden
from scopecheck.commands.key_text import failure_text, outcome_text, plan_text
from scopecheck.config.env_file import store_settings
from scopecheck.config.env_text import EnvFileError, read_env_file
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

_WRITTEN: Final = ("CANVAS_CLIENT_ID", "CANVAS_CLIENT_SECRET", "CANVAS_REDIRECT_URI")
_TOKENS: Final = ("CANVAS_REFRESH_TOKEN", "CANVAS_ACCESS_TOKEN")
"""What belongs to one key, and not to the next."""


def create(admin: CanvasClient, settings: Settings, wish: Wish, options: Namespace, say: Say) -> ExitCode:
    """Show what is made, ask, make it, keep it, and switch it on. Raises SettingsError and KeyNotDone."""
    name = _name(options, wish)
    if wish.redirect_uri is None:
        raise SettingsError([f"A key needs a redirect URI; give it with {how_to_give(wish.profile)}."])
    require_new(admin, name)
    here = read_scopes(admin)
    plan = plan_key(wish, here)
    path: Path | None = None if options.to_stdout else options.root / ".env"
    say(clean(f"Key {name} on {admin.base_url}, as {wish.profile.title} requires it:"))
    for line in plan_text(plan, wish, None):
        say(line)
    if not _agreed(path, options, say):
        say("Nothing was done.")
        return ExitCode.INTERRUPTED
    made = make_key(admin, name, wish, here)
    say(clean(f"\nCreated {called(made.key)}."))
    kept = _print(made, say) if path is None else _keep(made, wish, path, say)
    try:
        outcome = repair(admin, made.key, wish, here, settings.reports, agreed=plan.changes, consent=CONSENT)
    except (KeyNotDone, SettingsError) as error:
        say(f"The key is still off.\n{failure_text(error)}")
        say(_rest(made))
        return ExitCode.NOT_CONFORMANT
    return ExitCode.OK if _finished(made, outcome, wish, say) and kept else ExitCode.NOT_CONFORMANT


def _name(options: Namespace, wish: Wish) -> str:
    name = " ".join((options.name or wish.profile.title).split())
    if not name or not name.isprintable():
        raise SettingsError([f"--name is {name!r}; write a name that can be shown in Canvas's list of keys."])
    return name


def _agreed(path: Path | None, options: Namespace, say: Say) -> bool:
    """Ask, and first of all about another key in `.env`, which --yes does not cover: its secret cannot be had again."""
    if path is not None:
        try:
            there = read_env_file(path).values
        except EnvFileError as error:
            raise SettingsError([str(error)]) from None
        if there.get("CANVAS_CLIENT_ID"):
            question = (
                f"\n{path} has another key: CANVAS_CLIENT_ID={there['CANVAS_CLIENT_ID']}"
                f"{' and its secret' if there.get('CANVAS_CLIENT_SECRET') else ''}. Replace it with the new key?"
            )
            if not confirmed(clean(question), say):
                return False
    if options.yes:
        return True
    writes = "print its secret" if path is None else f"write its ID, secret and redirect URI to {path}"
    return confirmed(clean(f"\nMake this key, switch it on, and {writes}?"), say)


def _print(made: MadeKey, say: Say) -> bool:
    if made.secret is None:
        say(_no_secret(made))
        return False
    print(made.secret.reveal())
    return True


def _keep(made: MadeKey, wish: Wish, path: Path, say: Say) -> bool:
    """Write the key to `.env` before anything else can go wrong; whether all of it is there."""
    key_id, uri = str(made.key.record.key_id), str(wish.redirect_uri)
    values = dict(zip(_WRITTEN, (key_id, made.secret.reveal() if made.secret else "", uri), strict=True))
    try:
        before = read_env_file(path).values
        store_settings(path, values)
    except (OSError, EnvFileError) as error:
        say(clean(f"{path} cannot be written ({error}). Write these lines by hand:"))
        say(clean(f"CANVAS_CLIENT_ID={key_id}\nCANVAS_REDIRECT_URI={uri}"))
        say(_no_secret(made))
        return False
    say(clean(f"{', '.join(_WRITTEN)} were written to {path}."))
    old = [each for each in _TOKENS if before.get(each)]
    if old:
        say(f"{old[0]} in it is of another key: run python -m scopecheck authorize.")
    warn_if_overridden(_WRITTEN, say)
    if made.secret is None:
        say(_no_secret(made))
    return made.secret is not None


def _no_secret(made: MadeKey) -> str:
    if made.secret is None:
        return "Canvas did not show the secret: make a new one, or copy it, in Admin > Developer Keys."
    return "Copy the secret in Canvas to CANVAS_CLIENT_SECRET: Admin > Developer Keys > Show Key."


def _rest(made: MadeKey) -> str:
    return f"To do the rest: python -m scopecheck key repair --switch-on --key {made.key.record.key_id}"


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
