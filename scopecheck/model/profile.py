"""The profile: the scopes and key settings that one integration requires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scopecheck.model.scope import Scope


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
    """What the authorizing user needs for the endpoint, in the words of Canvas's permissions screen."""


@dataclass(frozen=True)
class Profile:
    """Everything that one integration requires, in the order of its file."""

    name: str
    title: str
    path: Path
    key: KeySettings
    requirements: tuple[Requirement, ...]
