"""What to do where the authorizing user lacks a right: which permissions to turn on, for which role, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from scopecheck.model.profile import Permission, Profile, Role
from scopecheck.model.user_rights import CourseAccount, RolesOnRecord, UserRights

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
    OUTSIDE = auto()
    """Not at all: the settings name a course that lies in no account that the user administers."""


@dataclass(frozen=True)
class RoleFix:
    """One thing to do in Canvas: what, and the permissions to turn on."""

    what: str
    boxes: tuple[str, ...]
    """The permissions, as Canvas's Permissions page calls them."""
    needs: str = ""
    """Said before the permissions, if `what` can do without them."""

    def __str__(self) -> str:
        if not self.boxes:
            return f"{self.what}."
        return f"{self.what}. {WAIT}" if self.needs else f"{self.what}: {', '.join(self.boxes)}. {WAIT}"


def kind_for(profile: Profile, rights: UserRights, scope: str, refused_in: Collection[str] = ()) -> Kind | None:
    """How a user whose call under the scope was refused comes to the right; None if no permission is known for it.

    `refused_in` are the courses in which it was refused, if it was not in others.
    """
    permissions = profile.permissions_of(scope)
    if profile.role is None:
        return None
    if rights.administers_nothing:
        return Kind.ADMINISTRATOR
    if refused_in and set(refused_in) <= set(rights.outside):
        return Kind.OUTSIDE
    if rights.sub_accounts_only and "/accounts/" in scope and not any(map(rights.lacks, permissions)):
        return Kind.ADMINISTRATOR
    if any(map(rights.lacks, permissions)):
        return Kind.PERMISSION
    if rights.lacking_in(permissions):
        return Kind.SUB_ACCOUNT
    if permissions and (rights.roles or refused_in) and not any(map(rights.off, permissions)):
        return Kind.SUB_ACCOUNT
    return Kind.PERMISSION if permissions else None


def role_fix(
    kind: Kind,
    profile: Profile,
    rights: UserRights,
    scopes: Collection[str],
    refused_in: Collection[str] = (),
    *,
    unneeded: bool = False,
) -> RoleFix:
    """What to do about these scopes, and if `unneeded` about permissions that no scope needs."""
    if kind is Kind.ADMINISTRATOR:
        role = profile.role or Role(profile.title, ())
        needs = "That role needs these permissions (Admin > Permissions > Account Roles)"
        return RoleFix(_join(role, rights), tuple(_labels(role)), needs)
    if kind is Kind.OUTSIDE:
        return RoleFix(_leave_out(profile.role or Role(profile.title, ()), rights), ())
    accounts = _accounts(profile, rights, scopes, refused_in) if kind is Kind.SUB_ACCOUNT else []
    lacking = set(_lacking(profile, accounts or [rights], scopes))
    boxes = _in_order(profile, lacking.union(unshown_boxes(profile, rights) if unneeded else ()))
    permissions = "this permission" if len(boxes) == 1 else f"these {len(boxes)} permissions"
    where = "open Admin > Permissions > Account Roles"
    if kind is Kind.SUB_ACCOUNT:
        there = ", ".join(map(str, accounts)) or f"the sub-account of {_courses(refused_in)}"
        there = f"each of {there}, beginning with the highest" if len(accounts) > 1 else there
        of = f"account{'s' if len(rights.accounts or ()) > 1 else ''} {', '.join(rights.accounts or ())}"
        has = f" (the role has all of it in {of})" if rights.roles else ""
        where = f"open Permissions > Account Roles in {there}{has}"
    what = f"The key needs no change. In Canvas, {where}, and for {_role(rights)} turn on {permissions}"
    return RoleFix(what, tuple(boxes))


def _accounts(
    profile: Profile, rights: UserRights, scopes: Collection[str], refused_in: Collection[str]
) -> list[CourseAccount]:
    """The courses' accounts in which the record shows something off for these scopes, or else a call was refused."""
    lacking = rights.lacking_in([each for scope in scopes for each in profile.permissions_of(scope)])
    return lacking or [each for each in rights.course_accounts if set(refused_in).intersection(each.courses)]


def _leave_out(role: Role, rights: UserRights) -> str:
    several = len(rights.outside) > 1
    return (
        f"The key needs no change: {_courses(rights.outside)} {'lie' if several else 'lies'} outside account "
        f"{', '.join(rights.accounts or ())}, and the user who authorized the integration administers no other. Take "
        f"{'them' if several else 'it'} out of CANVAS_READ_COURSE_IDS; or make that user an administrator of the root "
        f"account, with the role {role.name} (in Canvas: Admin > Settings > Admins > + Account Admins)"
    )


def _courses(numbers: Collection[str]) -> str:
    if not numbers:
        return "the course"
    return f"course{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


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


def _off(permission: Permission, rights: RolesOnRecord, shown: Collection[str] = ()) -> list[str]:
    off = [key for key in rights.off(permission) if key not in shown]
    return permission.boxes(off) if off else []


def _lacking(profile: Profile, records: Sequence[RolesOnRecord], scopes: Collection[str]) -> Iterator[str]:
    """The permissions that scopes lack by the record; where it shows none off, all that may be.

    A call that needs two permissions says nothing of the one if the other is known to be off from a call that needs
    just that.
    """
    unshown: list[list[str]] = []
    for scope in scopes:
        permissions = profile.permissions_of(scope)
        off = [box for each in permissions for record in records for box in _off(each, record)]
        yield from off
        if not off:
            unshown.append([each.label for each in permissions])
    alone = {labels[0] for labels in unshown if len(labels) == 1}
    for labels in unshown:
        yield from [label for label in labels if label in alone] or labels


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
