"""Accounts and sub-accounts (accounts_controller.rb, lib/api/v1/account.rb)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.permission_keys import in_force
from scopecheck.embedded_canvas.records import Account
from scopecheck.embedded_canvas.roles import administrations
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.embedded_canvas.values import truth


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


def full_json(context: Context, account: Account, includes: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What an administrator sees; SIS IDs only for sub-accounts, and with the right to see them."""
    more: dict[str, Any] = {
        "default_storage_quota_mb": 500,
        "default_user_storage_quota_mb": 50,
        "default_group_storage_quota_mb": 50,
    }
    if account.root_account_id is not None and context.may("read_sis", account):
        more |= {"sis_account_id": None, "integration_id": None}
    if account.root_account_id is not None and context.may("manage_sis", account):
        more["sis_import_id"] = None
    return short_json(account) | more | _included(context, account, includes)


def _included(context: Context, account: Account, includes: frozenset[str]) -> dict[str, Any]:
    accounts = {account.id, *(each.id for each in below(context.tables, account))}
    courses = [c for c in context.tables.courses.values() if c.account_id in accounts and c.workflow_state != "deleted"]
    values: dict[str, Any] = {
        "lti_guid": f"{account.uuid}.embedded",
        "registration_settings": {"login_handle_name": None, "require_email": False},
        "services": {"avatars": True, "google_docs_previews": True},
        "global_id": 10_000_000_000_000 + account.id,
    }
    if not context.config.is_old:
        children = [each for each in below(context.tables, account) if each.parent_account_id == account.id]
        values |= {"course_count": len(courses), "sub_account_count": len(children)}
    return {name: value for name, value in values.items() if name in includes}


def below(tables: Tables, account: Account) -> Iterator[Account]:
    """The active accounts below one, by ID, parents before children."""
    for child in sorted(tables.accounts.values(), key=lambda each: each.id):
        if child.parent_account_id == account.id and child.workflow_state == "active":
            yield child
            yield from below(tables, child)


@route("GET", "/api/v1/accounts", "accounts#index")
def index(context: Context) -> Response:
    """Accounts that the caller administers directly: for a root admin only the root; for teachers an empty list."""
    own = _own_accounts(context)
    includes = context.includes("include", "includes")
    return context.page(own, lambda account: full_json(context, account, includes), total=context.config.is_old)


def _own_accounts(context: Context) -> list[Account]:
    accounts = context.tables.accounts
    if context.caller.role == "site-admin":
        return [each for each in accounts.values() if each.root_account_id is None]
    numbers = {each.account_id for each in administrations(context.tables.authority, context.caller)}
    return [each for each in accounts.values() if each.id in numbers and each.workflow_state == "active"]


@route("GET", "/api/v1/accounts/:id", "accounts#show")
def show(context: Context) -> Response:
    """One account: in full for those who manage it. It reads `includes[]`, not `include[]`."""
    account = context.account("id")
    context.require("read", account)
    if not context.may("manage", account):
        return json_response(short_json(account))
    return json_response(full_json(context, account, context.includes("includes")))


@route("GET", "/api/v1/accounts/:account_id/permissions", "accounts#permissions")
def permissions(context: Context) -> Response:
    """Which of the permissions that are asked for the caller has in the account; what is none there is not had."""
    account = context.account()
    context.require("read", account)
    asked = context.params.get("permissions")
    known = in_force(old=context.config.is_old)
    names = list(map(str, asked)) if isinstance(asked, list) else []
    return json_response({name: name in known and context.may(name, account) for name in names})


@route("GET", "/api/v1/accounts/:account_id/sub_accounts", "accounts#sub_accounts")
def sub_accounts(context: Context) -> Response:
    """Children, or with `recursive` the whole tree (without a total); in full for every reader.

    Older Canvas has neither includes nor `order` here.
    """
    account = context.account()
    context.require("read", account)
    recursive = truth(context.params.get("recursive"))
    found = [each for each in below(context.tables, account) if recursive or each.parent_account_id == account.id]
    by_name = context.params.get("order") == "name" and not recursive and not context.config.is_old
    includes = context.includes() & {"course_count", "sub_account_count"}
    return context.page(
        sorted(found, key=lambda each: (each.name if by_name else "", each.id)),
        lambda each: full_json(context, each, includes),
        total=not recursive,
    )


@route("POST", "/api/v1/accounts/:account_id/sub_accounts", "sub_accounts#create")
def create(context: Context) -> Response:
    """Create a sub-account. Old Canvas takes only the parent's number: it makes any other name of it the ID 0."""
    parent = context.account()
    if context.config.is_old and context.path["account_id"] != str(parent.id):
        raise errors.not_found()
    context.require("manage_account_settings", parent)
    wanted = context.fields("account")
    if not wanted.get("name"):
        raise errors.messages(400, "account is missing")
    number = context.tables.next_id()
    made = Account(number, str(wanted["name"]), parent.id, parent.root_account_id or parent.id, f"{number:040d}")
    context.tables.accounts[number] = made
    return json_response(full_json(context, made))


@route("DELETE", "/api/v1/accounts/:account_id/sub_accounts/:id", "sub_accounts#destroy")
def destroy(context: Context) -> Response:
    """Delete a sub-account; 409 while it has live courses."""
    context.require("manage_account_settings", context.account())
    account = context.account("id")
    live = [c for c in context.tables.courses.values() if c.account_id == account.id and c.workflow_state != "deleted"]
    if live:
        raise errors.message(409, "the account has live courses")
    account.workflow_state = "deleted"
    return json_response(full_json(context, account))
