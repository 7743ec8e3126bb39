"""`sandbox`: make a sandbox course of one's own, show the sandboxes that stand, and remove one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_settings, agreed, name_shadows, problem
from scopecheck.commands.sandbox_remove import remove_one
from scopecheck.commands.sandbox_status import status
from scopecheck.commands.sandbox_text import for_env, lines, named
from scopecheck.config.env_file import store_settings
from scopecheck.config.settings import Settings, load_settings
from scopecheck.model.exit_code import ExitCode
from scopecheck.sandbox.creation import create
from scopecheck.sandbox.existing import SandboxError
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace

_ACTIONS: Final = {
    "create": "make a sub-account with a course full of content, and a blueprint that the course is tied to",
    "status": "show the sandboxes below the account, what they hold, and whether runs may write to them",
    "remove": "remove a sandbox with everything in it; what is not the scope check's stops the removal",
}


def _add_options(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(title="what to do", dest="action", metavar="ACTION", required=True)
    own = {}
    for name, words in _ACTIONS.items():
        own[name] = actions.add_parser(
            name, help=words, description=f"{words[0].upper()}{words[1:]}.", allow_abbrev=False
        )
        add_settings(own[name], "CANVAS_BASE_URL", "CANVAS_ACCOUNT_ID")
    own["create"].add_argument("--yes", action="store_true", help="write the course into .env without asking")
    own["remove"].add_argument("account", nargs="?", metavar="ACCOUNT_ID", help="the sub-account, where several stand")
    own["remove"].add_argument("--yes", action="store_true", help="remove it without asking")


def _run(options: Namespace) -> ExitCode:
    # Who is about to make a sandbox course has none yet: that later runs are to exercise one is no problem here.
    given = {**vars(options), "canvas_mode": "probe"}
    settings = load_settings(given, options.root, needs_token=False, needs=("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN"))
    admin = CanvasClient(str(settings.base_url), settings.admin_token, Pace(ALL_IN_FLIGHT))
    try:
        if options.action == "status":
            return status(admin, settings)
        if options.action == "remove":
            return remove_one(admin, settings, options.account, unasked=options.yes)
        return _create(admin, settings, options.root / ".env", unasked=options.yes)
    except SandboxError as error:
        print(problem(error.message, error.remedy))
        return ExitCode.NOT_CONFORMANT
    finally:
        admin.close()


def _create(admin: CanvasClient, settings: Settings, path: Path, *, unasked: bool) -> ExitCode:
    try:
        created = create(admin, settings.account_id, new_tag(datetime.now(UTC)))
    except (SandboxError, KeyboardInterrupt):
        print("The sandbox was not made. `python -m scopecheck sandbox remove` takes away what was made of it by then.")
        raise
    values = for_env(created.course)
    print(f"Made the {named(created.sandbox)}. For .env:\n\n{lines(values)}\n")
    for error in created.lacking:
        print(problem(error.message, error.remedy))
    if created.lacking:
        print("The scopes that need what is lacking can only be probed.")
    _offer(values, settings, path, unasked=unasked)
    return ExitCode.NOT_CONFORMANT if created.lacking else ExitCode.OK


def _offer(values: Mapping[str, str], settings: Settings, path: Path, *, unasked: bool) -> None:
    """Write the course into `.env`, after asking."""
    instead = f" in place of course {settings.course_id}" if settings.course_id else ""
    if not unasked and not agreed(f"Write it into {path}{instead}?", print):
        print("Nothing was written.")
        return
    try:
        store_settings(path, values)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{path} cannot be written ({error}); write the two lines there by hand.")
        return
    print(f"Written into {path}. Next: scripts/check")
    name_shadows(values, print)


COMMAND = Command(
    "sandbox",
    "make a sandbox course, show the ones that stand, or remove one",
    "Make a sub-account with a course to write to, content of each kind, and a blueprint that the course is tied to; "
    "show such sandboxes; remove them again. Needs CANVAS_BASE_URL and CANVAS_ADMIN_TOKEN, an unscoped token of an "
    "account administrator. Nothing is published and nobody is notified. Media is not made: Canvas would have to "
    "transcode it. A sandbox is known by its names; what has another name is never touched.",
    _add_options,
    _run,
)
