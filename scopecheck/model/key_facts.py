"""What was learned about key and token, as plain data: what each source said, before any conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scopecheck.model.answer import Answer
from scopecheck.model.causes import Cause
from scopecheck.model.named import Named
from scopecheck.model.profile import KeySettings, Profile
from scopecheck.model.scope import route_shape
from scopecheck.model.user_rights import UserRights


@dataclass(frozen=True)
class Preflight:
    """What Canvas said about the key before anybody logged in; None means that it did not say."""

    answered: Answer
    """The answer that the facts come from, or the one that ended the preflight."""
    key_known: bool | None = None
    redirect_uri_accepted: bool | None = None
    enforced: bool | None = None
    missing: list[str] | None = None
    """Required scopes that the key lacks under every name that was asked for, in the profile's order."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Required scopes whose name in this Canvas showed, with that name; only those that have several."""
    key_on: bool | None = None
    answers: list[Answer] = field(default_factory=list)
    too_long: Answer | None = None
    """What something between here and Canvas answered to a long address, where Canvas answered shorter ones."""


@dataclass(frozen=True)
class KeyRecord:
    """The key as Canvas's developer keys API shows it to an administrator; None: not shown."""

    answer: Answer
    key_id: str | None = None
    name: str | None = None
    active: bool | None = None
    on: bool | None = None
    scopes: frozenset[str] | None = None
    enforced: bool | None = None
    includes: bool | None = None
    redirect_uris: frozenset[str] | None = None
    is_lti: bool | None = None


@dataclass(frozen=True)
class TokenRefusal:
    """Why Canvas issued no token, what to do about it, and what it answered."""

    cause: Cause
    message: str
    remedy: str
    answer: Answer
    proves_nothing: bool = False
    """Whether this was not Canvas's answer about the token, but an outage or a throttle."""
    unknown_token: bool = False
    """Whether Canvas does not know the refresh token: it was revoked, or never existed."""


@dataclass(frozen=True)
class Canaries:
    """What the canary calls showed, which an enforcing key must refuse."""

    answers: Sequence[Answer] = ()
    enforced: bool | None = None
    """Whether scopes are enforced for this token; None if no call showed it."""
    scope_first: bool = False
    """Whether an answer showed that Canvas checks the scope before it looks up the course."""


@dataclass(frozen=True)
class TokenLife:
    """The first answers to the token, and which of them shows whether it is alive."""

    answers: Sequence[Answer] = ()
    dead: Answer | None = None
    """An answer that says that the token is dead."""
    alive: Answer | None = None
    """An answer that only a living token gets."""


@dataclass(frozen=True)
class Identity:
    """Whose token it is and which key issued it, as Canvas's headers name them; None: not named."""

    user_id: str | None = None
    """The user's global ID."""
    key_id: str | None = None
    """The developer key's global ID."""
    answer: Answer | None = None
    real_user_id: str | None = None
    """The global ID of who acts as the user, if anybody does."""


@dataclass(frozen=True)
class Included:
    """Whether an include that was asked for came back."""

    answer: Answer
    member: str
    present: bool | None
    """None if the answer could not show it."""


@dataclass(frozen=True)
class KeyFacts:
    """All that the controller learned about key and token. None: not asked, because settings are missing."""

    named: Named
    scopes: Sequence[str]
    redirect_uri: str | None = None
    preflight: Preflight | None = None
    key_record: KeyRecord | None = None
    admin_refused: Answer | None = None
    """What the administrator's token got instead of what only an administrator may see."""
    administered: bool = False
    """Whether an administrator's token is set, which may read the roles of the token's user."""
    listed_names: Mapping[str, str | None] = field(default_factory=dict)
    """This Canvas's names of the scopes that the key lacked at first, by the account's list; None: it has no such."""
    refreshed: bool = False
    real_user: str | None = None
    """Who authorized the integration acting as its user, by name, if the token's issue showed that."""
    issued_to: str | None = None
    """The global ID of the token's user, if the token's issue showed it."""
    token_refusal: TokenRefusal | None = None
    no_token: bool = False
    canaries: Canaries = field(default_factory=Canaries)
    token: TokenLife = field(default_factory=TokenLife)
    client_id: str | None = None
    identity: Identity = field(default_factory=Identity)
    course: Answer | None = None
    """The sandbox course, read with the token."""
    included: Included | None = None
    profile: Profile | None = None
    accounts: Answer | None = None
    """The accounts that the token's user administers, listed with the token."""
    rights: UserRights = field(default_factory=UserRights)
    """What is known of that user's rights."""

    @property
    def needs(self) -> KeySettings:
        """What the profile requires of the key besides its scopes."""
        return self.profile.key if self.profile else KeySettings()

    @property
    def missing_on_key(self) -> list[str] | None:
        """The required scopes that the key lacks, according to the preflight, or else the key's own record.

        A scope that the key has under another name of its route is not missing.
        """
        if self.preflight and self.preflight.missing is not None:
            return self.preflight.missing
        if self.key_record and self.key_record.scopes is not None:
            return [scope for scope in self.scopes if self._name_on_record(scope) is None]
        return None

    @property
    def names(self) -> dict[str, str | None]:
        """Required scopes to this Canvas's names, as far as they are known; None: this Canvas has no such scope."""
        on_record = {scope: self._name_on_record(scope) for scope in self.scopes}
        other = {scope: name for scope, name in on_record.items() if name not in {None, scope}}
        return {**other, **(self.preflight.names if self.preflight else {}), **self.listed_names}

    def _name_on_record(self, scope: str) -> str | None:
        """The name under which the key's record has the scope."""
        names = (self.key_record.scopes if self.key_record else None) or frozenset()
        by_route = {route_shape(name): name for name in names}
        listed = self.listed_names.get(scope)
        return scope if scope in names else by_route.get(route_shape(scope), listed if listed in names else None)

    @property
    def key_enforces(self) -> bool | None:
        """Whether the key enforces scopes, according to the preflight, or else the key's own record."""
        if self.preflight and self.preflight.enforced is not None:
            return self.preflight.enforced
        return self.key_record.enforced if self.key_record else None

    @property
    def is_lti(self) -> bool | None:
        """Whether the key is an LTI key, by its own record."""
        return self.key_record.is_lti if self.key_record else None

    @property
    def has_token(self) -> bool:
        """Whether there is a token to make calls with."""
        return not (self.no_token or self.token_refusal)
