"""What the user who authorized the integration may do: the accounts and roles that Canvas shows."""

from __future__ import annotations

from collections.abc import Collection
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


@dataclass(frozen=True, kw_only=True)
class RolesOnRecord:
    """A user's roles as Canvas shows them in one place, and what is off there."""

    roles: list[HeldRole] | None = None
    """All of them; None if they were not all read."""

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


@dataclass(frozen=True)
class CourseAccount(RolesOnRecord):
    """An account that courses of this run lie in, and what the user's roles may do there."""

    account_id: str
    courses: list[str]
    """The IDs of these courses."""

    def __str__(self) -> str:
        several = "s" if len(self.courses) > 1 else ""
        return f"account {self.account_id} (course{several} {', '.join(self.courses)})"


@dataclass(frozen=True)
class UserRights(RolesOnRecord):
    """What is known of the user's rights; what is not known is None, and nothing is concluded from it.

    The roles are those that the user has in the accounts.
    """

    accounts: list[str] | None = None
    """The IDs of the accounts that the user administers directly."""
    sub_accounts_only: bool = False
    """Whether none of these is a root account."""
    course_accounts: list[CourseAccount] = field(default_factory=list)
    """The accounts of the courses that are read, or of the sandbox course, as far as they are known."""
    outside: list[str] = field(default_factory=list)
    """The courses that the settings name, but that lie in no account that the user administers."""

    @property
    def administers_nothing(self) -> bool:
        """Whether the user is known to administer no account."""
        return self.accounts == []

    def lacking_in(self, permissions: Collection[Permission]) -> list[CourseAccount]:
        """The courses' accounts where one of these permissions is off."""
        return [account for account in self.course_accounts if any(map(account.lacks, permissions))]
