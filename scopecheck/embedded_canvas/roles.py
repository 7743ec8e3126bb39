"""What a role allows in an account, and who administers it (app/models/role_override.rb, account.rb)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scopecheck.embedded_canvas.permission_keys import Permission
from scopecheck.embedded_canvas.records import Account, Administration, Authority, Role, RoleOverride, User

ACCOUNT_ADMIN, STUDENT, TEACHER, TA, DESIGNER, OBSERVER = 10, 11, 12, 13, 14, 15
BUILT_IN: Final = (
    Role(STUDENT, "StudentEnrollment", "StudentEnrollment", "Student"),
    Role(TEACHER, "TeacherEnrollment", "TeacherEnrollment", "Teacher"),
    Role(TA, "TaEnrollment", "TaEnrollment", "TA"),
    Role(DESIGNER, "DesignerEnrollment", "DesignerEnrollment", "Designer"),
    Role(OBSERVER, "ObserverEnrollment", "ObserverEnrollment", "Observer"),
    Role(ACCOUNT_ADMIN, "AccountAdmin", "AccountAdmin", "Account Admin"),
)


@dataclass(frozen=True)
class Setting:
    """What holds for one permission of a role in one account."""

    here: bool
    """Whether it is on in the account itself."""
    below: bool
    """Whether it is on in the accounts below."""
    locked: bool
    readonly: bool
    explicit: bool
    """Whether this very account sets it."""
    inherited: bool
    """Whether it would be on if this account did not set it."""


def chain(accounts: dict[int, Account], account: Account) -> list[Account]:
    """The account and those above it, from the root down."""
    above = [account]
    while (parent := above[0].parent_account_id) is not None:
        above.insert(0, accounts[parent])
    return above


def setting(
    authority: Authority, accounts: dict[int, Account], role: Role, permission: Permission, account: Account
) -> Setting:
    """The permission's setting: the lowest account that sets it counts, unless one above has locked it."""
    *above, own = chain(accounts, account)
    inherited, locked = permission.is_on(role.base), False
    for each in above:
        override = authority.overrides.get((each.id, role.id, permission.key))
        if override and not locked:
            locked = override.locked
            inherited = inherited if override.enabled is None else _is_on(override, below=True)
    override = None if locked else authority.overrides.get((own.id, role.id, permission.key))
    explicit = override is not None and override.enabled is not None
    return Setting(
        here=_is_on(override, below=False) if override and explicit else inherited,
        below=_is_on(override, below=True) if override and explicit else inherited,
        locked=locked or (override is not None and override.locked),
        readonly=locked or not permission.can_be_set(role.base),
        explicit=explicit,
        inherited=inherited,
    )


def _is_on(override: RoleOverride, *, below: bool) -> bool:
    return bool(override.enabled) and (override.applies_to_descendants if below else override.applies_to_self)


def administrations(authority: Authority, user: User) -> list[Administration]:
    """What the user administers directly."""
    rows = authority.administrations.values()
    return [each for each in rows if each.user_id == user.id and each.workflow_state == "active"]


def roles_at(authority: Authority, accounts: dict[int, Account], user: User, account: Account) -> list[Role]:
    """The roles with which the user administers the account: given there, or above it."""
    covering = {each.id for each in chain(accounts, account)}
    rows = administrations(authority, user)
    return [authority.roles[each.role_id] for each in rows if each.account_id in covering]
