"""`sandbox`: create a sandbox course, list existing sandboxes, and remove one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scopecheck.commands.admin import admin_client
from scopecheck.commands.command import (
    CANVAS_NEEDED,
    Command,
    add_actions,
    add_settings,
    admin_settings,
    confirmed,
    problem,
    warn_if_overridden,
)
from scopecheck.commands.sandbox_remove import remove_one
from scopecheck.commands.sandbox_status import status
from scopecheck.commands.sandbox_text import for_env, lines, named
from scopecheck.config.env_file import store_settings
from scopecheck.config.env_text import EnvFileError
from scopecheck.config.settings import Settings
from scopecheck.installation import CHECK, CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.sandbox.creation import Created, NothingCreated, create
from scopecheck.sandbox.existing import SandboxError
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.client import CanvasClient

_ACTIONS: Final = {
    "create": "create a sub-account with a course full of content, and a blueprint associated with the course",
    "status": "list the sandboxes below the account, their contents, and whether runs may write to them",
    "remove": "remove a sandbox and everything in it; refused if anything in it was not created by the scope check",
}
_ACCOUNTS: Final = {
    "create": "the account to create the sandbox in",
    "status": "the account whose sandboxes to list",
    "remove": "the account that contains the sandbox",
}
"""What CANVAS_ACCOUNT_ID is to each action."""


def _add_options(parser: ArgumentParser) -> None:
    own = add_actions(parser, _ACTIONS)
    for name in _ACTIONS:
        meanings = {**CANVAS_NEEDED, "CANVAS_ACCOUNT_ID": f"{_ACCOUNTS[name]} (default: self, the root account)"}
        add_settings(own[name], "CANVAS_BASE_URL", "CANVAS_ACCOUNT_ID", meanings=meanings)
    own["create"].add_argument("--yes", action="store_true", help="write the course to .env without asking")
    own["remove"].add_argument(
        "account", nargs="?", metavar="ACCOUNT_ID", help="the sandbox's sub-account, needed if there are several"
    )
    own["remove"].add_argument("--yes", action="store_true", help="remove it without asking")


def _run(options: Namespace) -> ExitCode:
    settings = admin_settings(options)
    admin = admin_client(settings)
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
    created = make_sandbox(admin, settings)
    values = for_env(created.course)
    instead = f", replacing course {settings.course_id}" if settings.course_id else ""
    if not unasked and not confirmed(f"Write these two lines to {path}{instead}?", print):
        print("Nothing was written.")
    else:
        write_course(values, path, f" Next: run {CHECK}")
    return ExitCode.NOT_CONFORMANT if created.lacking else ExitCode.OK


def make_sandbox(admin: CanvasClient, settings: Settings) -> Created:
    """Create a sandbox, and say what was created, and what not. Raises SandboxError."""
    try:
        created = create(admin, settings.account_id, new_tag(datetime.now(UTC)))
    except NothingCreated:
        raise
    except (SandboxError, KeyboardInterrupt):
        print(f"The sandbox was not completed. To remove what was created: {CLI} sandbox remove")
        raise
    print(f"Created sandbox {named(created.sandbox)}. Settings for .env:\n\n{lines(for_env(created.course))}\n")
    for error in created.lacking:
        print(problem(error.message, error.remedy))
    if created.lacking:
        print("Scopes that need the missing content can only be probed.")
    return created


def write_course(values: Mapping[str, str], path: Path, then: str = "") -> bool:
    """Write the course to `.env`, and say so; whether that succeeded."""
    try:
        store_settings(path, values)
    except (OSError, EnvFileError) as error:
        print(f"{path} cannot be written ({error}); add the two lines by hand.")
        return False
    print(f"Written to {path}.{then}")
    warn_if_overridden(values, print)
    return True


COMMAND = Command(
    "Create a sub-account with a course to write to, content of each kind, and a blueprint associated with the course; "
    "list such sandboxes; remove them again. Needs CANVAS_BASE_URL and CANVAS_ADMIN_TOKEN, an unscoped token of an "
    "account administrator. Nothing is published and nobody is notified. Media is not created, since Canvas would have "
    "to transcode it. Sandboxes are recognized by their exact names; nothing with another name is touched.",
    _add_options,
    _run,
)
