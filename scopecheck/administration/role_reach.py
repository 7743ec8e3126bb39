"""Whom a change to an existing role reaches: those who have it in the root account, and in the accounts below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from scopecheck.administration.reads import ACCOUNT, NotRead, Right, rows
from scopecheck.administration.rights import ADMINS
from scopecheck.canvas.ids import IdForm, same_id
from scopecheck.config.settings import SettingsError
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

MOST_ACCOUNTS: Final = 100
"""Accounts whose administrators are read; each takes a call."""

_ACCOUNTS: Final = Right("read", "an administrator's role in the root account")


@dataclass(frozen=True)
class Holder:
    """Somebody who has the role in one account."""

    user_id: str
    name: str
    account: str
    """What the account is called; `the root account` for that."""
    is_root: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.user_id}) in {self.account}"


@dataclass(frozen=True)
class Reach:
    """Who has the role, as far as the accounts could be walked."""

    holders: tuple[Holder, ...]
    unwalked: tuple[str, ...] = ()
    """The accounts whose administrators were not read."""
    unlisted: str = ""
    """Why the accounts below the root account could not be listed; empty if they were."""


def reach(admin: CanvasClient, role_id: str) -> Reach:
    """Who has the role. Raises SettingsError and NotRead if not even the root account's administrators can be read."""
    holders = list(_holders(admin, ACCOUNT, role_id, "the root account", is_root=True))
    try:
        found = rows(admin, f"{ACCOUNT}/sub_accounts", "the sub-accounts", _ACCOUNTS, [("recursive", "true")])
    except (NotRead, SettingsError) as why:
        return Reach(tuple(holders), unlisted=why.message if isinstance(why, NotRead) else " ".join(why.problems))
    accounts = [row for row in found if IdForm.NUMBER.fits(row.get("id"))]
    unwalked = [_named(row) for row in accounts[MOST_ACCOUNTS:]]
    for row in accounts[:MOST_ACCOUNTS]:
        try:
            holders += _holders(admin, f"/api/v1/accounts/{row['id']}", role_id, _named(row), is_root=False)
        except (NotRead, SettingsError):
            unwalked.append(_named(row))
    return Reach(tuple(holders), tuple(unwalked))


def _holders(admin: CanvasClient, path: str, role_id: str, account: str, *, is_root: bool) -> Iterator[Holder]:
    for row in rows(admin, f"{path}/admins", f"the administrators of {account}", ADMINS):
        user: Any = row.get("user")
        if same_id(row.get("role_id"), role_id) and isinstance(user, dict) and row.get("workflow_state") != "deleted":
            yield Holder(str(user.get("id")), clean(str(user.get("name"))), account, is_root)


def _named(account: dict[str, Any]) -> str:
    return clean(f"account {account['id']} ({account.get('name')})")
