"""Set-ups in which something of role, user and assignment is wrong, and what a plan has to show of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import ADMINISTRATOR, INTEGRATION_USER, OWN_ROLE, SCIENCE
from scopecheck.embedded_canvas.permission_keys import keys_for, of_ally
from scopecheck.embedded_canvas.roles import ACCOUNT_ADMIN
from tests.selftest.administration.administering import LOGIN, by_hand
from tests.selftest.embedded_canvas.driver import client

Version = Literal["new", "old"]
OFF = {"explicit": True, "enabled": False}


@dataclass(frozen=True)
class Broken:
    """One set-up, by its name."""

    name: str
    lacks: Callable[[Version], frozenset[str]] = lambda _: frozenset()
    """The keys that are to be turned on."""
    state: dict[str, Any] = field(default_factory=lambda: {"role": "ally"})
    wreck: Callable[[Canvas], object] = lambda _: None
    """Breaks it through Canvas's API."""
    login: str = LOGIN
    no_role: bool = False
    inactive: bool = False
    no_user: bool = False
    unassigned: bool = False


def _of(*names: str) -> Callable[[Version], frozenset[str]]:
    return lambda version: frozenset().union(*(keys_for(name, old=version == "old") for name in names))


def _all(version: Version) -> frozenset[str]:
    return of_ally(old=version == "old")


def _denied(*names: str) -> dict[str, Any]:
    return {"role": "ally", "denied": frozenset(names)}


def _deactivate(of: Canvas) -> None:
    by_hand(of, "DELETE", f"roles/{OWN_ROLE}")


def _set(of: Canvas, **permissions: dict[str, bool]) -> None:
    by_hand(of, "PUT", f"roles/{OWN_ROLE}", permissions=permissions)


def _take_away(of: Canvas) -> None:
    answer = client(of, "admin").delete(f"/api/v1/accounts/1/admins/{INTEGRATION_USER}", params={"role_id": OWN_ROLE})
    assert answer.is_success


def _below_only(of: Canvas) -> None:
    _take_away(of)
    sent = {"user_id": INTEGRATION_USER, "role_id": OWN_ROLE}
    assert client(of, "admin").post(f"/api/v1/accounts/{SCIENCE}/admins", json=sent).is_success


def _with_another_role(of: Canvas) -> None:
    _take_away(of)
    by_hand(of, "POST", "admins", user_id=INTEGRATION_USER, role_id=ACCOUNT_ADMIN)


def _delete_user(of: Canvas) -> None:
    of.tables.users[INTEGRATION_USER].workflow_state = "deleted"


def _give_the_administrator(of: Canvas) -> None:
    by_hand(of, "POST", "admins", user_id=ADMINISTRATOR, role_id=OWN_ROLE)


ALL = _all(version="new"), _all(version="old")
BROKEN = (
    Broken("no role", _all, {"role": "teacher"}, no_role=True, unassigned=True),
    Broken("one permission", _of("manage_wiki_update"), _denied("manage_wiki_update")),
    Broken("one permission, which others have, too", _of("read_forum"), _denied("read_forum"), _give_the_administrator),
    Broken("several permissions", _of("manage_assignments_edit", "manage_courses_admin", "become_user"),
           _denied("manage_assignments_edit", "manage_courses_admin", "become_user")),
    Broken("all permissions", _all, _denied(*ALL[0], *ALL[1])),
    Broken("a permission for the accounts below alone", _of("read_course_list"),
           wreck=lambda of: _set(of, read_course_list={"explicit": True, "enabled": True, "applies_to_self": False})),
    Broken("a permission for the root account alone", _of("read_forum"),
           wreck=lambda of: _set(of, read_forum={"explicit": True, "enabled": True, "applies_to_descendants": False})),
    Broken("a permission that is locked off below", _of("moderate_forum"),
           wreck=lambda of: _set(of, moderate_forum=OFF | {"locked": True})),
    Broken("inactive", wreck=_deactivate, inactive=True),
    Broken("inactive, and one permission", _of("read_forum"), _denied("read_forum"), _deactivate, inactive=True),
    Broken("no user", login="ally-bot", no_user=True, unassigned=True),
    Broken("the user is deleted", wreck=_delete_user, no_user=True, unassigned=True),
    Broken("not assigned", wreck=_take_away, unassigned=True),
    Broken("assigned in a sub-account alone", wreck=_below_only, unassigned=True),
    Broken("assigned with another role", wreck=_with_another_role, unassigned=True),
    Broken("neither assigned nor right", _of("read_announcements"), _denied("read_announcements"), _take_away,
           unassigned=True),
    Broken("everything", _all, {"role": "student"}, login="ally-bot", no_role=True, no_user=True, unassigned=True),
)  # fmt: skip
"""Each is mended by `create` if there is no role, else by `repair`."""
