"""The profile: the scopes and key settings that one integration requires."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from scopecheck.model.scope import Scope

AND: Final = "; "
"""What is between two permissions that an endpoint needs both."""


@dataclass(frozen=True)
class KeySettings:
    """What the integration requires of the developer key besides its scopes."""

    enforce_scopes: bool = True
    allow_includes: bool = False
    redirect_uri: str = ""
    """The form of the redirect URI; parts that differ by customer are in square brackets, and those whose name ends in
    Id are numbers."""
    redirect_hosts: Mapping[str, str] = field(default_factory=dict)
    """The hosts that the redirect URI may lead to, by region; empty if they are not known."""
    authorized_in: str = ""
    """Where an administrator authorizes the integration, in the words of its own screens."""


@dataclass(frozen=True)
class Requirement:
    """One scope that the integration requires, and what a report says about it."""

    scope: Scope
    section: str
    """The heading on the key screen that the scope's box is under."""
    why: str = ""
    severity: str = "normal"
    docs: str = ""
    permission: str = ""
    """What the authorizing user needs for the endpoint: labels of the role's permissions, or any other words."""


@dataclass(frozen=True)
class Permission:
    """One permission that the authorizing user's role has to have."""

    label: str
    """What Canvas's Permissions page calls it; `… - add / edit / delete` stands for a box for each of the three."""
    keys: tuple[tuple[str, ...], ...]
    """Canvas's keys for it, in alternatives: which ones are in force depends on its age and feature flags."""
    scopes: tuple[str, ...] = ()
    """The scopes whose calls are refused without it, whatever else the role has."""

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys of all alternatives."""
        return tuple(key for alternative in self.keys for key in alternative)

    def boxes(self, keys: Collection[str]) -> list[str]:
        """What the boxes of some of its keys are called; the label itself where one key stands for all its boxes."""
        group, _, last = self.label.rpartition(" - ")
        names = last.split(" / ")
        for alternative in self.keys:
            if len(alternative) == len(names) > 1 and set(keys) <= set(alternative):
                return [f"{group} - {name}" for key, name in zip(alternative, names, strict=True) if key in keys]
        return [self.label]


@dataclass(frozen=True)
class Role:
    """The role that the integration asks for: that of the user who authorizes it."""

    name: str
    permissions: tuple[Permission, ...]


@dataclass(frozen=True)
class OptionalGroup:
    """Scopes that the integration works without, except for one part of it."""

    name: str
    without: str
    """What is lost without them, in one sentence."""
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """Everything that one integration requires, in the order of its file."""

    name: str
    title: str
    path: Path
    key: KeySettings
    requirements: tuple[Requirement, ...]
    role: Role | None = None
    """None: the profile says nothing of a role as a whole."""
    optional: tuple[OptionalGroup, ...] = ()
    """The groups of scopes that may be missing; no scope is in two."""
    source: str = ""
    """Where the list of scopes is published."""
    as_of: date | None = None
    """When it was published there, or read."""

    def optional_group(self, scope: str) -> OptionalGroup | None:
        """The group that allows the scope to be missing; None if it may not be."""
        return next((group for group in self.optional if scope in group.scopes), None)

    def permissions_of(self, scope: str) -> list[Permission]:
        """The permissions of the role that the scope's `permission` names."""
        named = {text for row in self.requirements if str(row.scope) == scope for text in row.permission.split(AND)}
        return [each for each in self.role.permissions if each.label in named] if self.role else []
