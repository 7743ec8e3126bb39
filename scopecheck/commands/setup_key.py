"""The part of `setup` that is about the key: which one it is, what it lacks, and how it gets into `.env`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scopecheck.administration.key_changes import repair
from scopecheck.administration.key_creation import require_new, whole_secret
from scopecheck.administration.key_found import NoSuchKey, called, find_key, find_named, is_called, read_scopes
from scopecheck.administration.key_plan import CONSENT, Change, KeyPlan, Kind, ScopesHere, Wish, plan_key
from scopecheck.administration.key_writing import require_safe
from scopecheck.canvas.ids import same_id
from scopecheck.commands.command import Say
from scopecheck.commands.key_create import make_and_keep, name_of, require_uri
from scopecheck.commands.key_env import ID, SECRET, URI, keep_key, may_replace
from scopecheck.commands.key_options import consent_in, wish_of
from scopecheck.commands.key_text import FLAGS, outcome_text, plan_text
from scopecheck.config.settings import Settings
from scopecheck.key.record import ShownKey, read_key
from scopecheck.key.redirect_form import is_meant, wrong_form
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient


@dataclass
class KeyPart:
    """What there is to do for the key."""

    admin: CanvasClient
    settings: Settings
    wish: Wish
    here: ScopesHere
    name: str
    path: Path
    """The `.env` that the key gets into."""
    key: ShownKey | None
    """None: it is still to be made."""
    plan: KeyPlan
    consent: frozenset[Kind]
    secret: Secret | None = field(default=None, repr=False)
    """The key's, if `.env` lacks it and Canvas shows it."""
    outdates_token: bool = False
    """Whether what was done is more than a token from before can have."""
    is_made_in_part: bool = False
    """Whether a new key is there, but not as it is to be."""

    title = "the key"

    @property
    def agreed(self) -> list[Change]:
        """What is changed of an existing key."""
        return self.plan.allowed(self.consent)

    @property
    def unallowed(self) -> list[str]:
        """The options without which something stays undone."""
        if self.key is None:
            return [FLAGS[Kind.SWITCH_ON]] if self.is_made_in_part else []
        kinds = (change.kind for change in self.plan.changes if change.kind in CONSENT - self.consent)
        return list(dict.fromkeys(FLAGS[kind] for kind in kinds))

    @property
    def for_env(self) -> dict[str, str]:
        """What `.env` lacks of an existing key."""
        return dict(self._lacking(self.key)) if self.key else {}

    @property
    def has_changes(self) -> bool:
        """Whether there is anything that can be done."""
        return self.key is None or bool(self.agreed or self.for_env)

    @property
    def replaces(self) -> bool:
        """Whether the settings name another key than the one that they are to name."""
        given = self.settings.client_id
        return given is not None and not (self.key and same_id(given, self.key.record.key_id))

    def lines(self) -> Iterator[str]:
        """The plan."""
        if self.replaces:
            yield f"! CANVAS_CLIENT_ID={self.settings.client_id} is not the key that is meant here"
        if self.key is None:
            yield f"+ key {self.name}, switched on; its ID, secret and redirect URI go to {self.path}"
        elif self.plan.nothing_to_do:
            yield f"  key {called(self.key)}: has all that is required"
        else:
            yield f"~ key {called(self.key)}"
        if not self.plan.nothing_to_do or self.plan.excess or self.plan.optional:
            yield from (f"  {line}" for line in plan_text(self.plan, self.wish, self.key) if line)
        if self.for_env:
            yield f"+ in {self.path}: {', '.join(self.for_env)}"

    def require_possible(self) -> None:
        """Raises SettingsError if a change of the key may take a scope off."""
        if self.key and any(change.kind is not Kind.SWITCH_ON for change in self.agreed):
            require_safe(self.key, self.plan)

    def may_replace(self, say: Say) -> bool:
        """Ask about another key in `.env`; whether that may go. Raises SettingsError if it cannot be read."""
        if self.key and ID not in self.for_env:
            return True
        return may_replace(self.path, str(self.key.record.key_id) if self.key else None, say)

    def carry_out(self, say: Say) -> bool:
        """Do it, and say what was done; whether all of it succeeded. Raises SettingsError and KeyNotDone."""
        if self.key is None:
            self.outdates_token = True
            succeeded = make_and_keep(self.admin, self.settings, self.wish, self.here, self.name, self.path, say)
            self.is_made_in_part = not succeeded
            return succeeded
        values = self.for_env
        self.outdates_token = self.replaces
        if values and not keep_key(values, self.path, say, is_new=False):
            return False
        return self._mend(self.key, say) if self.agreed else True

    def _mend(self, key: ShownKey, say: Say) -> bool:
        outcome = repair(
            self.admin, key, self.wish, self.here, self.settings.reports, agreed=self.agreed, consent=self.consent
        )
        for line in outcome_text(outcome, self.wish):
            say(line)
        self.outdates_token |= any(change.kind is Kind.SCOPE for change in outcome.done)
        self.plan = outcome.left
        return not (outcome.failure or outcome.lost or outcome.tokens_ended)

    def _lacking(self, key: ShownKey) -> Iterator[tuple[str, str]]:
        if not same_id(self.settings.client_id, key.record.key_id):
            yield ID, str(key.record.key_id)
        if self.secret:
            yield SECRET, self.secret.reveal()
        uri = self.wish.redirect_uri or _own_uri(key, self.wish)
        if uri and uri != self.settings.redirect_uri:
            yield URI, uri


def read_key_part(admin: CanvasClient, settings: Settings, options: Namespace) -> KeyPart:
    """What there is to do. Raises SettingsError and KeyNotDone."""
    wish = wish_of(options, settings)
    name = name_of(options.name, wish)
    key = _find(admin, settings.client_id, options.name, name)
    if key is None:
        require_uri(wish)
        require_new(admin, name)
    here = read_scopes(admin)
    plan = plan_key(wish, here, key.record if key else None)
    part = KeyPart(admin, settings, wish, here, name, options.root / ".env", key, plan, consent_in(options))
    if key and (part.replaces or settings.client_secret is None):
        shown, _ = read_key(admin, str(key.record.key_id), with_secret=True)
        part.secret = whole_secret(shown) if shown else None
    return part


def _find(admin: CanvasClient, key_id: str | None, asked_for: str | None, name: str) -> ShownKey | None:
    """The key that the settings name, unless another name is asked for; else the one with the name, if there is any."""
    if key_id is not None:
        try:
            key = find_key(admin, key_id)
        except NoSuchKey:
            pass
        else:
            if asked_for is None or is_called(key, name):
                return key
    return find_named(admin, name)


def _own_uri(key: ShownKey, wish: Wish) -> str | None:
    """The key's own redirect URI of the integration, if it has exactly one."""
    form = wish.profile.key
    uris = [uri for uri in key.record.redirect_uris or () if is_meant(uri, form) and wrong_form(uri, form) is None]
    return uris[0] if len(uris) == 1 else None
