"""A key that works, read with an administrator's token, as what a new profile is made of."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from scopecheck.canvas.classify import Reading, read
from scopecheck.commands.admin import admin_client
from scopecheck.commands.command import settings_of
from scopecheck.config.settings import SettingsError
from scopecheck.key.record import read_key_record, read_scopes_list
from scopecheck.model.answer import Answer
from scopecheck.model.key_facts import KeyRecord
from scopecheck.model.profile import KeySettings


@dataclass(frozen=True)
class FoundKey:
    """What a key's record says of what its integration requires. Its secret is not among it."""

    title: str
    scopes: tuple[str, ...]
    settings: KeySettings
    sections: Mapping[str, str]
    """The headings that this Canvas's own list has, by scope."""
    notes: tuple[str, ...] = ()


def from_key(options: Namespace) -> FoundKey:
    """Read the key that the options name; raises SettingsError if it cannot be seen, or has no list of scopes."""
    if not options.from_key.isdecimal():
        raise SettingsError([f"--from-key is {options.from_key!r}; write the key's ID, a number (column Details)."])
    # What a run would need besides is of no interest here.
    given = Namespace(**{**vars(options), "canvas_mode": "probe", "canvas_profile": "ally"})
    settings = settings_of(given, needs_token=False, needs=("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN"))
    if not settings.base_url:
        raise SettingsError(["CANVAS_BASE_URL is not set, but --from-key is given; set it to the Canvas with the key."])
    with closing(admin_client(settings)) as admin:
        record, refused = read_key_record(admin, options.from_key)
        if record is None:
            raise SettingsError([_why_not_seen(refused, options.from_key)])
        if record.scopes is None or record.is_lti or not _api_scopes(record):
            raise SettingsError([_why_no_scopes(record, options.from_key)])
        headings = {str(each.scope): each.section for each in read_scopes_list(admin) if each.section}
    uris = sorted(record.redirect_uris or ())
    key = KeySettings(record.enforced is not False, record.includes is True, uris[0] if len(uris) == 1 else "")
    return FoundKey(record.name or "", _api_scopes(record), key, headings, tuple(_notes(record)))


def _api_scopes(record: KeyRecord) -> tuple[str, ...]:
    return tuple(sorted(scope for scope in record.scopes or () if scope.startswith("url:")))


def _why_not_seen(refused: Answer | None, key_id: str) -> str:
    if refused is None:
        return (
            f"No key with the ID {key_id} is in the root account of this Canvas, nor one that it inherits; "
            "copy the ID from Admin > Developer Keys, column Details."
        )
    if read(refused) is Reading.NOT_PERMITTED:
        return (
            "The user of CANVAS_ADMIN_TOKEN may not see developer keys; use a token of an administrator of the root "
            "account whose role has the permission Developer Keys - manage."
        )
    return (
        f"Canvas did not show its developer keys: {refused.says()}; check CANVAS_BASE_URL, and that CANVAS_ADMIN_TOKEN "
        "is alive and not limited to scopes."
    )


def _why_no_scopes(record: KeyRecord, key_id: str) -> str:
    if record.is_lti:
        return f"The key with the ID {key_id} is an LTI key, which has no API scopes; name an API key."
    if record.scopes is None:
        return (
            f"The key with the ID {key_id} is inherited, and Canvas shows the scopes of inherited keys to nobody in "
            "this account; ask its owner for the list, and pass that instead."
        )
    return (
        f"The key with the ID {key_id} has no API scopes, so nothing shows what its integration calls; name a key that "
        "enforces scopes."
    )


def _notes(record: KeyRecord) -> Iterator[str]:
    if record.enforced is False:
        yield (
            "the key does not enforce scopes, so its integration may call more than the scopes that are selected; the "
            "profile asks for no enforcement."
        )
    others = sorted(scope for scope in record.scopes or () if not scope.startswith("url:"))
    if others:
        yield f"left out, since no call needs them: {', '.join(others)}."
    if len(record.redirect_uris or ()) > 1:
        yield "the key has several redirect URIs, so none is written; add the integration's as redirect_uri."
