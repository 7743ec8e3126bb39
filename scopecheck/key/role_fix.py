"""What to do where the authorizing user lacks a right: which permissions to turn on, for which role, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from scopecheck.model.profile import Permission, Profile, Role
from scopecheck.model.user_rights import UserRights

WAIT: Final = (
    "A change takes effect when Canvas's caches have run out, after half an hour or more: run again then. No new token "
    "is needed."
)


class Kind(Enum):
    """The ways in which a user comes to a right."""

    ADMINISTRATOR = auto()
    """By being made an administrator: the user is none, or not one of the account in question."""
    PERMISSION = auto()
    """By permissions that are turned on for the user's role."""
    SUB_ACCOUNT = auto()
    """By the same further down: in the accounts that the user administers they are on."""


@dataclass(frozen=True)
class RoleFix:
    """One thing to do in Canvas: what, and the permissions to turn on."""

    what: str
    boxes: tuple[str, ...]
    """The permissions, as Canvas's Permissions page calls them."""
    needs: str = ""
    """Said before the permissions, if `what` can do without them."""

    def __str__(self) -> str:
        return f"{self.what}. {WAIT}" if self.needs else f"{self.what}: {', '.join(self.boxes)}. {WAIT}"


def kind_for(profile: Profile, rights: UserRights, scope: str) -> Kind | None:
    """How a user whose call under the scope was refused comes to the right; None if no permission is known for it."""
    permissions = profile.permissions_of(scope)
    if profile.role is None:
        return None
    if rights.administers_nothing:
        return Kind.ADMINISTRATOR
    if rights.sub_accounts_only and "/accounts/" in scope and not any(map(rights.lacks, permissions)):
        return Kind.ADMINISTRATOR
    if permissions and rights.roles and not any(map(rights.off, permissions)):
        return Kind.SUB_ACCOUNT
    return Kind.PERMISSION if permissions else None


def role_fix(
    kind: Kind, profile: Profile, rights: UserRights, scopes: Collection[str], *, unneeded: bool = False
) -> RoleFix:
    """What to do about these scopes, and if `unneeded` about permissions that no scope needs."""
    if kind is Kind.ADMINISTRATOR:
        role = profile.role or Role(profile.title, ())
        needs = "That role needs these permissions (Admin > Permissions > Account Roles)"
        return RoleFix(_join(role, rights), tuple(_labels(role)), needs)
    lacking = {box for scope in scopes for box in _boxes(profile, rights, scope)}
    boxes = _in_order(profile, lacking.union(unshown_boxes(profile, rights) if unneeded else ()))
    permissions = "this permission" if len(boxes) == 1 else f"these {len(boxes)} permissions"
    where = "open Admin > Permissions > Account Roles"
    if kind is Kind.SUB_ACCOUNT:
        of = f"account{'s' if len(rights.accounts or ()) > 1 else ''} {', '.join(rights.accounts or ())}"
        where = f"open Permissions > Account Roles in the sub-account of the course (the role has all of it in {of})"
    what = f"The key needs no change. In Canvas, {where}, and for {_role(rights)} turn on {permissions}"
    return RoleFix(what, tuple(boxes))


def _labels(role: Role) -> Iterator[str]:
    """All permissions of a role, without those that are a part of another."""
    for each in role.permissions:
        if not any(set(each.all_keys) < set(other.all_keys) for other in role.permissions):
            yield each.label


def _in_order(profile: Profile, boxes: Collection[str]) -> list[str]:
    permissions = profile.role.permissions if profile.role else ()
    known = [name for each in permissions for some in each.keys for name in (each.label, *each.boxes(some))]
    return sorted(boxes, key=known.index)


def unshown_boxes(profile: Profile, rights: UserRights) -> list[str]:
    """The permissions that are off by the record, without those that are off in full and that scopes show."""
    permissions = profile.role.permissions if profile.role else ()
    shown = {key for each in permissions if each.scopes and rights.lacks(each) for key in rights.off(each)}
    return list(dict.fromkeys(box for each in permissions for box in _off(each, rights, shown)))


def _off(permission: Permission, rights: UserRights, shown: Collection[str] = ()) -> list[str]:
    off = [key for key in rights.off(permission) if key not in shown]
    return permission.boxes(off) if off else []


def _boxes(profile: Profile, rights: UserRights, scope: str) -> Iterator[str]:
    """The permissions that a scope lacks by the record; all that it needs, if the record shows none off."""
    permissions = profile.permissions_of(scope)
    off = [box for each in permissions for box in _off(each, rights)]
    yield from off or (each.label for each in permissions)


def _role(rights: UserRights) -> str:
    names = list(dict.fromkeys(role.name for role in rights.roles or ()))
    if not names:
        return "the role of the user who authorized the integration"
    return f"the role {names[0]}" if len(names) == 1 else f"one of the user's roles ({', '.join(names)})"


def _join(role: Role, rights: UserRights) -> str:
    who = (
        f"administers only account {', '.join(rights.accounts or ())}, which is no root account"
        if rights.sub_accounts_only
        else "administers no account"
    )
    text = (
        f"The key needs no change: the user who authorized the integration {who}. In Canvas, open the root "
        f"account's Admin > Settings > Admins > + Account Admins, and add that user with the role {role.name}"
    )
    return f"{text}, or set CANVAS_ACCOUNT_ID to that account to test it alone" if rights.sub_accounts_only else text
