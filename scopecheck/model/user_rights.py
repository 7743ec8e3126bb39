"""What the user who authorized the integration may do: the accounts and roles that Canvas shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from scopecheck.model.profile import Permission


@dataclass(frozen=True)
class HeldRole:
    """One role of the user in one account, by Canvas's record."""

    name: str
    account_id: str
    permissions: dict[str, bool]
    """Canvas's keys to whether they are on; a key that is not in force on this Canvas is not among them."""
    role_id: str = ""


@dataclass(frozen=True)
class CourseAccount:
    """An account that courses of this run lie in, and what the user's roles may do there."""

    account_id: str
    courses: list[str]
    """The IDs of these courses."""
    roles: list[HeldRole] | None = None
    """All roles of the user as this account shows them; None if they were not all read."""

    def off(self, permission: Permission) -> list[str]:
        """The keys of a permission that every role shows here, and none has on."""
        return _off(self.roles or [], permission)

    def lacks(self, permission: Permission) -> bool:
        """Whether all keys of a permission that any role shows here are off, and there is one."""
        return _lacks(self.roles or [], permission)

    def __str__(self) -> str:
        several = "s" if len(self.courses) > 1 else ""
        return f"account {self.account_id} (course{several} {', '.join(self.courses)})"


@dataclass(frozen=True)
class UserRights:
    """What is known of the user's rights; what is not known is None, and nothing is concluded from it."""

    accounts: list[str] | None = None
    """The IDs of the accounts that the user administers directly."""
    sub_accounts_only: bool = False
    """Whether none of these is a root account."""
    roles: list[HeldRole] | None = None
    """All roles that the user has in these accounts."""
    course_accounts: list[CourseAccount] = field(default_factory=list)
    """The accounts of the courses that are read, or of the sandbox course, as far as they are known."""
    outside: list[str] = field(default_factory=list)
    """The courses that the settings name, but that lie in no account that the user administers."""

    @property
    def administers_nothing(self) -> bool:
        """Whether the user is known to administer no account."""
        return self.accounts == []

    def off(self, permission: Permission) -> list[str]:
        """The keys of a permission that every role shows, and none has on."""
        return _off(self.roles or [], permission)

    def lacks(self, permission: Permission) -> bool:
        """Whether all keys of a permission that any role shows are off, and there is one."""
        return _lacks(self.roles or [], permission)

    def lacking_in(self, permissions: Collection[Permission]) -> list[CourseAccount]:
        """The courses' accounts where one of these permissions is off."""
        return [account for account in self.course_accounts if any(map(account.lacks, permissions))]


def _off(roles: Sequence[HeldRole], permission: Permission) -> list[str]:
    return [key for key in permission.all_keys if roles and all(role.permissions.get(key) is False for role in roles)]


def _lacks(roles: Sequence[HeldRole], permission: Permission) -> bool:
    shown = {key for role in roles for key in role.permissions}.intersection(permission.all_keys)
    return bool(shown) and shown <= set(_off(roles, permission))
