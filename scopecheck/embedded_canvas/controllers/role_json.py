"""A role as administrators see it in one account (lib/api/v1/role.rb)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.accounts import full_json
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.permission_keys import Permission, in_force
from scopecheck.embedded_canvas.records import Account, Role
from scopecheck.embedded_canvas.roles import setting

ACCOUNT_ROLES: Final = frozenset({"AccountAdmin", "AccountMembership"})


def manageable(context: Context, account: Account) -> Iterator[Permission]:
    """The permissions that can be set in this account: some are a root account's alone."""
    for each in in_force(old=context.config.is_old).values():
        if account.root_account_id is None or not (each.root_only or each.key == "manage_developer_keys"):
            yield each


def role_json(context: Context, role: Role, account: Account) -> dict[str, Any]:
    """The role with what holds for each permission in this account."""
    times = {"last_updated_at": iso(role.updated_at), "created_at": iso(role.created_at)}
    owner = context.tables.accounts.get(role.account_id) if role.account_id is not None else None
    return {
        "id": role.id,
        "role": role.name,
        "label": role.label,
        "base_role_type": "AccountMembership" if role.base in ACCOUNT_ROLES else role.base,
        "workflow_state": role.workflow_state,
        "permissions": {
            each.key: _permission_json(context, role, each, account) for each in manageable(context, account)
        },
        "is_account_role": role.base in ACCOUNT_ROLES,
        **({} if context.config.is_old else times),
        **({"account": full_json(context, owner)} if owner else {}),
    }


def _permission_json(context: Context, role: Role, permission: Permission, account: Account) -> dict[str, bool]:
    found = setting(context.tables.authority, context.tables.accounts, role, permission, account)
    shown = {
        "enabled": found.here or found.below,
        "locked": found.locked,
        "readonly": found.readonly,
        "explicit": found.explicit,
    }
    if found.explicit:
        shown["prior_default"] = found.inherited
    if found.here or found.below:
        shown |= {"applies_to_self": found.here, "applies_to_descendants": found.below}
    return shown
