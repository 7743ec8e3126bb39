"""What the user who authorized the integration may do: the accounts and roles that Canvas shows."""

from __future__ import annotations

from dataclasses import dataclass

from scopecheck.model.profile import Permission


@dataclass(frozen=True)
class HeldRole:
    """One role of the user in one account, by Canvas's record."""

    name: str
    account_id: str
    permissions: dict[str, bool]
    """Canvas's keys to whether they are on; a key that is not in force on this Canvas is not among them."""


@dataclass(frozen=True)
class UserRights:
    """What is known of the user's rights; what is not known is None, and nothing is concluded from it."""

    accounts: list[str] | None = None
    """The IDs of the accounts that the user administers directly."""
    sub_accounts_only: bool = False
    """Whether none of these is a root account."""
    roles: list[HeldRole] | None = None
    """All roles that the user has in these accounts."""

    @property
    def administers_nothing(self) -> bool:
        """Whether the user is known to administer no account."""
        return self.accounts == []

    def off(self, permission: Permission) -> list[str]:
        """The keys of a permission that every role shows, and none has on."""
        roles = self.roles or []
        return [
            key for key in permission.all_keys if roles and all(role.permissions.get(key) is False for role in roles)
        ]

    def lacks(self, permission: Permission) -> bool:
        """Whether all keys of a permission that any role shows are off, and there is one."""
        shown = {key for role in self.roles or () for key in role.permissions}.intersection(permission.all_keys)
        return bool(shown) and shown <= set(self.off(permission))
