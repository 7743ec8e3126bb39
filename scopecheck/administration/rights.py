"""What the administrator may do in the root account, asked before anything is changed.

`GET accounts/:id/permissions` answers for any permission whether the caller has it (accounts_controller.rb). Where a
Canvas does not answer that, the first refusal tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from scopecheck.administration.reads import ACCOUNT, Right, lacking
from scopecheck.canvas.classify import Reading, read
from scopecheck.config.settings import SettingsError
from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient

ROLES: Final = Right("manage_role_overrides", "Permissions - manage")
ADMINS: Final = Right("manage_account_memberships", "Admins - add / remove")
NEW_USERS: Final = Right("manage_user_logins", "Users - manage login details")
USERS: Final = Right("read_roster", "Users - view list")
LOGINS: Final = Right("view_user_logins", "Users - view login IDs")

_AT_ONCE: Final = 25
"""Permissions that one address asks for: some firewalls refuse long addresses."""


def lacked(admin: CanvasClient, keys: Iterable[str]) -> set[str]:
    """Which of these permissions the token's user is known to lack in the root account."""
    asked = list(dict.fromkeys(keys))
    batches = (asked[start : start + _AT_ONCE] for start in range(0, len(asked), _AT_ONCE))
    return {key for some in batches for key in _lacked(admin, some)}


def require_rights(admin: CanvasClient, needed: Mapping[Right, str]) -> None:
    """Raises SettingsError, with each permission that is known to be lacking and what it is needed for."""
    without = lacked(admin, [right.key for right in needed])
    problems = [lacking(right, to_do) for right, to_do in needed.items() if right.key in without]
    if problems:
        raise SettingsError(problems)


def _lacked(admin: CanvasClient, keys: Collection[str]) -> list[str]:
    answer = admin.send(Call("GET", f"{ACCOUNT}/permissions", query=[("permissions[]", key) for key in keys]))
    said = answer.json if read(answer) is Reading.OK else None
    return [key for key in keys if said.get(key) is False] if isinstance(said, dict) else []
