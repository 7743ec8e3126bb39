"""Who administers an account, and with which role (admins_controller.rb, lib/api/v1/admin.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.role_json import ACCOUNT_ROLES, manageable
from scopecheck.embedded_canvas.controllers.user_display import user_record
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.records import Account, Administration, Role, User
from scopecheck.embedded_canvas.roles import ACCOUNT_ADMIN, setting
from scopecheck.embedded_canvas.routing import route

_RIGHT: Final = "manage_account_memberships"


@route("GET", "/api/v1/accounts/:account_id/admins", "admins#index")
def index(context: Context) -> Response:
    """Those who administer this very account, not one above it; with `user_id[]` the rows of these users."""
    account = context.account()
    context.require(_RIGHT, account)
    rows = [each for each in _rows(context, account) if each.workflow_state == "active"]
    if "user_id" in context.params:
        asked = context.params["user_id"]
        wanted = set(map(str, asked if isinstance(asked, list) else [asked]))
        rows = [each for each in rows if str(each.user_id) in wanted]
    return context.page(rows, lambda row: _admin_json(context, row))


@route("POST", "/api/v1/accounts/:account_id/admins", "admins#create")
def create(context: Context) -> Response:
    """Give a user a role in this account; a role that the user has there already is the same row again.

    Nobody gives more than they have: each permission of the role takes the caller's own (app/models/account_user.rb).
    """
    account, user, role = context.account(), _user(context, context.params.get("user_id")), _role(context)
    context.require(_RIGHT, account)
    for permission in manageable(context, account):
        if setting(context.tables.authority, context.tables.accounts, role, permission, account).here:
            context.require(permission.key, account)
    row = _row(context, account, user, role)
    if row is None:
        if role.base not in ACCOUNT_ROLES or role.workflow_state == "inactive":
            raise errors.invalid_text(role_id="is invalid")
        row = Administration(context.tables.next_id(), user.id, account.id, role.id)
        context.tables.authority.administrations[row.id] = row
    return json_response(_admin_json(context, row))


@route("DELETE", "/api/v1/accounts/:account_id/admins/:user_id", "admins#destroy")
def destroy(context: Context) -> Response:
    """Take a role in this account from a user: without `role_id` the one of account admins."""
    account, user, role = context.account(), _user(context, context.path["user_id"]), _role(context)
    row = _row(context, account, user, role)
    if row is None:
        raise errors.not_found()
    context.require(_RIGHT, account)
    row.workflow_state = "deleted"
    return json_response(_admin_json(context, row))


def _rows(context: Context, account: Account) -> list[Administration]:
    rows = context.tables.authority.administrations.values()
    return sorted((each for each in rows if each.account_id == account.id), key=lambda row: row.id)


def _row(context: Context, account: Account, user: User, role: Role) -> Administration | None:
    for each in _rows(context, account):
        if (each.user_id, each.role_id, each.workflow_state) == (user.id, role.id, "active"):
            return each
    return None


def _user(context: Context, wanted: object) -> User:
    found = context.tables.users.get(int(str(wanted))) if str(wanted).isdecimal() else None
    if found is None or found.workflow_state == "deleted":
        raise errors.not_found()
    return found


def _role(context: Context) -> Role:
    """The role named by `role_id`, or the built-in one of account admins."""
    wanted, roles = context.text("role_id"), context.tables.authority.roles
    if wanted is None:
        return roles[ACCOUNT_ADMIN]
    found = roles.get(int(wanted)) if wanted.isdecimal() else None
    if found is None:
        raise errors.not_found()
    return found


def _admin_json(context: Context, row: Administration) -> dict[str, Any]:
    return {
        "id": row.id,
        "role": context.tables.authority.roles[row.role_id].name,
        "role_id": row.role_id,
        "user": user_record(context.tables.users[row.user_id]),
        "workflow_state": row.workflow_state,
    }
