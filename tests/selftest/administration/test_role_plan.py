"""What is to be done for a role, from the records of the root account's roles alone."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.administration.role_plan import Box, RolePlan, role_plan, turned_on
from scopecheck.config.settings import SettingsError
from scopecheck.model.profile import Permission, Role

VIEW = Permission("Pages - view", (("view",),))
MANAGE = Permission("Courses > Courses - add / edit", (("courses",), ("courses_add", "courses_edit")))
EDIT = Permission("Courses > Courses - edit", (("courses_edit",),))
WANTED = Role("Robot", (VIEW, MANAGE, EDIT))


def record(label: str = "Robot", state: str = "active", number: Any = 7, **permissions: Any) -> dict[str, Any]:
    """A role as Canvas shows it; a permission is on or off, or has these members besides."""
    shown = {
        key: {"enabled": value, "locked": False, "readonly": False} if isinstance(value, bool) else value
        for key, value in permissions.items()
    }
    return {
        "id": number, "role": label, "label": label, "base_role_type": "AccountMembership", "workflow_state": state,
        "is_account_role": True, "permissions": shown,
    }  # fmt: skip


def built_in(**permissions: Any) -> dict[str, Any]:
    """The role of account admins."""
    return record("Account Admin", "built_in", 1, **permissions) | {"role": "AccountAdmin"}


def planned(*roles: dict[str, Any], wanted: Role = WANTED) -> RolePlan:
    """What there is to do."""
    return role_plan(wanted, roles)


def keys(boxes: tuple[Box, ...]) -> list[str]:
    """Their keys."""
    return [box.key for box in boxes]


@pytest.mark.parametrize(
    ("in_force", "chosen"),
    [
        (("view", "courses"), ["view", "courses"]),
        (("view", "courses_add", "courses_edit"), ["view", "courses_add", "courses_edit"]),
        (("view", "courses", "courses_add", "courses_edit"), ["view", "courses_add", "courses_edit"]),
        (("view", "courses", "courses_edit"), ["view", "courses_edit"]),
        (("courses",), ["courses"]),
    ],
    ids=["broad", "granular", "both", "both, but one is not in force", "one permission is not there"],
)
def test_the_keys_in_force(in_force: tuple[str, ...], chosen: list[str]) -> None:
    """A new role gets those that a built-in account role shows: the granular ones where there are any."""
    on: dict[str, Any] = dict.fromkeys(in_force, True)
    new = planned(built_in(**on))
    old = planned(built_in(), record() | {"permissions": {key: {"enabled": False} for key in in_force}})

    assert keys(new.add) == chosen
    assert keys(old.add) == chosen


def test_one_key_with_several_labels() -> None:
    """Where one broad key rules, the permission that is a part of it is not missed."""
    plan = planned(built_in(view=True, courses=True))

    assert plan.add == (Box("view", ("Pages - view",)), Box("courses", (MANAGE.label,)))
    assert plan.absent == ()


def test_each_granular_key_has_its_box() -> None:
    """By the names that Canvas's Permissions page gives them."""
    plan = planned(built_in(courses_add=True, courses_edit=True))

    assert [box.labels for box in plan.add] == [("Courses > Courses - add",), (EDIT.label,)]
    assert plan.absent == ("Pages - view",)


@pytest.mark.parametrize(
    ("shown", "add", "fixed", "limited"),
    [
        (True, [], [], []),
        (False, ["view"], [], []),
        ({"enabled": True, "applies_to_self": True, "applies_to_descendants": True}, [], [], []),
        ({"enabled": True, "applies_to_self": False, "applies_to_descendants": True}, ["view"], [], ["view"]),
        ({"enabled": True, "applies_to_self": True, "applies_to_descendants": False}, ["view"], [], ["view"]),
        ({"enabled": False, "locked": True, "readonly": False}, ["view"], [], []),
        ({"enabled": False, "locked": True, "readonly": True}, [], ["view"], []),
        ({"enabled": True, "locked": True, "readonly": True}, [], [], []),
        ({}, ["view"], [], []),
    ],
)
def test_what_is_on(shown: Any, add: list[str], fixed: list[str], limited: list[str]) -> None:
    """On is what holds for the account and all below it; what is read-only cannot be turned on, what is locked can."""
    plan = planned(built_in(), record(view=shown, courses=True))

    assert (keys(plan.add), keys(plan.fixed)) == (add, fixed)
    assert [box.key for box in plan.add if box.limited] == limited
    assert plan.is_right is not bool(add or fixed)


def test_what_the_role_has_beyond() -> None:
    """It is named, what is off is not; a key of another alternative is not beyond."""
    plan = planned(record(view=True, courses=True, courses_add=True, courses_edit=True, sis=True, reports=False))

    assert (plan.beyond, plan.add) == (("sis",), ())
    assert set(plan.keys) == {"view", "courses", "courses_add", "courses_edit", "sis"}


@pytest.mark.parametrize(
    ("roles", "number", "inactive"),
    [
        ([record(number=7)], "7", False),
        ([record(number=7, state="inactive")], "7", True),
        ([record(number=9, state="inactive"), record(number=7)], "7", False),
        ([record(number=7, state="inactive"), record(number=9, state="inactive")], "9", True),
        ([record("robot", number=7)], None, False),
        ([record("Robot 2", number=7)], None, False),
        ([record(number="one")], None, False),
    ],
    ids=["active", "inactive", "both", "two inactive", "other letters", "another", "no ID"],
)
def test_which_role_it_is(roles: list[dict[str, Any]], number: str | None, *, inactive: bool) -> None:
    """The one with exactly this label: the active one, or else the one deactivated that was made last."""
    shown = built_in(view=True)
    plan = planned(shown, *({**role, "permissions": shown["permissions"]} for role in roles))

    assert (plan.role_id, plan.inactive) == (number, inactive)


@pytest.mark.parametrize("name", ["AccountAdmin", "Account Admin", "account admin", "Teacher", "TeacherEnrollment"])
def test_built_in_roles_are_refused(name: str) -> None:
    """By label or name, in upper or lower case."""
    teacher = built_in() | {"label": "Teacher", "role": "TeacherEnrollment", "is_account_role": False}

    with pytest.raises(SettingsError, match="a role built into Canvas"):
        planned(built_in(view=True), teacher, wanted=Role(name, WANTED.permissions))


def test_a_role_of_courses_is_refused() -> None:
    """It makes nobody an administrator; once it is inactive its name is free."""
    of_courses = record() | {"base_role_type": "TeacherEnrollment", "is_account_role": False}

    with pytest.raises(SettingsError, match="is a role in courses"):
        planned(built_in(view=True), of_courses)
    assert planned(built_in(view=True), of_courses | {"workflow_state": "inactive"}).role_id is None


@pytest.mark.parametrize("roles", [[], [built_in()], [record() | {"permissions": None}]])
def test_permissions_that_are_not_shown(roles: list[dict[str, Any]]) -> None:
    """Then it is not known which keys there are, and nothing is planned."""
    with pytest.raises(SettingsError, match="No account role of this Canvas shows its permissions"):
        planned(*roles)


def test_how_one_is_turned_on() -> None:
    """Explicitly, for the account and those below; no lock is sent, so it stays as it is."""
    assert turned_on([Box("view", ())]) == {
        "view": {"explicit": True, "enabled": True, "applies_to_self": True, "applies_to_descendants": True}
    }
