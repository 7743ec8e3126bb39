"""What `role` prints: the plan like a diff, and what came of the changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Final

from scopecheck.administration.access_plan import AccessPlan
from scopecheck.administration.role_changes import Changed
from scopecheck.administration.role_plan import Box, RolePlan
from scopecheck.administration.role_reach import Reach
from scopecheck.installation import CLI
from scopecheck.model.foreign_text import clean
from scopecheck.report.columns import WIDTH, columns, wrapped
from scopecheck.report.words import counted

_MOST: Final = 20
"""Of people and of accounts that are named in one place."""
_COMMAND: Final = f"{CLI} role"


def plan_lines(plan: AccessPlan) -> Iterator[str]:
    """The plan: what is there, `+` what is to be added, `~` what is to be changed, and what stays."""
    yield from _role_lines(plan.role)
    yield ""
    yield from _user_lines(plan)
    if plan.reach is not None:
        yield from ["", *_reach_lines(plan)]
    yield from _untouched(plan.role)


def next_step(plan: AccessPlan) -> str:
    """The command that does what the plan shows, or that there is nothing to do."""
    if plan.is_done:
        return "Nothing to do." if plan.wanted.login else "Nothing to do for the role."
    if not has_steps(plan):
        return "None of this can be done through Canvas's API."
    creates = plan.role.role_id is None or plan.role.is_right
    login = quote(plan.wanted.login) if plan.wanted.login else "LOG-IN" if creates else ""
    return f"To do this: {_COMMAND} {'create' if creates else 'repair'}{f' --login {login}' if login else ''}"


def has_steps(plan: AccessPlan) -> bool:
    """Whether there is anything that can be done."""
    role = plan.role
    lacks_user = plan.wanted.login is not None and not plan.is_assigned
    return role.role_id is None or bool(role.add) or role.inactive or lacks_user


def left_lines(changed: Changed) -> Iterator[str]:
    """What was kept, and what is left to do although all was tried."""
    after = changed.after
    if after is not None and not changed.problem and after.role.add:
        yield f"Canvas said nothing against it, but did not turn on {counted(len(after.role.add), 'permission')}:"
        yield from _boxes(after.role.add, "!")
        yield "What to do: turn them on by hand, in the root account (Admin > Permissions > Account Roles)."
    if after is not None and after.role.fixed:
        yield from _fixed(after.role)
    if changed.kept:
        yield f"Before and after, to undo it by hand: {', '.join(map(str, changed.kept))}"


def _role_lines(role: RolePlan) -> Iterator[str]:
    if role.role_id is None:
        yield f"+ role {role.name}, an account role, with {counted(len(role.add), 'permission')}"
    elif role.is_right:
        yield f"  role {role.name} ({role.role_id}): all permissions are on"
    else:
        lacks = f": {counted(len(role.add), 'permission')} to turn on" if role.add else ""
        yield f"~ role {role.name} ({role.role_id}){lacks}"
    if role.inactive:
        yield "  ~ inactive: activate it (who has it keeps it, but nobody else can get it)"
    yield from _boxes(role.add, "+")
    yield from _fixed(role)


def _boxes(boxes: Sequence[Box], sign: str) -> Iterator[str]:
    for box in boxes:
        where = ": also for the root account itself and all below it" if box.limited else ""
        *others, last = box.labels
        first = f"  {'~' if box.limited and sign == '+' else sign} "
        for label in others:
            yield f"{first}{label},"
            first = " " * len(first)
        line, key = f"{first}{last}{where}", f"[{box.key}]"
        yield from [f"{line} {key}"] if columns(line) + len(key) < WIDTH else [line, f"      {key}"]


def _fixed(role: RolePlan) -> Iterator[str]:
    if role.fixed:
        yield "  ! off, and read-only in this account, so that nobody here can turn it on; ask who runs this Canvas:"
        yield from _boxes(role.fixed, "!")


def _user_lines(plan: AccessPlan) -> Iterator[str]:
    login, name = plan.wanted.login, plan.role.name
    if login is None:
        yield "  user and assignment: not looked at (--login says whose)"
        return
    user = plan.user
    if user is None:
        yield clean(f"+ user {plan.wanted.user_name}, with the log-in {login}")
        if plan.search and plan.search.similar:
            yield from _wrapped("Found, but with another log-in: ", plan.search.similar)
    else:
        yield f"  user {user}"
    if plan.is_assigned:
        yield f"  assignment: is an administrator of the root account with the role {name}"
    else:
        yield f"+ assignment: becomes an administrator of the root account with the role {name}"


def _reach_lines(plan: AccessPlan) -> Iterator[str]:
    reach, user = plan.reach or Reach(()), plan.user
    if reach.holders:
        who = [
            f"{each}{', the user itself' if user and each.user_id == user.user_id else ''}" for each in reach.holders
        ]
        yield from _wrapped("The change to the role reaches: ", _cut(who))
    else:
        yield "The change to the role reaches nobody: nobody has it yet, as far as was looked."
    if reach.unlisted:
        yield f"Accounts below the root account were not walked: {reach.unlisted}"
    if reach.unwalked:
        yield from _wrapped("Who has it there was not looked at: ", _cut(reach.unwalked))


def _untouched(role: RolePlan) -> Iterator[str]:
    if not (role.beyond or role.absent):
        return
    yield from ["", "Not touched:"]
    if role.beyond:
        yield from _wrapped("beyond the profile, and on: ", role.beyond)
    for label in role.absent:
        yield f"  {label}: this Canvas has no such permission"


def _cut(items: Sequence[str]) -> Sequence[str]:
    return items if len(items) <= _MOST else [*items[:_MOST], f"and {len(items) - _MOST} more"]


def _wrapped(words: str, items: Sequence[object]) -> list[str]:
    return wrapped(clean(f"{words}{', '.join(map(str, items))}"), "    ", "  ")
