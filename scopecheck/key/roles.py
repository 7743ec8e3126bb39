"""The roles of the token's user, read with an administrator's token.

`GET accounts/:id/admins` names a user's roles in one account (admins_controller.rb), `GET accounts/:id/roles` shows
which permissions a role has there (role_overrides_controller.rb, lib/api/v1/role.rb). Both need permissions of their
own. A site administrator's role is in no list of a root account. So nothing is concluded unless every account that the
user administers shows a role, and every role its permissions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from scopecheck.canvas.classify import Reading, read, rows_of
from scopecheck.canvas.ids import local_id, same_id
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call, Query
from scopecheck.model.user_rights import CourseAccount, HeldRole, UserRights
from scopecheck.transport.client import CanvasClient

ACCOUNTS_SCOPE: Final = "url:GET|/api/v1/accounts"
_ALL: Final = ("per_page", "100")
ACCOUNTS: Final = Call("GET", "/api/v1/accounts", query=[("per_page", "10")])
"""Lists the accounts that the token's user administers directly; for anybody else it is empty, never refused. The
exercise of the scope makes this very call, so that a bundle from before the check has its answer too."""
_MOST_ACCOUNTS: Final = 5
"""A user with roles in more accounts has not been made for one integration."""
_MOST_BELOW: Final = 3
"""As many as accounts are sampled for live courses."""


def rights_of(accounts: Answer | None) -> UserRights:
    """What the list of accounts says of the token's user."""
    if accounts is None or read(accounts) is not Reading.OK or not isinstance(accounts.json, list):
        return UserRights()
    rows = [row for row in accounts.json if isinstance(row, dict) and "id" in row]
    if len(rows) != len(accounts.json):
        return UserRights()
    below = bool(rows) and not accounts.next_page and all(row.get("root_account_id") is not None for row in rows)
    return UserRights([str(row["id"]) for row in rows], sub_accounts_only=below)


def read_roles(admin: CanvasClient, user_id: str, accounts: Sequence[str]) -> list[HeldRole] | None:
    """All roles of a user in these accounts; None if they cannot all be read."""
    if not 0 < len(accounts) <= _MOST_ACCOUNTS:
        return None
    found: list[HeldRole] = []
    for account in accounts:
        held = _roles_in(admin, user_id, account)
        if not held:
            return None
        found += held
    return found


def read_roles_below(
    admin: CanvasClient, roles: Sequence[HeldRole] | None, accounts: Sequence[CourseAccount]
) -> list[CourseAccount]:
    """The courses' accounts, the first three of them with the user's roles as they are in force there.

    A role from above is in force below with what was changed there (`show_inherited`). Which roles count there is not
    known: all of the user's are taken, so that one more can only keep an account from lacking something.
    """
    if not roles:
        return list(accounts)
    read_there = [replace(each, roles=_as_shown_in(admin, roles, each.account_id)) for each in accounts[:_MOST_BELOW]]
    return [*read_there, *accounts[_MOST_BELOW:]]


def _as_shown_in(admin: CanvasClient, roles: Sequence[HeldRole], account: str) -> list[HeldRole] | None:
    if all(same_id(role.account_id, account) for role in roles):
        return list(roles)
    shown = _shown_in(admin, account)
    found = [_held(shown.get(role_id), account) for role_id in dict.fromkeys(role.role_id for role in roles)]
    known = [role for role in found if role]
    return known if len(known) == len(found) else None


def _shown_in(admin: CanvasClient, account: str) -> dict[str, dict[str, Any]]:
    """The roles that an account shows, its own and those from above, by ID; empty if they cannot all be read."""
    roles = _rows(admin, f"/api/v1/accounts/{account}/roles", [("show_inherited", "true"), _ALL])
    return {str(role.get("id")): role for role in roles or ()}


def _roles_in(admin: CanvasClient, user_id: str, account: str) -> list[HeldRole] | None:
    # By both IDs: Canvas names a user by the global one, and a list knows its own shard's users by the local one.
    wanted = [("user_id[]", each) for each in dict.fromkeys((local_id(user_id), user_id))]
    admins = _rows(admin, f"/api/v1/accounts/{account}/admins", [*wanted, _ALL])
    mine = [row for row in admins or () if _is_of(row, user_id)]
    by_id = _shown_in(admin, account) if mine else {}
    held = [_held(by_id.get(str(row.get("role_id"))), account) for row in mine]
    known = [role for role in held if role]
    return known if len(known) == len(held) else None


def _rows(admin: CanvasClient, path: str, query: Query) -> list[dict[str, Any]] | None:
    """The objects of a list that fits on one page; None if it does not, or cannot be read."""
    answer = admin.send(Call("GET", path, query=query))
    if read(answer) is not Reading.OK or not isinstance(answer.json, list) or answer.next_page:
        return None
    return rows_of(answer)


def _is_of(row: dict[str, Any], user_id: str) -> bool:
    user = row.get("user")
    return isinstance(user, dict) and same_id(user.get("id"), user_id) and row.get("workflow_state") != "deleted"


def _held(role: dict[str, Any] | None, account: str) -> HeldRole | None:
    permissions = role.get("permissions") if role else None
    if role is None or not isinstance(permissions, dict):
        return None
    on = {key: each.get("enabled") for key, each in permissions.items() if isinstance(each, dict)}
    return HeldRole(
        str(role.get("label") or role.get("role")),
        account,
        {key: value for key, value in on.items() if isinstance(value, bool)},
        str(role.get("id")),
    )
