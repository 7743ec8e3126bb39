"""`setup`: key, role, user and sandbox in one go, up to what a person has to do, and then the run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeAlias, TypeVar

from scopecheck.commands.admin import admin_client
from scopecheck.commands.command import (
    ADMIN_NEEDS,
    CANVAS_NEEDED,
    Command,
    Say,
    add_settings,
    confirmed,
    problem,
    settings_of,
    without_course,
)
from scopecheck.commands.key_options import add_consent_options, add_redirect_options
from scopecheck.commands.setup_key import KeyPart, read_key_part
from scopecheck.commands.setup_parts import RolePart, SandboxPart, read_role_part, read_sandbox_part
from scopecheck.commands.setup_person import again, delay_lines, person_lines
from scopecheck.commands.suite import run_suite, settings_given
from scopecheck.config.definitions import unset
from scopecheck.config.settings import Settings, SettingsError, load_settings
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.with_remedy import WithRemedy
from scopecheck.transport.client import CanvasClient

Part: TypeAlias = KeyPart | RolePart | SandboxPart
AnyPart = TypeVar("AnyPart", KeyPart, RolePart, SandboxPart)

_TRY: Final = (
    f"To try it without a Canvas: {CLI} demo --embedded integration=absent prints these settings for one "
    "that has nothing set up yet."
)


@dataclass(frozen=True)
class Parts:
    """What there is to do; None where that was not to be looked at."""

    key: KeyPart
    role: RolePart | None
    sandbox: SandboxPart | None

    @property
    def all(self) -> list[Part]:
        """Those that were looked at, in the order in which they are changed."""
        parts: Sequence[Part | None] = (self.key, self.role, self.sandbox)
        return [part for part in parts if part is not None]


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--login", metavar="LOG-IN", help="the log-in of the user that the integration acts as")
    parser.add_argument("--user-name", metavar="NAME", help="what a new user is called (default: the profile's title)")
    parser.add_argument("--no-role", action="store_true", help="leave role and user alone, instead of --login")
    parser.add_argument("--no-sandbox", action="store_true", help="make no sandbox course")
    parser.add_argument("--name", help="what the key is called (default: the profile's title)")
    add_redirect_options(parser)
    add_consent_options(parser)
    parser.add_argument(
        "--yes", action="store_true", help="do it without asking, unless .env has another key: that is asked about"
    )
    add_settings(
        parser, "CANVAS_BASE_URL", "CANVAS_ACCOUNT_ID", "CANVAS_PROFILE", "CANVAS_OPTIONAL_GROUPS", "CANVAS_REPORTS",
        meanings={**CANVAS_NEEDED, "CANVAS_ACCOUNT_ID": "the account to create the sandbox in, and to read (default: "
                  "self, the root account)"},
    )  # fmt: skip


def _run(options: Namespace) -> ExitCode:
    settings = _settings(options)
    say: Say = partial(print, flush=True)
    admin = admin_client(settings)
    with closing(admin):
        try:
            parts = _read(admin, settings, options)
        except WithRemedy as error:
            say(f"{problem(error.message, error.remedy)}\nNothing was done.")
            return ExitCode.NOT_CONFORMANT
        _show(parts, settings, options, say)
        ended = _change(parts, options, say)
    if ended is not None:
        return ended
    return _stopped(parts, options, say) or _conformance(options, say)


def _settings(options: Namespace) -> Settings:
    """Raises SettingsError, with a way to try the command if it has no Canvas."""
    try:
        settings = settings_of(_for_reading(options), needs_token=False, needs=ADMIN_NEEDS)
    except SettingsError as error:
        lacking = {unset(each, "this command needs it") for each in ADMIN_NEEDS}.intersection(error.problems)
        raise SettingsError([*error.problems, *([_TRY] if lacking else [])]) from None
    if settings.profile.role is not None and options.login is None and not options.no_role:
        raise SettingsError([
            f"--login is missing: the log-in of the user that {settings.profile.title} acts as, which is made if there "
            "is none. To leave role and user alone: --no-role."
        ])  # fmt: skip
    if options.no_role and (options.login or options.user_name):
        raise SettingsError(["--no-role leaves role and user alone; omit it, or --login and --user-name."])
    return settings


def _for_reading(options: Namespace) -> Namespace:
    """The options for reading the settings: CANVAS_MODE=exercise needs a sandbox course, which there may not be yet.

    The redirect URI that is set is looked at by itself.
    """
    return Namespace(**{**vars(without_course(options)), "canvas_redirect_uri": None})


def _read(admin: CanvasClient, settings: Settings, options: Namespace) -> Parts:
    """Read everything; raises SettingsError with all that forbids it, and WithRemedy for what could not be read."""
    problems: list[str] = []

    def part(read: Callable[[CanvasClient, Settings, Namespace], AnyPart]) -> AnyPart | None:
        try:
            return read(admin, settings, options)
        except SettingsError as error:
            problems.extend(error.problems)
            return None

    key = part(read_key_part)
    role = part(read_role_part) if options.login is not None else None
    sandbox = None if options.no_sandbox else part(read_sandbox_part)
    if problems or key is None:
        raise SettingsError(problems)
    return Parts(key, role, sandbox)


def _show(parts: Parts, settings: Settings, options: Namespace, say: Say) -> None:
    say(clean(f"What {settings.profile.title} needs on {settings.base_url}"))
    role = "left alone (--no-role)" if options.no_role else "the profile asks for none"
    for title, part, instead in (
        ("Key", parts.key, ""),
        ("Role and user", parts.role, role),
        ("Sandbox course", parts.sandbox, "none (--no-sandbox), so that runs change nothing: probe mode"),
    ):
        say(f"\n{title}")
        for line in part.lines() if part else [f"  {instead}"]:
            say(clean(line))
    if _lacks_token(settings) or parts.key.key is None:
        say("\nThen a person")
        say("  logs in as that user and authorizes; what, and where, is said then")
    say("")


def _change(parts: Parts, options: Namespace, say: Say) -> ExitCode | None:
    """Do all that there is to do, after asking; the exit code if that was not all done."""
    to_do = [part for part in parts.all if part.has_changes]
    if not to_do:
        say("Nothing to do.")
        return None
    for part in to_do:
        part.require_possible()
    if not parts.key.may_replace(say) or not (options.yes or confirmed("Do all of this?", say)):
        say("Nothing was done.")
        return ExitCode.INTERRUPTED
    done = 0
    try:
        while done < len(to_do) and _carried_out(to_do[done], say):
            say("")
            done += 1
    finally:
        if done < len(to_do):
            left = ", ".join(part.title for part in to_do[done:])
            say(f"Not, or not completely done: {left}.")
            say(f"To go on from here: {again(options, parts.key.unallowed, key_is_kept=parts.key not in to_do[done:])}")
    return None if done == len(to_do) else ExitCode.NOT_CONFORMANT


def _carried_out(part: Part, say: Say) -> bool:
    """Change one part, and say what was done; whether all of it succeeded."""
    try:
        return part.carry_out(say)
    except SettingsError as error:
        say(clean(str(error)))
    except WithRemedy as error:
        say(problem(error.message, error.remedy))
    return False


def _stopped(parts: Parts, options: Namespace, say: Say) -> ExitCode | None:
    """Say what a person has to do before the suite can run, if anything: the exit code then."""
    settings = load_settings(vars(_for_reading(options)), options.root, needs_token=False, needs=ADMIN_NEEDS)
    flags, outdated = parts.key.unallowed, parts.key.outdates_token
    if not (flags or outdated or _lacks_token(settings)):
        return None
    say("")
    if flags:
        say(f"The key is not all right yet: what it takes is only done with {' '.join(flags)} (see above).")
    if outdated or _lacks_token(settings):
        say("Now it takes a person:")
        for line in person_lines(settings, parts.role, options, is_again=not _lacks_token(settings)):
            say(line)
    say(f"Then go on with: {again(options, flags, key_is_kept=True)}")
    return ExitCode.NOT_CONFORMANT


def _lacks_token(settings: Settings) -> bool:
    return settings.refresh_token is None and settings.access_token is None


def _conformance(options: Namespace, say: Say) -> ExitCode:
    """The run; its exit code is the result. A refusal that Canvas's delay explains is said to be one."""
    say("\nNow the run\n")
    code = run_suite(*settings_given(options), root=options.root)
    if code is ExitCode.NOT_CONFORMANT:
        reports = load_settings(vars(_for_reading(options)), options.root, needs_token=False).reports
        lines = list(delay_lines(reports, datetime.now(UTC)))
        for line in lines:
            say(line)
        if lines:
            say(again(options, key_is_kept=True))
    return code


COMMAND = Command(
    "Show what is missing of the key, the role with its user (--login), and the sandbox course; do it after asking "
    "once; say what only a person can do (log in as that user, and authorize); and when run again after that, run the "
    "suite. It does what `key`, `role` and `sandbox create` do, and only adds. Needs CANVAS_BASE_URL and "
    "CANVAS_ADMIN_TOKEN, an unscoped token of an administrator of the root account. The ID and secret of a new key and "
    "the course go to .env.",
    _add_options,
    _run,
)
