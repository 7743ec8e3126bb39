"""`key`: show what the developer key lacks, make it, add to it, or take off what is too much."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from contextlib import closing
from functools import partial
from shlex import join
from typing import Final

from scopecheck.administration.key_changes import repair
from scopecheck.administration.key_found import KeyNotDone, Unknown, called, find_key, find_named, read_scopes
from scopecheck.administration.key_plan import CONSENT, Kind, ScopesHere, Wish, plan_key
from scopecheck.administration.key_writing import require_safe
from scopecheck.commands.admin import admin_client
from scopecheck.commands.command import (
    CANVAS_NEEDED,
    Command,
    Say,
    add_actions,
    add_settings,
    admin_settings,
    confirmed,
    problem,
)
from scopecheck.commands.key_create import create
from scopecheck.commands.key_excess import remove_all
from scopecheck.commands.key_options import add_consent_options, add_redirect_options, consent_in, wish_of
from scopecheck.commands.key_text import FLAGS, outcome_text, plan_text
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.installation import CLI
from scopecheck.key.record import ShownKey
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.report.words import counted
from scopecheck.transport.client import CanvasClient

_ACTIONS: Final = {
    "plan": "show what the key lacks of what the profile requires, and what it has beyond; exit code 1 if it lacks any",
    "create": "make the key as the profile requires, switch it on, and write its ID and secret to .env, after asking",
    "repair": "add what `plan` shows, after asking; nothing is taken off, and no token stops working",
    "remove-excess": "take off the scopes that the profile does not require, which ends every token of the key",
}


def _add_options(parser: ArgumentParser) -> None:
    own = add_actions(parser, _ACTIONS)
    for name, action in own.items():
        add_settings(
            action, "CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_PROFILE", "CANVAS_OPTIONAL_GROUPS", "CANVAS_REPORTS",
            meanings=CANVAS_NEEDED,
        )  # fmt: skip
        if name != "create":
            action.add_argument("--key", metavar="ID", help="the key's ID (default: CANVAS_CLIENT_ID)")
        if name != "remove-excess":
            add_redirect_options(action)
    own["plan"].add_argument("--name", help="without an ID: the key's name (default: the profile's title)")
    own["create"].add_argument("--name", help="what to call the key (default: the profile's title)")
    own["create"].add_argument(
        "--print", action="store_true", dest="to_stdout",
        help="print only the secret to standard output, and do not write to .env",
    )  # fmt: skip
    own["create"].add_argument(
        "--yes", action="store_true", help="do it without asking, unless .env has another key: that is asked about"
    )  # fmt: skip
    own["repair"].add_argument("--yes", action="store_true", help="do it without asking")
    add_consent_options(own["repair"])


def _run(options: Namespace) -> ExitCode:
    settings = admin_settings(options)
    # The output of --print can be piped; everything else goes to standard error.
    to_stdout = options.action == "create" and options.to_stdout
    say: Say = partial(print, file=sys.stderr if to_stdout else sys.stdout, flush=True)
    wish = Wish(settings.profile) if options.action == "remove-excess" else wish_of(options, settings)
    key_id = None if options.action == "create" else _key_id(options, settings)
    with closing(admin_client(settings)) as admin:
        try:
            if options.action == "create":
                return create(admin, settings, wish, options, say)
            if options.action == "plan":
                return _plan(admin, wish, key_id, options, say)
            key, here = find_key(admin, _required(key_id)), read_scopes(admin)
            if options.action == "repair":
                return _repair(admin, settings, wish, key, here, options, say)
            return remove_all(admin, settings, wish, key, here, say)
        except KeyNotDone as error:
            say(problem(error.message, error.remedy))
            if not isinstance(error, Unknown):
                say("Nothing was done.")
            return ExitCode.NOT_CONFORMANT


def _key_id(options: Namespace, settings: Settings) -> str | None:
    given: str | None = options.key or settings.client_id
    if given is not None and not given.isdecimal():
        raise SettingsError([f"--key is {given!r}; write the key's ID, a number (Admin > Developer Keys > Details)."])
    return given


def _required(key_id: str | None) -> str:
    if key_id is None:
        raise SettingsError([
            "No key is named: set CANVAS_CLIENT_ID, or give its ID with --key (Admin > Developer Keys > Details). If "
            f"there is none yet: {CLI} key create."
        ])  # fmt: skip
    return key_id


def _creation(options: Namespace) -> str:
    """The command that makes the key that these options describe."""
    given = {"--name": options.name, "--region": options.region, "--customer": options.customer,
             "--redirect-uri": options.canvas_redirect_uri, "--canvas-profile": options.canvas_profile}  # fmt: skip
    words = [word for option, value in given.items() if value is not None for word in (option, value)]
    return join([*CLI.split(), "key", "create", *words])


def _plan(admin: CanvasClient, wish: Wish, key_id: str | None, options: Namespace, say: Say) -> ExitCode:
    name = options.name or wish.profile.title
    key = find_key(admin, key_id) if key_id else find_named(admin, name)
    plan = plan_key(wish, read_scopes(admin), key.record if key else None)
    if key is None:
        say(clean(f"There is no key named {name}. It would be made, and switched on, like this:"))
    else:
        say(clean(f"{called(key)} on {admin.base_url}, as {wish.profile.title} requires it:"))
    for line in plan_text(plan, wish, key):
        say(line)
    if key is None:
        say(f"\nTo do this: {_creation(options)}")
        return ExitCode.NOT_CONFORMANT
    if plan.nothing_to_do:
        say("\nNothing to do.")
        return ExitCode.OK
    if plan.changes and not plan.unlisted:
        flags = dict.fromkeys(FLAGS[change.kind] for change in plan.changes if change.kind in CONSENT)
        say(f"\nTo do this: {' '.join([f'{CLI} key repair --key', str(key.record.key_id), *flags])}")
    return ExitCode.NOT_CONFORMANT


def _repair(
    admin: CanvasClient, settings: Settings, wish: Wish, key: ShownKey, here: ScopesHere, options: Namespace, say: Say
) -> ExitCode:
    plan = plan_key(wish, here, key.record)
    if plan.nothing_to_do:
        say(clean(f"{called(key)} is as {wish.profile.title} requires it. Nothing to do."))
        return ExitCode.OK
    say(clean(f"{called(key)} on {admin.base_url}:"))
    for line in plan_text(plan, wish, key):
        say(line)
    consent = consent_in(options)
    agreed = plan.allowed(consent)
    if any(change.kind is not Kind.SWITCH_ON for change in agreed):
        require_safe(key, plan)
    question = f"\nMake {counted(len(agreed), 'change')} to {called(key)}?"
    if agreed and not options.yes and not confirmed(clean(question), say):
        say("Nothing was done.")
        return ExitCode.INTERRUPTED
    say("")
    outcome = repair(admin, key, wish, here, settings.reports, agreed=agreed, consent=consent)
    for line in outcome_text(outcome, wish):
        say(line)
    return ExitCode.OK if outcome.all_right else ExitCode.NOT_CONFORMANT


COMMAND = Command(
    "Show what a developer key lacks of what the profile requires (`plan`), make such a key (`create`), add what is "
    "missing (`repair`), or take off scopes that are too many (`remove-excess`). Needs CANVAS_BASE_URL and "
    "CANVAS_ADMIN_TOKEN, an unscoped token of an administrator of the root account who may manage developer keys "
    "(Developer Keys - manage). The key's record before and after each change is kept in the report folder, under "
    "key/. Never changed: Canvas's default key, inherited keys, LTI keys, and the key that CANVAS_ADMIN_TOKEN is of.",
    _add_options,
    _run,
)
