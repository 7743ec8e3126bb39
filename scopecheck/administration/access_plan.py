"""Role, user and assignment together: what is there, and what there is to do. It only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scopecheck.administration.reads import ACCOUNT, rows
from scopecheck.administration.rights import ADMINS, LOGINS, NEW_USERS, ROLES, USERS, lacked, require_rights
from scopecheck.administration.role_plan import RolePlan, role_plan
from scopecheck.administration.role_reach import Reach, reach
from scopecheck.administration.service_user import FoundUser, Search, assignments, find_user, require_login
from scopecheck.canvas.ids import same_id
from scopecheck.config.settings import SettingsError
from scopecheck.model.profile import Profile, Role
from scopecheck.transport.client import CanvasClient


@dataclass(frozen=True)
class Wanted:
    """What is asked for."""

    role: Role
    login: str | None = None
    """The user's log-in; None: neither user nor assignment are looked at."""
    user_name: str = ""
    """What a new user is called."""


@dataclass(frozen=True)
class AccessPlan:
    """What there is, and what there is to do."""

    wanted: Wanted
    role: RolePlan
    search: Search | None = None
    """Who has the log-in; None: nobody was looked for."""
    rows: tuple[Mapping[str, Any], ...] = ()
    """With which roles the user administers the root account."""
    reach: Reach | None = None
    """Who has the role, if it is there and is to be changed."""

    @property
    def user(self) -> FoundUser | None:
        """The user, if there is one."""
        return self.search.user if self.search else None

    @property
    def is_assigned(self) -> bool:
        """Whether the user has the role in the root account."""
        return self.role.role_id is not None and any(
            same_id(row.get("role_id"), self.role.role_id) for row in self.rows
        )

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return self.role.is_right and (self.wanted.login is None or self.is_assigned)

    @property
    def record(self) -> dict[str, Any]:
        """All of it as Canvas shows it, to be kept."""
        user = {"id": self.user.user_id, "name": self.user.name, "login_id": self.user.login} if self.user else None
        return {"role": dict(self.role.record) or None, "user": user, "admins": [dict(row) for row in self.rows]}


def wanted(profile: Profile, login: str | None, user_name: str | None = None) -> Wanted:
    """What the profile asks for, with this user.

    Raises SettingsError if it asks for no role, or the log-in cannot be one.
    """
    if profile.role is None:
        raise SettingsError(
            [f"The profile {profile.name} asks for no role, so there is none to make or mend; see "
             "docs/how-to/write-a-profile.md for how a profile lists the permissions of one."]
        )  # fmt: skip
    if login is not None:
        require_login(login)
    return Wanted(profile.role, login.strip() if login else None, (user_name or "").strip() or profile.title)


def read_plan(admin: CanvasClient, asked: Wanted, user: FoundUser | None = None) -> AccessPlan:
    """What there is to do.

    `user`: who is known to have the log-in, and need not be searched for. Raises SettingsError if the token lacks a
    right, or something must not be touched; and NotRead if Canvas did not answer.
    """
    needed = {ROLES: "see and change roles"}
    if asked.login is not None:
        needed |= {ADMINS: "see and make administrators", USERS: "search for users", LOGINS: "see log-ins"}
    require_rights(admin, needed)
    role = read_role(admin, asked.role)
    search = None
    if asked.login is not None:
        search = Search(user) if user else find_user(admin, asked.login)
    held = tuple(assignments(admin, search.user.user_id)) if search and search.user else ()
    reached = reach(admin, role.role_id) if role.role_id and (role.add or role.inactive) else None
    return AccessPlan(asked, role, search, held, reached)


def read_role(admin: CanvasClient, asked: Role) -> RolePlan:
    """What there is to do for the role alone. Raises SettingsError and NotRead."""
    states = [("state[]", "active"), ("state[]", "inactive")]
    return role_plan(asked, rows(admin, f"{ACCOUNT}/roles", "the roles of the root account", ROLES, states))


def require_all_rights(admin: CanvasClient, plan: AccessPlan) -> None:
    """Raises SettingsError if the token is known to lack a right that carrying out the plan takes.

    Nobody can give a role with a permission that they lack themselves (app/models/account_user.rb).
    """
    if plan.wanted.login is None:
        return
    if plan.user is None:
        require_rights(admin, {NEW_USERS: "make a user"})
    if plan.is_assigned:
        return
    without = sorted(lacked(admin, plan.role.keys))
    if without:
        raise SettingsError(
            [f"The user of CANVAS_ADMIN_TOKEN cannot give the role {plan.role.name} to anybody: Canvas lets nobody "
             f"give a permission that they lack ({', '.join(without)}). Use the token of an account admin who has "
             "them all."]
        )  # fmt: skip
