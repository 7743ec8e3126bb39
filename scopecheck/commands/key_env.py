"""A key in `.env`: its ID, secret and redirect URI, and what becomes of another key's that are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scopecheck.canvas.ids import same_id
from scopecheck.commands.command import Say, confirmed, warn_if_overridden
from scopecheck.config.env_file import require_storable, store_settings
from scopecheck.config.env_text import EnvFileError, read_env_file
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.model.foreign_text import clean

ID: Final = "CANVAS_CLIENT_ID"
SECRET: Final = "CANVAS_CLIENT_SECRET"  # the name of a setting
URI: Final = "CANVAS_REDIRECT_URI"
TOKENS: Final = ("CANVAS_REFRESH_TOKEN", "CANVAS_ACCESS_TOKEN")
"""What belongs to one key, and not to the next."""

COPY_SECRET: Final = f"Copy the secret in Canvas to {SECRET}: Admin > Developer Keys > Show Key."
NOT_SHOWN: Final = "Canvas did not show the secret: make a new one, or copy it, in Admin > Developer Keys."


def may_replace(path: Path, new: str | None, say: Say) -> bool:
    """Ask about another key in `.env` than the one with this ID (None: one still to be made), if there is one.

    Its secret cannot be had again, so `--yes` does not cover it. Raises SettingsError if the file cannot be read.
    """
    try:
        there = read_env_file(path).values
    except EnvFileError as error:
        raise SettingsError([str(error)]) from None
    old = there.get(ID)
    if not old or same_id(old, new):
        return True
    and_secret = " and its secret" if there.get(SECRET) else ""
    return confirmed(clean(f"\n{path} has another key: {ID}={old}{and_secret}. Replace it with the new key?"), say)


def require_keepable(path: Path) -> None:
    """Raises SettingsError if a key cannot be written to this `.env`."""
    try:
        require_storable(path)
    except (OSError, EnvFileError) as error:
        raise SettingsError([f"{path} cannot be written ({error}), so a new key's secret would be lost."]) from None


def keep_key(values: Mapping[str, str], path: Path, say: Say, *, is_new: bool) -> bool:
    """Write a key's settings to `.env`; whether all of them are there. An empty secret is one that is not known.

    Tokens of another key are commented out: all that are there if the key has just been made.
    """
    try:
        before = read_env_file(path).values
        replaced = bool(before.get(ID) and ID in values and not same_id(before[ID], values[ID]))
        old = [each for each in TOKENS if before.get(each)] if is_new or replaced else []
        store_settings(path, values, old)
    except (OSError, EnvFileError) as error:
        say(clean(f"{path} cannot be written ({error}). Write these lines by hand:"))
        say(clean("\n".join(f"{name}={value}" for name, value in values.items() if name != SECRET)))
        if SECRET in values:
            say(COPY_SECRET if values[SECRET] else NOT_SHOWN)
        return False
    say(clean(f"{', '.join(values)} {'was' if len(values) == 1 else 'were'} written to {path}."))
    if old:
        say(f"{old[0]} in it is of another key, so it is commented out: run {CLI} authorize.")
    warn_if_overridden([*values, *(TOKENS if old else ())], say)
    if values.get(SECRET) == "":
        say(NOT_SHOWN)
    return values.get(SECRET) != ""
