"""`profile`: list the profiles, show one, check a file, and write a new one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from scopecheck.commands.command import Command, add_actions, add_settings
from scopecheck.commands.profile_new import new
from scopecheck.commands.profile_show import listed, shown
from scopecheck.config.profile_file import ProfileError, is_profile_name, load_profile, profile_files
from scopecheck.config.profile_warnings import profile_warnings
from scopecheck.config.settings import SettingsError
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.profile import Profile
from scopecheck.report.words import counted

_ACTIONS: Final = {
    "list": "list the profiles that come with the suite, with the number of their scopes and their sources",
    "show": "show a profile: its scopes by section with what each allows, key settings, role, optional groups",
    "check": "check a profile's file: every problem at once, and scopes that no known Canvas has",
    "new": "write a profile from a list of scopes, or from a key that works",
}


def _add_options(parser: ArgumentParser) -> None:
    own = add_actions(parser, _ACTIONS)
    for name in ("show", "check"):
        own[name].add_argument("profile", metavar="PROFILE", help="a profile's name or its TOML file")
    own["new"].add_argument(
        "scopes", nargs="?", metavar="FILE",
        help="a file with the scopes, one a line; - or nothing: from standard input",
    )  # fmt: skip
    own["new"].add_argument("--from-key", metavar="ID", help="take the scopes and settings of the key with this ID")
    own["new"].add_argument(
        "--output", type=Path, metavar="FILE", help="the file to write, which must not exist yet (default: print it)"
    )
    own["new"].add_argument("--name", help="the profile's name (default: that of the output file, or of the key)")
    own["new"].add_argument("--title", help="the integration's name, for reports (default: the key's, or --name)")
    add_settings(
        own["new"], "CANVAS_BASE_URL", meanings={"CANVAS_BASE_URL": "the Canvas that has the key, for --from-key"}
    )


def _run(options: Namespace) -> ExitCode:
    if options.action == "list":
        print("\n".join(listed([_loaded(str(path)) for path in profile_files()])))
        return ExitCode.OK
    if options.action == "show":
        print("\n".join(shown(_loaded(options.profile))))
        return ExitCode.OK
    if options.action == "check":
        return _check(options.profile)
    return new(options)


def _loaded(given: str) -> Profile:
    """The profile by its name, or by a path that begins at the caller's folder; raises SettingsError."""
    try:
        return load_profile(given if is_profile_name(given) else Path.cwd() / given)
    except ProfileError as error:
        raise SettingsError(list(error.problems)) from None


def _check(given: str) -> ExitCode:
    try:
        profile = _loaded(given)
    except SettingsError as error:
        print(clean(f"{given} cannot be used:\n{error}"))
        return ExitCode.WRONG_SETTINGS
    warnings = profile_warnings(profile)
    for warning in warnings:
        print(clean(f"Warning: {warning}"))
    kinds = f"{counted(len(profile.requirements), 'scope')}, {counted(len(profile.optional), 'optional group')}"
    print(clean(f"{given} can be used: {kinds}, {counted(len(warnings), 'warning')}."))
    return ExitCode.OK


COMMAND = Command(
    "List the profiles that come with the suite, show what one of them requires of a key and what its scopes allow, "
    "check a profile's file before a run does, and write a new one from a list of scopes or from a key that works. "
    "Only a profile from a key needs a Canvas: it takes CANVAS_BASE_URL and CANVAS_ADMIN_TOKEN, a token that may see "
    "developer keys, and changes nothing. The key's secret is neither shown nor written.",
    _add_options,
    _run,
)
