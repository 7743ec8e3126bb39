"""`profile new`: write a profile's file from a list of scopes, or from a key that works."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scopecheck.commands.profile_from_key import from_key
from scopecheck.commands.scope_list import ScopeList, read_scope_list
from scopecheck.config.profile_file import is_profile_name
from scopecheck.config.profile_text import name_from, profile_text
from scopecheck.config.profile_warnings import unknown_scope
from scopecheck.config.scope_table import documentation, sections
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.model.profile import KeySettings, Profile, Requirement
from scopecheck.model.scope import Scope

NO_SECTION: Final = "?"
"""What is written for the section of a scope that nobody knows: its author has to look."""

_REMARKS: Final = (
    "To do: say with `why` what each scope is for, and with `severity` what is lost without it; list the permissions",
    "that the user needs under [role], and scopes that may be missing under [[optional]]",
    "(docs/how-to/write-a-profile.md).",
)


@dataclass(frozen=True)
class Draft:
    """What a new profile is made of."""

    scopes: ScopeList
    key: KeySettings
    title: str = ""
    sections: Mapping[str, str] | None = None
    """Headings by the asked Canvas's own list, for scopes that the table lacks."""


def new(options: Namespace) -> ExitCode:
    """Write the profile, or print it; raises SettingsError with everything that is wrong, and then writes nothing."""
    if options.from_key and options.scopes:
        raise SettingsError([f"Both --from-key and {options.scopes} are given; leave one of them out."])
    if options.name and not is_profile_name(options.name):
        raise SettingsError([f'--name is "{options.name}"; write a name without slashes and dots.'])
    if options.output and options.output.exists():
        raise SettingsError([f"{options.output} exists already; name a file that does not."])
    draft = _of_key(options) if options.from_key else _of_list(options.scopes)
    profile = _profile(draft, options)
    for note in (*draft.scopes.notes, *_unknown(profile)):
        print(clean(f"Note: {note}"), file=sys.stderr)
    text = profile_text(profile, _REMARKS)
    if options.output is None:
        print(text, end="")
        return ExitCode.OK
    try:
        with options.output.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError([f"{options.output} cannot be written ({error.strerror}); name another file."]) from None
    print(f"Written to {options.output}. Next: {CLI} profile check {options.output}", file=sys.stderr)
    return ExitCode.OK


def _of_list(file: str | None) -> Draft:
    if file in (None, "-"):
        return Draft(read_scope_list(sys.stdin, "standard input"), KeySettings())
    try:
        lines = Path(str(file)).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file} cannot be read: {error}; give a text file with one scope a line."]) from None
    return Draft(read_scope_list(lines, str(file)), KeySettings())


def _of_key(options: Namespace) -> Draft:
    found = from_key(options)
    where = f"the key with the ID {options.from_key}"
    scopes = read_scope_list(sorted(found.scopes), where)
    return Draft(replace(scopes, notes=(*found.notes, *scopes.notes)), found.settings, found.title, found.sections)


def _profile(draft: Draft, options: Namespace) -> Profile:
    stem = options.output.stem if options.output else ""
    name = options.name or stem or name_from(options.title or draft.title)
    title = options.title or draft.title or name
    rows = tuple(_row(scope, draft.sections or {}) for scope in draft.scopes.scopes)
    return Profile(name, title, options.output or Path(f"{name}.toml"), draft.key, rows)


def _row(scope: Scope, here: Mapping[str, str]) -> Requirement:
    section = sections().get(str(scope)) or here.get(str(scope)) or NO_SECTION
    return Requirement(scope, section, docs=documentation(section))


def _unknown(profile: Profile) -> Iterable[str]:
    for row in profile.requirements:
        if row.section == NO_SECTION:
            yield f"{unknown_scope(str(row.scope), 'its section is not known')}"
