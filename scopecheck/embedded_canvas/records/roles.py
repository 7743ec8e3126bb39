"""Roles: what they allow, where that differs, and who administers what with which of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scopecheck.embedded_canvas.moments import now


@dataclass
class Role:
    """A built-in role, or one that an account made."""

    id: int
    name: str
    base: str
    """`AccountAdmin`, `AccountMembership`, or the enrollment type that the role is or is based on."""
    label: str
    account_id: int | None = None
    """The account that made the role; None for a built-in one."""
    workflow_state: str = "built_in"
    """`built_in`, `active`, or `inactive`, which can be given to nobody else but works for those who have it."""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)


@dataclass
class RoleOverride:
    """What one account sets for one permission of a role."""

    enabled: bool | None = None
    """None: inherited; only the lock was set."""
    locked: bool = False
    """Whether the accounts below cannot set it otherwise."""
    applies_to_self: bool = True
    applies_to_descendants: bool = True


@dataclass
class Administration:
    """One user who administers one account and those below it, with one role (Canvas: AccountUser)."""

    id: int
    user_id: int
    account_id: int
    role_id: int
    workflow_state: str = "active"


@dataclass
class Authority:
    """All roles, their settings, and who has account roles."""

    roles: dict[int, Role] = field(default_factory=dict)
    overrides: dict[tuple[int, int, str], RoleOverride] = field(default_factory=dict)
    """By account, role and key."""
    administrations: dict[int, Administration] = field(default_factory=dict)
