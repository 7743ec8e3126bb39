"""The role that the profile asks for, against the roles of the root account: what there is to do.

It only adds, and to the one role of that name: a permission that is off, or does not apply to the account itself or to
those below it, is turned on for all of them. Which keys are in force on this Canvas, its roles show: a key that is not
in force is in no role's `permissions` (lib/api/v1/role.rb).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scopecheck.canvas.ids import IdForm
from scopecheck.config.settings import SettingsError
from scopecheck.model.profile import Permission, Role

_WHERE_IT_APPLIES: Final = ("applies_to_self", "applies_to_descendants")


@dataclass(frozen=True)
class Box:
    """One permission as Canvas keeps it, and what it is called."""

    key: str
    labels: tuple[str, ...]
    """The labels of today's Permissions page; an older Canvas has one box where today's has several."""
    limited: bool = False
    """Whether it is on, but not for the root account and all below it."""


@dataclass(frozen=True)
class RolePlan:
    """What there is to do for the role."""

    name: str
    role_id: str | None
    """None: there is no such role."""
    inactive: bool = False
    add: tuple[Box, ...] = ()
    """The permissions to turn on; of a new role, all."""
    fixed: tuple[Box, ...] = ()
    """Those that are off, and that this Canvas does not let anybody turn on for the role."""
    absent: tuple[str, ...] = ()
    """The labels of those for which this Canvas has no key."""
    beyond: tuple[str, ...] = ()
    """The keys that the role has on although the profile does not ask for them."""
    record: Mapping[str, Any] = field(default_factory=dict)
    """The role as Canvas shows it."""

    @property
    def is_right(self) -> bool:
        """Whether the role is there, active, and has all permissions that this Canvas has."""
        return self.role_id is not None and not (self.inactive or self.add or self.fixed)

    @property
    def keys(self) -> tuple[str, ...]:
        """All permissions that the role has on once the plan is carried out."""
        return tuple(dict.fromkeys([*_on(self.record), *(box.key for box in self.add)]))


def role_plan(wanted: Role, roles: Sequence[Mapping[str, Any]]) -> RolePlan:
    """What there is to do, given all roles of the root account, inactive ones included.

    Raises SettingsError for a role that must not be touched, or if no role shows which permissions there are.
    """
    _refuse_others(wanted, roles)
    record = _named(wanted, roles)
    shown = _permissions(record or next(filter(_is_built_in_account_role, roles), {}))
    if not shown:
        raise SettingsError(
            ["No account role of this Canvas shows its permissions, so it is not known which there are; use the token "
             "of an administrator of the root account who may see roles."]
        )  # fmt: skip
    boxes = list(_boxes(wanted.permissions, shown.keys()))
    if record is None:
        return RolePlan(wanted.name, None, add=tuple(boxes), absent=_absent(wanted.permissions, shown.keys()))
    off = [Box(box.key, box.labels, shown[box.key].get("enabled") is True) for box in boxes if _lacks(shown[box.key])]
    needed = {key for permission in wanted.permissions for key in permission.all_keys}
    return RolePlan(
        wanted.name,
        str(record["id"]),
        inactive=record.get("workflow_state") == "inactive",
        add=tuple(box for box in off if shown[box.key].get("readonly") is not True),
        fixed=tuple(box for box in off if shown[box.key].get("readonly") is True),
        absent=_absent(wanted.permissions, shown.keys()),
        beyond=tuple(key for key in _on(record) if key not in needed),
        record=record,
    )


def turned_on(boxes: Collection[Box]) -> dict[str, dict[str, bool]]:
    """The parameters that turn these on in the account and below it; locks are not sent, so stay (role_override.rb)."""
    on = {"explicit": True, "enabled": True, **dict.fromkeys(_WHERE_IT_APPLIES, True)}
    return {box.key: dict(on) for box in boxes}


def _refuse_others(wanted: Role, roles: Sequence[Mapping[str, Any]]) -> None:
    """Built-in roles, and roles of courses, are not touched."""
    for role in roles:
        names = {str(role.get(member)).strip().lower() for member in ("label", "role")}
        if role.get("workflow_state") == "built_in" and wanted.name.strip().lower() in names:
            raise SettingsError(
                [f"The profile's role is called {wanted.name}, which is a role built into Canvas; such a role is not "
                 "changed. Give the role another name in the profile."]
            )  # fmt: skip
        if role.get("label") == wanted.name and role.get("is_account_role") is False and _is_live(role):
            raise SettingsError(
                [f"The role {wanted.name} of this Canvas is a role in courses, which makes nobody an administrator. "
                 "Rename it (Admin > Permissions > Course Roles), or give the role another name in the profile."]
            )  # fmt: skip


def _named(wanted: Role, roles: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The role of this name: the active one, or else the inactive one that was made last."""
    named = [
        role
        for role in roles
        if role.get("label") == wanted.name and role.get("is_account_role") is not False
        and IdForm.NUMBER.fits(role.get("id"))
    ]  # fmt: skip
    return max(named, key=lambda role: (_is_live(role), int(str(role["id"]).rpartition("~")[2])), default=None)


def _is_live(role: Mapping[str, Any]) -> bool:
    return role.get("workflow_state") != "inactive"


def _is_built_in_account_role(role: Mapping[str, Any]) -> bool:
    return role.get("workflow_state") == "built_in" and role.get("base_role_type") == "AccountMembership"


def _permissions(role: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    shown = role.get("permissions")
    return {key: each for key, each in shown.items() if isinstance(each, dict)} if isinstance(shown, dict) else {}


def _on(role: Mapping[str, Any]) -> list[str]:
    return [key for key, each in _permissions(role).items() if each.get("enabled") is True]


def _lacks(shown: Mapping[str, Any]) -> bool:
    return shown.get("enabled") is not True or any(shown.get(where) is False for where in _WHERE_IT_APPLIES)


def _boxes(permissions: Sequence[Permission], in_force: Collection[str]) -> Iterator[Box]:
    """Each key that is needed and in force, with all labels that it stands for, in the profile's order."""
    labels: dict[str, list[str]] = {}
    for permission in permissions:
        for key in _in_force(permission, in_force):
            labels.setdefault(key, []).extend(permission.boxes([key]))
    for key, names in labels.items():
        yield Box(key, tuple(dict.fromkeys(names)))


def _in_force(permission: Permission, keys: Collection[str]) -> tuple[str, ...]:
    """The keys of one alternative that are in force: the most granular, or else the newest."""
    found = [tuple(key for key in alternative if key in keys) for alternative in permission.keys]
    return max(reversed(found), key=len, default=())


def _absent(permissions: Sequence[Permission], in_force: Collection[str]) -> tuple[str, ...]:
    """The permissions that this Canvas does not have, without those that are a part of another."""
    return tuple(
        each.label
        for each in permissions
        if not _in_force(each, in_force)
        and not any(set(each.all_keys) < set(other.all_keys) for other in permissions)
    )  # fmt: skip
