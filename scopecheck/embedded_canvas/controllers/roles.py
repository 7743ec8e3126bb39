"""Roles and their permissions as an administrator manages them (role_overrides_controller.rb)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.role_json import manageable, role_json
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.permission_keys import COURSE_ROLES
from scopecheck.embedded_canvas.records import Account, Role, RoleOverride
from scopecheck.embedded_canvas.roles import BUILT_IN, chain, setting
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import truth

_BASES: Final = ("AccountMembership", *COURSE_ROLES.values())
_STATES: Final = frozenset({"active", "inactive"})
_COLUMNS: Final = ("locked", "applies_to_self", "applies_to_descendants")


@route("GET", "/api/v1/accounts/:account_id/roles", "role_overrides#api_index")
def index(context: Context) -> Response:
    """The built-in roles, then the account's own, and with `show_inherited` those of the accounts above."""
    account = _account(context)
    owners = {account.id}
    if truth(context.params.get("show_inherited")):
        owners = {each.id for each in chain(context.tables.accounts, account)}
    states = context.includes("state") & _STATES or frozenset({"active"})
    found = [each for each in _roles(context) if each.account_id is None and "active" in states]
    found += [each for each in _roles(context) if each.account_id in owners and each.workflow_state in states]
    return context.page(found, lambda role: role_json(context, role, account))


@route("GET", "/api/v1/accounts/:account_id/roles/:id", "role_overrides#show")
def show(context: Context) -> Response:
    """One role, as it is in this account."""
    account, role = _account_and_role(context)
    return json_response(role_json(context, role, account))


@route("POST", "/api/v1/accounts/:account_id/roles", "role_overrides#add_role")
def create(context: Context) -> Response:
    """Make a role of this account; permissions that are not in force are dropped without a word."""
    account = _account(context)
    label = (context.text("label") or context.text("role") or "").strip()
    if not label:
        raise errors.message(400, "missing required parameter 'role'")
    _refuse_taken(context, account, label)
    base = context.text("base_role_type") or "AccountMembership"
    if base not in _BASES:
        raise errors.invalid_text(base_role_type="is invalid")
    role = Role(context.tables.next_id(), label, base, label, account.id, "active")
    context.tables.authority.roles[role.id] = role
    _set_permissions(context, role, account)
    return json_response(role_json(context, role, account))


@route("PUT", "/api/v1/accounts/:account_id/roles/:id", "role_overrides#update")
def update(context: Context) -> Response:
    """Set some permissions of the role in this account, and the label of an own one; the rest stays."""
    account, role = _account_and_role(context)
    label = (context.text("label") or "").strip()
    if label and label != role.label:
        if role.account_id != account.id:
            kind = "a built-in role" if role.account_id is None else "an inherited role"
            raise errors.message(400, f"cannot update the 'label' for {kind}")
        _refuse_taken(context, account, label)
        role.name = role.label = label
    _set_permissions(context, role, account)
    return json_response(role_json(context, role, account))


@route("DELETE", "/api/v1/accounts/:account_id/roles/:id", "role_overrides#remove_role")
def destroy(context: Context) -> Response:
    """Deactivate a role: nobody else can get it, and those who have it keep it."""
    account, role = _account_and_role(context)
    if role.workflow_state == "inactive":
        raise errors.message(400, "Cannot deactivate an already inactive role")
    if role.account_id is None:
        raise errors.message(400, "Cannot remove a built-in role")
    if role.account_id != account.id:
        raise errors.not_found()
    role.workflow_state = "inactive"
    return json_response(role_json(context, role, account))


@route("POST", "/api/v1/accounts/:account_id/roles/:id/activate", "role_overrides#activate_role")
def activate(context: Context) -> Response:
    """Activate an inactive role again."""
    account, role = _account_and_role(context)
    if role.workflow_state != "inactive":
        raise errors.message(400, "Role not found")
    role.workflow_state = "active"
    return json_response(role_json(context, role, account))


def _account(context: Context) -> Account:
    account = context.account()
    context.require("manage_role_overrides", account)
    return account


def _account_and_role(context: Context) -> tuple[Account, Role]:
    """The path's account and role, by the role's ID or name; built in, or made in the account or above it."""
    found = context.account()
    owners = {None, *(each.id for each in chain(context.tables.accounts, found))}
    named = {context.path["id"]}
    role = next(
        (each for each in _roles(context) if each.account_id in owners and {str(each.id), each.name} & named), None
    )
    if role is None:
        raise errors.message(404, "role not found")
    return _account(context), role


def _roles(context: Context) -> list[Role]:
    roles = context.tables.authority.roles
    built_in = [roles[role.id] for role in BUILT_IN]
    return built_in + sorted((each for each in roles.values() if each not in built_in), key=lambda role: role.id)


def _refuse_taken(context: Context, account: Account, label: str) -> None:
    """Refuse the name of a built-in role, or of another active one of this account."""
    taken = [
        each for each in _roles(context) if each.account_id in {None, account.id} and each.workflow_state != "inactive"
    ]
    if label in {name for each in taken for name in (each.name, each.label)}:
        raise errors.invalid_text(label="A role with this name already exists")


def _set_permissions(context: Context, role: Role, account: Account) -> None:
    """Set what the request names, as far as it is in force and neither read-only nor locked above."""
    wanted = context.fields("permissions")
    for permission in manageable(context, account):
        sent = wanted.get(permission.key)
        authority = context.tables.authority
        if not isinstance(sent, dict) or truth(sent.get("readonly")):
            continue
        if setting(authority, context.tables.accounts, role, permission, account).readonly:
            continue
        key = account.id, role.id, permission.key
        override = _override(sent, authority.overrides.get(key, RoleOverride()))
        if override is None:
            authority.overrides.pop(key, None)
        else:
            authority.overrides[key] = override
        role.updated_at = now()


def _override(sent: dict[str, Any], before: RoleOverride) -> RoleOverride | None:
    """What is set after one permission's parameters: what is not sent stays, as a lock does (role_override.rb).

    Without `explicit` or `enabled`, and without a lock, nothing is set any more: its value is inherited again.
    """
    given = {name: truth(sent[name]) for name in _COLUMNS if name in sent}
    if given.get("applies_to_self") is False and given.get("applies_to_descendants") is False:
        raise errors.message(400, "Permission must be enabled for someone")
    if truth(sent.get("explicit")) and "enabled" in sent:
        return replace(before, enabled=truth(sent["enabled"]), **given)
    return replace(before, **given) if given.get("locked") else None
