"""The roles of the embedded Canvas's initial data, and who has which."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.known import ADMINISTRATOR, INTEGRATION_USER, OWN_ROLE, ROOT, SCIENCE
from scopecheck.embedded_canvas.permission_keys import in_force, keys_for, of_ally
from scopecheck.embedded_canvas.records import Administration, Role, RoleOverride
from scopecheck.embedded_canvas.roles import ACCOUNT_ADMIN, BUILT_IN
from scopecheck.embedded_canvas.tables import Tables

_ACCOUNTS: Final = {"admin": ROOT, "ally": ROOT, "sub-account-admin": SCIENCE}
"""What the user behind the token administers, by the configuration's role."""


def add_roles(tables: Tables) -> None:
    """Built-in roles, and the administrator."""
    authority = tables.authority
    authority.roles = {role.id: replace(role) for role in BUILT_IN}
    authority.administrations[501] = Administration(501, ADMINISTRATOR, ROOT, ACCOUNT_ADMIN)


def add_integration_role(tables: Tables, config: CanvasConfig) -> None:
    """What the integration's user administers, with a role of its own unless a built-in one says it all."""
    authority = tables.authority
    if config.role in _ACCOUNTS:
        account = _ACCOUNTS[config.role]
        role = _own_role(tables, config, account) if _needs_own_role(config) else ACCOUNT_ADMIN
        authority.administrations[502] = Administration(502, INTEGRATION_USER, account, role)


def denied_outright(config: CanvasConfig) -> frozenset[str]:
    """What no role says: rights that are no permissions, and all that somebody without an account role lacks."""
    if config.role not in _ACCOUNTS:
        return config.denied
    return frozenset(name for name in config.denied if not keys_for(name, old=config.is_old))


def _needs_own_role(config: CanvasConfig) -> bool:
    return config.role == "ally" or bool(config.denied - denied_outright(config)) or bool(config.denied_below)


def _own_role(tables: Tables, config: CanvasConfig, account: int) -> int:
    """A role of the account with all permissions, or just Ally's, but for those denied."""
    old, overrides = config.is_old, tables.authority.overrides
    name = "Ally" if config.role == "ally" else "Restricted Admin"
    tables.authority.roles[OWN_ROLE] = Role(OWN_ROLE, name, "AccountMembership", name, account, "active")
    denied = frozenset().union(*(keys_for(each, old=old) for each in config.denied))
    for key in (of_ally(old=old) if config.role == "ally" else in_force(old=old).keys()) - denied:
        overrides[account, OWN_ROLE, key] = RoleOverride(True)
    for each in config.denied_below:
        number, _, permission = each.partition(":")
        for key in keys_for(permission, old=old):
            overrides[int(number), OWN_ROLE, key] = RoleOverride(False)
    return OWN_ROLE
