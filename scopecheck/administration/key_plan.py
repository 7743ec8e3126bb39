"""What a developer key lacks of what a profile requires, and what it has beyond: pure, from the key's record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scopecheck.canvas.scope_words import allows
from scopecheck.canvas.scopes_list import ListedScope, names_by_shape
from scopecheck.key.redirect_form import is_meant, wrong_form
from scopecheck.model.key_facts import KeyRecord
from scopecheck.model.profile import OptionalGroup, Profile
from scopecheck.model.scope import Scope, ScopeError, route_shape


class Kind(StrEnum):
    """What a change is about."""

    SCOPE = "scope"
    ENFORCE = "enforce-scopes"
    INCLUDES = "allow-includes"
    REDIRECT_URI = "redirect-uri"
    ACTIVATE = "activate"
    SWITCH_ON = "switch-on"


CONSENT: Final = frozenset({Kind.ENFORCE, Kind.ACTIVATE, Kind.SWITCH_ON})
"""What has to be allowed by name: it ends what tokens may do, or lets tokens work again."""


@dataclass(frozen=True)
class Change:
    """One thing to be added to the key, or switched on."""

    kind: Kind
    value: str = ""
    """The scope by this Canvas's name, or the redirect URI."""
    section: str = ""
    """The heading on the key screen that the scope's box is under."""


@dataclass(frozen=True)
class Excess:
    """A scope that the key has and the profile does not ask for."""

    name: str
    allows: str = ""
    """What calls under it do; empty if it belongs to no route of the API."""
    section: str = ""


@dataclass(frozen=True)
class ScopesHere:
    """The scopes that this Canvas lists: those of routes, and the names of all."""

    listed: Sequence[ListedScope]
    names: frozenset[str]


@dataclass(frozen=True)
class Wish:
    """What the key is to be: what the profile requires, with this redirect URI (None: not known)."""

    profile: Profile
    redirect_uri: str | None = None

    @property
    def scopes(self) -> list[str]:
        """The scopes that must not be missing, by the profile's names."""
        profile = self.profile
        return [str(row.scope) for row in profile.requirements if profile.optional_group(str(row.scope)) is None]


@dataclass(frozen=True)
class KeyPlan:
    """The difference between a key and what is required of it."""

    changes: tuple[Change, ...] = ()
    """What can be added or switched on."""
    not_here: tuple[str, ...] = ()
    """Required scopes that this Canvas does not list under any name of their route."""
    lacks_redirect_uri: bool = False
    """Whether none of the key's redirect URIs is one of the integration's, and none was given to be added."""
    unshown: tuple[Kind, ...] = ()
    """Required settings that Canvas does not show of this key."""
    unlisted: tuple[str, ...] = ()
    """Scopes on the key that this Canvas does not list: any change of the key may drop them."""
    excess: tuple[Excess, ...] = ()
    optional: tuple[OptionalGroup, ...] = ()
    """Optional groups of which the key lacks a scope."""
    other_uris: tuple[str, ...] = ()
    """Redirect URIs that the key has besides."""

    @property
    def nothing_to_do(self) -> bool:
        """Whether the key is all that is required."""
        return not (self.changes or self.not_here or self.lacks_redirect_uri or self.unshown)

    def allowed(self, consent: Collection[Kind]) -> list[Change]:
        """The changes without those that have to be allowed by name, and are not."""
        return [change for change in self.changes if change.kind not in CONSENT.difference(consent)]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind is kind]

    def has(self, *kinds: Kind) -> bool:
        """Whether there is a change of one of these kinds."""
        return any(change.kind in kinds for change in self.changes)


def plan_key(wish: Wish, here: ScopesHere, record: KeyRecord | None = None) -> KeyPlan:
    """The plan for a key with this record; None: for one that is still to be made, active, but not on."""
    has = (record.scopes if record else None) or frozenset()
    names = names_by_shape(here.listed, wish.scopes)
    uris = sorted((record.redirect_uris if record else None) or ())
    lacking_uri = _lacking_uri(wish, uris)
    return KeyPlan(
        changes=(
            *_scopes_to_add(wish, here, names, has),
            *_switches(wish, record),
            *((Change(Kind.REDIRECT_URI, lacking_uri),) if lacking_uri else ()),
            *((Change(Kind.ACTIVATE),) if record and record.active is False else ()),
            *(() if record and record.on else (Change(Kind.SWITCH_ON),)),
        ),
        not_here=tuple(scope for scope in wish.scopes if scope not in names),
        lacks_redirect_uri=lacking_uri is None and not _has_right_uri(wish, uris),
        unshown=tuple(_unshown(wish, record)) if record else (),
        unlisted=tuple(sorted(has - here.names)),
        excess=tuple(_excess(wish.profile, here, has)),
        optional=tuple(_optional(wish.profile, has)),
        other_uris=tuple(uri for uri in uris if uri != wish.redirect_uri),
    )


def _scopes_to_add(wish: Wish, here: ScopesHere, names: dict[str, str], has: frozenset[str]) -> Iterable[Change]:
    sections = {str(row.scope): row.section for row in wish.profile.requirements}
    shown = {str(each.scope): each.section for each in here.listed}
    for scope in wish.scopes:
        name = names.get(scope)
        if name is not None and name not in has:
            yield Change(Kind.SCOPE, name, shown.get(name) or sections[scope])


def _switches(wish: Wish, record: KeyRecord | None) -> Iterable[Change]:
    key = wish.profile.key
    if key.enforce_scopes and (record is None or record.enforced is False):
        yield Change(Kind.ENFORCE)
    if key.allow_includes and (record is None or record.includes is False):
        yield Change(Kind.INCLUDES)


def _unshown(wish: Wish, record: KeyRecord) -> Iterable[Kind]:
    key = wish.profile.key
    if key.enforce_scopes and record.enforced is None:
        yield Kind.ENFORCE
    if key.allow_includes and record.includes is None:
        yield Kind.INCLUDES


def _lacking_uri(wish: Wish, uris: Sequence[str]) -> str | None:
    return wish.redirect_uri if wish.redirect_uri and wish.redirect_uri not in uris else None


def _has_right_uri(wish: Wish, uris: Sequence[str]) -> bool:
    """Whether one of the URIs is the given one, or if none is given may be the integration's."""
    key = wish.profile.key
    if wish.redirect_uri or not key.redirect_uri:
        return wish.redirect_uri is None or wish.redirect_uri in uris
    return any(is_meant(uri, key) and wrong_form(uri, key) is None for uri in uris)


def _excess(profile: Profile, here: ScopesHere, has: frozenset[str]) -> Iterable[Excess]:
    asked = {route_shape(str(row.scope)) for row in profile.requirements}
    sections = {str(each.scope): each.section or "" for each in here.listed}
    for name in sorted(has):
        if route_shape(name) in asked:
            continue
        try:
            words = allows(Scope.parse(name))
        except ScopeError:
            words = ""
        yield Excess(name, words, sections.get(name, ""))


def _optional(profile: Profile, has: frozenset[str]) -> Iterable[OptionalGroup]:
    shapes = {route_shape(name) for name in has}
    return (group for group in profile.optional if any(route_shape(scope) not in shapes for scope in group.scopes))
