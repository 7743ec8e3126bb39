"""Accounts and sub-accounts (accounts_controller.rb, lib/api/v1/account.rb)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from embedded_canvas import errors
from embedded_canvas.context import Context
from embedded_canvas.http import Response, json_response
from embedded_canvas.routing import route
from embedded_canvas.state import Account, Tables


def short_json(account: Account) -> dict[str, Any]:
    """What a reader without the right to manage sees."""
    return {
        "id": account.id,
        "name": account.name,
        "workflow_state": account.workflow_state,
        "parent_account_id": account.parent_account_id,
        "root_account_id": account.root_account_id,
        "uuid": account.uuid,
        "default_time_zone": "America/New_York",
    }


def full_json(account: Account) -> dict[str, Any]:
    """What an administrator sees."""
    more: dict[str, Any] = {
        "default_storage_quota_mb": 500,
        "default_user_storage_quota_mb": 50,
        "default_group_storage_quota_mb": 50,
    }
    if account.root_account_id is not None:
        more |= {"sis_account_id": None, "integration_id": None, "sis_import_id": None}
    return short_json(account) | more


def below(tables: Tables, account: Account) -> Iterator[Account]:
    """The active accounts below one, by id, each before its own."""
    for child in sorted(tables.accounts.values(), key=lambda each: each.id):
        if child.parent_account_id == account.id and child.workflow_state == "active":
            yield child
            yield from below(tables, child)


@route("GET", "/api/v1/accounts")
def index(context: Context) -> Response:
    """Accounts in which the caller is an admin directly: for a root admin the root alone; others get an empty list."""
    own = [a for a in context.tables.accounts.values() if a.root_account_id is None and context.caller.role == "admin"]
    return context.page(own, full_json, total=False)


@route("GET", "/api/v1/accounts/:id")
def show(context: Context) -> Response:
    """One account: in full for those who manage it."""
    account = context.account("id")
    context.require("read", account)
    return json_response(full_json(account) if context.may("manage", account) else short_json(account))


@route("GET", "/api/v1/accounts/:account_id/sub_accounts")
def sub_accounts(context: Context) -> Response:
    """Children, or with `recursive` the whole tree, whose total is not computed."""
    account = context.account()
    context.require("read", account)
    recursive = str(context.params.get("recursive", "")).lower() in {"true", "t", "1", "yes", "y", "on"}
    found = [each for each in below(context.tables, account) if recursive or each.parent_account_id == account.id]
    return context.page(sorted(found, key=lambda each: each.id), full_json, total=not recursive)


@route("POST", "/api/v1/accounts/:account_id/sub_accounts")
def create(context: Context) -> Response:
    """Make a sub-account."""
    parent = context.account()
    context.require("manage_account_settings", parent)
    wanted = context.params.get("account")
    if not isinstance(wanted, dict) or not wanted.get("name"):
        raise errors.messages(400, "account is missing")
    number = context.tables.next_id()
    made = Account(number, str(wanted["name"]), parent.id, parent.root_account_id or parent.id, f"{number:040d}")
    context.tables.accounts[number] = made
    return json_response(full_json(made))


@route("DELETE", "/api/v1/accounts/:account_id/sub_accounts/:id")
def destroy(context: Context) -> Response:
    """Remove a sub-account; 409 while it has live courses."""
    context.require("manage_account_settings", context.account())
    account = context.account("id")
    live = [c for c in context.tables.courses.values() if c.account_id == account.id and c.workflow_state != "deleted"]
    if live:
        raise errors.message(409, "You can't delete an account that has active courses.")
    account.workflow_state = "deleted"
    return json_response(full_json(account))
