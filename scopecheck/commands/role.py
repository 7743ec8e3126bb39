"""`role`: make the role that the profile asks for and its user, or mend them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextlib import closing
from typing import Final

from scopecheck.administration.access_plan import AccessPlan, read_plan, require_all_rights, wanted
from scopecheck.administration.reads import NotRead
from scopecheck.administration.role_changes import Changed, carry_out, shows_rest
from scopecheck.commands.admin import admin_client
from scopecheck.commands.command import (
    CANVAS_NEEDED,
    Command,
    add_actions,
    add_settings,
    admin_settings,
    confirmed,
    problem,
)
from scopecheck.commands.role_text import has_steps, left_lines, next_step, plan_lines
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.installation import CLI
from scopecheck.key.role_fix import WAIT
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.report.words import counted
from scopecheck.transport.client import CanvasClient

_ACTIONS: Final = {
    "plan": "show what is to be done for the role, its user and the assignment of both; changes nothing",
    "create": "make the role, the user and the assignment, whatever of it is missing; changes no role that exists",
    "repair": "turn on what an existing role lacks, after asking; with --login also make the user and the assignment",
}


def _add_options(parser: ArgumentParser) -> None:
    own = add_actions(parser, _ACTIONS)
    for name, action in own.items():
        action.add_argument(
            "--login", required=name == "create", metavar="LOG-IN", help="the log-in of the integration's user"
        )
        action.add_argument(
            "--user-name", metavar="NAME", help="what a new user is called (default: the profile's title)"
        )
        if name != "plan":
            action.add_argument("--yes", action="store_true", help="do it without asking")
        add_settings(action, "CANVAS_BASE_URL", "CANVAS_PROFILE", "CANVAS_REPORTS", meanings=CANVAS_NEEDED)


def _run(options: Namespace) -> ExitCode:
    settings = admin_settings(options)
    asked = wanted(settings.profile, options.login, options.user_name)
    admin = admin_client(settings)
    with closing(admin):
        try:
            plan = read_plan(admin, asked)
            if options.action == "plan":
                code = _show(plan, settings)
                _print([next_step(plan)])
                return code
            _require_fitting(options.action, plan)
            return _change(admin, plan, settings, unasked=options.yes)
        except NotRead as error:
            print(problem(f"{error.message} Nothing was done.", error.remedy))
            return ExitCode.NOT_CONFORMANT


def _show(plan: AccessPlan, settings: Settings) -> ExitCode:
    _print([f"The role that {settings.profile.title} asks for, in the root account of {settings.base_url}", ""])
    _print([*plan_lines(plan), ""])
    return ExitCode.OK if plan.is_done else ExitCode.NOT_CONFORMANT


def _require_fitting(action: str, plan: AccessPlan) -> None:
    """Raises SettingsError if another action is meant for what there is."""
    role, login = plan.role, plan.wanted.login or "LOG-IN"
    if action == "repair" and role.role_id is None:
        raise SettingsError([f"There is no role {role.name} to mend; `{CLI} role create --login {login}` makes it."])
    if action == "create" and (role.add or role.inactive) and role.role_id is not None:
        lacks = "is inactive" if role.inactive else f"lacks {counted(len(role.add), 'permission')}"
        raise SettingsError(
            [f"The role {role.name} ({role.role_id}) exists and {lacks}, and create changes no role that exists; "
             f"`{CLI} role repair --login {login}` mends it."]
        )  # fmt: skip


def _change(admin: CanvasClient, plan: AccessPlan, settings: Settings, *, unasked: bool) -> ExitCode:
    code = _show(plan, settings)
    if not has_steps(plan):
        _print([next_step(plan)])
        return code
    require_all_rights(admin, plan)
    if not unasked and not confirmed("Do this?", print):
        print("Nothing was done.")
        return ExitCode.INTERRUPTED
    changed = change_access(admin, plan, settings)
    if plan.wanted.login and not plan.user and changed.after and changed.after.user:
        _print(_for_a_new_user(changed.after, settings))
    done = changed.problem is None and changed.after is not None and changed.after.is_done
    return ExitCode.OK if done else ExitCode.NOT_CONFORMANT


def change_access(admin: CanvasClient, plan: AccessPlan, settings: Settings) -> Changed:
    """Do what is planned, and say each thing that is done, and what is left.

    Raises SettingsError, before anything is done, if what was before cannot be kept.
    """
    made: list[str] = []

    def say(text: str) -> None:
        made.append(text)
        print(text)

    try:
        changed = carry_out(admin, plan, settings.reports, say)
    except OSError as error:
        raise SettingsError(
            [f"What there is cannot be kept ({error}); set CANVAS_REPORTS to another folder."]
        ) from None
    except KeyboardInterrupt:
        print(f"Not all of it was done. {shows_rest(plan.wanted)}")
        raise
    if changed.problem is not None:
        print(problem(changed.problem.message, changed.problem.remedy))
    _print(left_lines(changed))
    if made:
        print(WAIT)
    return changed


def _for_a_new_user(after: AccessPlan, settings: Settings) -> list[str]:
    where = settings.profile.key.authorized_in
    authorizes = f"authorizes {settings.profile.title}{f' ({where})' if where else ''}"
    return [
        f"Next: set a password for {after.user} in Admin > People; then whoever has it logs in as that user and "
        f"{authorizes}."
    ]


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(clean(line))


COMMAND = Command(
    "Compare the profile's role with that of the same name in the root account; make it, or turn on what it lacks; "
    "make the integration's user and give it the role. It only adds: to no other role, never to a built-in one, and "
    "what the role has beyond the profile stays. Needs CANVAS_BASE_URL and CANVAS_ADMIN_TOKEN, an unscoped token of an "
    "account administrator. Nobody is notified. How it was before and after is kept in the report folder (role/).",
    _add_options,
    _run,
)
