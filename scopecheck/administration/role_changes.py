"""Carries out what is planned for role, user and assignment, step by step, and reads back what Canvas kept.

A write that was not answered is looked for before anything else is said; nothing is made twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shlex import join
from typing import Any, Final, TypeVar

from scopecheck.administration.access_plan import AccessPlan, Wanted, read_plan, read_role
from scopecheck.administration.kept import keep
from scopecheck.administration.reads import ACCOUNT, NotRead, Right
from scopecheck.administration.rights import ADMINS, NEW_USERS, ROLES
from scopecheck.administration.role_plan import RolePlan, turned_on
from scopecheck.administration.service_user import (
    FoundUser,
    assignment,
    assignments,
    creation,
    find_user,
    is_row_of,
    made_user,
)
from scopecheck.canvas.classify import UNCHANGED, Reading, is_record, read
from scopecheck.canvas.ids import same_id
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.model.with_remedy import WithRemedy
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.looks import looks

Shown = TypeVar("Shown")

_GIVING: Final = Right(ADMINS.key, f"{ADMINS.label}, and each permission of the role itself")
"""Nobody can give a permission that they lack (app/models/account_user.rb)."""

_UNANSWERED: Final = "; Canvas did not answer, but shows it"


class Stopped(WithRemedy):
    """A change did not succeed, and what was to follow was not done."""


@dataclass
class Changed:
    """What came of it."""

    problem: WithRemedy | None = None
    """Why it ended in the middle; None if all was tried."""
    after: AccessPlan | None = None
    """What Canvas shows afterwards, and what is left to do; None if that could not be read."""
    kept: list[Path] = field(default_factory=list)
    """The files that say how it was before and after."""


def carry_out(admin: CanvasClient, plan: AccessPlan, reports: Path, done: Callable[[str], None]) -> Changed:
    """Do what is planned; `done` gets a sentence for each change as soon as it is made.

    Raises OSError, before anything is done, if what was before cannot be kept.
    """
    name = re.sub(r"[^0-9A-Za-z]+", "-", plan.role.name).strip("-") or "role"
    changed = Changed(kept=[keep(reports, "role", name, "before", plan.record)])
    hands = _Hands(admin, plan, done)
    try:
        hands.make_all()
    except (Stopped, NotRead) as problem:
        changed.problem = problem
    except SettingsError as problem:
        changed.problem = _unread(problem, plan.wanted)
    try:
        changed.after = read_plan(admin, plan.wanted, hands.user)
        changed.kept.append(keep(reports, "role", name, "after", changed.after.record))
    except (NotRead, SettingsError, OSError) as problem:
        changed.problem = changed.problem or _unread(problem, plan.wanted)
    return changed


def shows_rest(wanted: Wanted) -> str:
    """Which command shows what is left to do."""
    login = ["--login", wanted.login] if wanted.login else []
    return f"`{join([*CLI.split(), 'role', 'plan', *login])}` shows what is left."


def _unread(problem: Exception, wanted: Wanted) -> WithRemedy:
    return Stopped(f"What Canvas kept could not be read back or written down: {problem}", shows_rest(wanted))


class _Hands:
    """Makes the changes of one plan, in order: role, user, assignment."""

    def __init__(self, admin: CanvasClient, plan: AccessPlan, done: Callable[[str], None]) -> None:
        self._admin, self._plan, self._say = admin, plan, done
        self.user = plan.user
        self._later = f"It may still take effect: wait two minutes. Then {shows_rest(plan.wanted)}"

    def make_all(self) -> None:
        """Raises Stopped and NotRead."""
        role = self._role()
        login = self._plan.wanted.login
        if login is None or self._plan.is_assigned:
            return
        self.user = self.user or self._new_user(login)
        self._assign(self.user, role)

    # ---------------------------------------------------------------- the role

    def _role(self) -> str:
        """The role's ID, once it is as planned."""
        plan = self._plan.role
        if plan.role_id is None:
            return self._new_role(plan)
        if plan.inactive:
            self._activate(plan.role_id)
        if plan.add:
            self._turn_on(plan, plan.role_id)
        return plan.role_id

    def _new_role(self, plan: RolePlan) -> str:
        body = {"label": plan.name, "base_role_type": "AccountMembership", "permissions": turned_on(plan.add)}
        call = Call("POST", f"{ACCOUNT}/roles", json=body, has_json=True)
        answer = self._write(call, f"make the role {plan.name}", ROLES)
        made = self._look(self._role_shown, lambda shown: shown.role_id is not None and not shown.inactive)
        if made is None or made.role_id is None:
            raise Stopped(f"Canvas did not say whether it made the role {plan.name}.", self._later)
        self._done(f"Made the role {plan.name} ({made.role_id}){'' if answer else _UNANSWERED}.")
        if made.add and answer is None:
            self._turn_on(made, made.role_id)
        return made.role_id

    def _activate(self, role_id: str) -> None:
        path = f"{ACCOUNT}/roles/{role_id}/activate"
        answer = self._write(Call("POST", path), f"activate the role {self._plan.role.name}", ROLES)
        if answer is None and self._look(self._role_shown, lambda shown: not shown.inactive) is None:
            raise Stopped(f"Canvas did not say whether it activated the role {self._plan.role.name}.", self._later)
        self._done(f"Activated the role {self._plan.role.name} ({role_id}).")

    def _turn_on(self, plan: RolePlan, role_id: str) -> None:
        """What Canvas kept of it is read back by the caller, whatever it answers here."""
        body = {"permissions": turned_on(plan.add)}
        call = Call("PUT", f"{ACCOUNT}/roles/{role_id}", json=body, has_json=True)
        answer = self._write(call, f"turn on permissions of the role {plan.name}", ROLES)
        shown = self._look(self._role_shown, lambda shown: answer is not None or not shown.add)
        if shown is None:
            raise Stopped(f"Canvas did not say whether it turned on permissions of the role {plan.name}.", self._later)
        left = {box.key for box in (*shown.add, *shown.fixed)}
        kept = [box for box in plan.add if box.key not in left]
        if kept:
            self._done(f"Turned on {len(kept)} of {len(plan.add)} permissions of the role {plan.name} ({role_id}).")

    def _role_shown(self) -> RolePlan:
        return read_role(self._admin, self._plan.wanted.role)

    # ---------------------------------------------------------------- the user

    def _new_user(self, login: str) -> FoundUser:
        name = self._plan.wanted.user_name
        answer = self._write(creation(login, name), f"make the user {name} with the log-in {login}", NEW_USERS)
        shown = self._look(lambda: find_user(self._admin, login).user, lambda _: True)
        made = shown or (made_user(answer.json, login) if answer else None)
        if made is None:
            raise Stopped(f"Canvas did not say whether it made the user with the log-in {login}.", self._later)
        self._done(f"Made the user {made}{'' if answer else _UNANSWERED}.")
        return made

    def _assign(self, user: FoundUser, role_id: str) -> None:
        what = f"make {user} an administrator of the root account with the role {self._plan.role.name}"
        answer = self._write(assignment(user.user_id, role_id), what, _GIVING)
        if answer is None or not _gives(answer.json, user, role_id):
            given = self._look(
                lambda: assignments(self._admin, user.user_id),
                lambda held: any(_gives(row, user, role_id) for row in held),
            )
            if given is None:
                raise Stopped(clean(f"Canvas did not say whether it did {what}."), self._later)
        self._done(f"Made {user} an administrator of the root account with the role {self._plan.role.name}.")

    # ---------------------------------------------------------------- both

    def _done(self, what: str) -> None:
        self._say(clean(what))

    def _write(self, call: Call, what: str, right: Right) -> Answer | None:
        """The record that Canvas answers; None if it did not say what came of it. Raises Stopped if it refused."""
        answer = self._admin.send(call)
        if read(answer) in UNCHANGED:
            lacks = read(answer) in {Reading.NOT_PERMITTED, Reading.UNCLEAR}
            why = f"It takes the permission {right.label}" if lacks else "The answer says why"
            raise Stopped(clean(f"Canvas did not {what} ({answer.says()})."), f"{why}. {shows_rest(self._plan.wanted)}")
        return answer if is_record(answer) else None

    def _look(self, see: Callable[[], Shown | None], fits: Callable[[Shown], bool]) -> Shown | None:
        """What Canvas shows, once it fits; None if it does not in a few looks."""
        for _ in looks(self._admin.pause):
            shown = see()
            if shown is not None and fits(shown):
                return shown
        return None


def _gives(row: Any, user: FoundUser, role_id: str) -> bool:
    return isinstance(row, dict) and is_row_of(row, user.user_id) and same_id(row.get("role_id"), role_id)
