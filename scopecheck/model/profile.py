"""The profile: the scopes and key settings that one integration requires."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scopecheck.model.scope import Scope


@dataclass(frozen=True)
class KeySettings:
    """What the integration requires of the developer key besides its scopes."""

    enforce_scopes: bool = True
    allow_includes: bool = False
    redirect_uri: str = ""
    """The form of the redirect URI; parts that differ by customer are in square brackets."""
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
    """What the authorizing user needs for the endpoint, in the words of Canvas's permissions screen."""


@dataclass(frozen=True)
class Profile:
    """Everything that one integration requires, in the order of its file."""

    name: str
    title: str
    path: Path
    key: KeySettings
    requirements: tuple[Requirement, ...]
