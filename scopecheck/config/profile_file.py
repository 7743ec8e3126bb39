"""Reads a profile from its TOML file, and reports every problem of the file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from scopecheck.config.file_problems import FileProblems
from scopecheck.config.profile_tables import KINDS, ProfileTables
from scopecheck.installation import FIXTURES
from scopecheck.model.profile import AND, KeySettings, OptionalGroup, Permission, Profile, Requirement, Role
from scopecheck.model.scope import Scope, ScopeError, route_shape

PROFILES: Final = FIXTURES / "profiles"
"""The folder of profiles that are named without a path."""

SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")
"""Allure's severities, worst first."""


ALL_GROUPS: Final = "all"
"""What stands for every optional group where groups are named, so that no group can be called so."""


class ProfileError(FileProblems):
    """A profile cannot be used."""


def is_profile_name(text: str) -> bool:
    """Whether a text names a profile in `fixtures/profiles`, and is no path."""
    return Path(text).name == text and not Path(text).suffix


def profile_files() -> list[Path]:
    """The profiles that can be named without a path, in the order of their names."""
    return sorted(PROFILES.glob("*.toml"))


def load_profile(profile: str | Path) -> Profile:
    """The profile at that path, or with that bare name in `fixtures/profiles`.

    Raises ProfileError with every problem of the file at once.
    """
    path = Path(profile)
    if is_profile_name(str(profile)):
        path = PROFILES / f"{profile}.toml"
    return _ProfileParser(path).profile()


_PROFILE_FIELDS: Final = {
    "name": str,
    "title": str,
    "source": str,
    "as_of": date,
    "key": dict,
    "role": dict,
    "optional": list,
    "scope": list,
}
_KEY_FIELDS: Final = {
    "enforce_scopes": bool,
    "allow_includes": bool,
    "redirect_uri": str,
    "redirect_hosts": dict,
    "authorized_in": str,
}
_SCOPE_FIELDS: Final = {field.name: str for field in fields(Requirement)}
_SCOPE_REQUIRED: Final = [field.name for field in fields(Requirement) if field.default is MISSING]
_ROLE_FIELDS: Final = {"name": str, "permission": list}
_PERMISSION_FIELDS: Final = {"label": str, "keys": list, "scopes": list}
_GROUP_FIELDS: Final = {"name": str, "without": str, "scopes": list}


class _ProfileParser(ProfileTables):
    """One profile file being read, and the problems found so far."""

    def profile(self) -> Profile:
        data = self.checked("", self.toml(), _PROFILE_FIELDS, required=["scope"])
        key = self.checked(", [key]", data.get("key", {}), _KEY_FIELDS)
        for region, host in key.get("redirect_hosts", {}).items():
            if not (isinstance(host, str) and host):
                self.note(", [key.redirect_hosts]", f"{region} is {host!r}", 'write a host, such as "eu.example.com"')
        requirements = self.requirements(data.get("scope", []))
        scopes = [str(row.scope) for row in requirements]
        role = self.role(data["role"], scopes) if "role" in data else None
        optional = self.optional_groups(data.get("optional", []), scopes)
        requirements = tuple(self.with_permission(row, role) for row in requirements)
        if isinstance(data.get("as_of"), datetime):
            self.note("", f"as_of is {data['as_of']}", f"write {KINDS['as_of']}")
        if self.problems:
            raise ProfileError(self.problems)
        name = data.get("name", self.path.stem)
        return Profile(
            name,
            data.get("title", name),
            self.path,
            KeySettings(**key),
            requirements,
            role,
            optional,
            data.get("source", ""),
            data.get("as_of"),
        )

    def toml(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            known = ", ".join(file.stem for file in profile_files())
            self.note(
                "", "the profile does not exist", f"set CANVAS_PROFILE to the path of a TOML file, or to one of {known}"
            )
        except tomllib.TOMLDecodeError as error:
            self.note("", f"the profile is not valid TOML: {error}", "fix that line")
        except (OSError, UnicodeDecodeError) as error:
            self.note(
                "", f"the profile cannot be read: {error}", "set CANVAS_PROFILE to the path of a TOML file in UTF-8"
            )
        raise ProfileError(self.problems)

    def requirements(self, rows: list[Any]) -> tuple[Requirement, ...]:
        found: dict[str, Requirement] = {}
        for number, row in enumerate(rows, 1):
            place = f", scope {number}"
            if not isinstance(row, dict):
                self.note(place, f"{row!r} is not a table", "write it under its own [[scope]] heading")
                continue
            requirement = self.requirement(f"{place}, {row.get('scope', '?')}", row)
            if requirement is None:
                continue
            first = found.setdefault(route_shape(str(requirement.scope)), requirement)
            if first is not requirement:
                other = f", first as {first.scope}" if first.scope != requirement.scope else ""
                self.note(f"{place}, {requirement.scope}", f"the scope is listed twice{other}", "remove one of the two")
        return tuple(found.values())

    def requirement(self, place: str, table: dict[str, Any]) -> Requirement | None:
        """The row's requirement, or None if its scope is not a scope; other faults are only noted."""
        row = self.checked(place, table, _SCOPE_FIELDS, _SCOPE_REQUIRED)
        if row.get("severity", "normal") not in SEVERITIES:
            self.note(place, f'severity is "{row["severity"]}"', f"write one of {', '.join(SEVERITIES)}")
        if not row.get("docs", "https://").startswith("https://"):
            self.note(place, f'docs is "{row["docs"]}"', "write an address that starts with https://")
        if not row.get("scope"):
            return None
        try:
            scope = Scope.parse(row["scope"])
        except ScopeError as error:
            self.note(place, f"scope is not a scope: {error.wrong}", error.remedy)
            return None
        return Requirement(**{"section": "", **row, "scope": scope})

    def role(self, table: dict[str, Any], scopes: Collection[str]) -> Role:
        row = self.checked(", [role]", table, _ROLE_FIELDS, list(_ROLE_FIELDS))
        found: dict[str, Permission] = {}
        for number, each in enumerate(row.get("permission", []), 1):
            place = f", permission {number}"
            if not isinstance(each, dict):
                self.note(place, f"{each!r} is not a table", "write it under its own [[role.permission]] heading")
                continue
            place += f", {each.get('label', '?')}"
            permission = self.permission(place, each, scopes)
            if found.setdefault(permission.label, permission) is not permission:
                self.note(place, "the permission is listed twice", "remove one of the two")
        return Role(row.get("name", ""), tuple(found.values()))

    def permission(self, place: str, table: dict[str, Any], scopes: Collection[str]) -> Permission:
        row = self.checked(place, table, _PERMISSION_FIELDS, ["label", "keys"])
        keys = row.get("keys", [])
        if not all(isinstance(some, list) and some and all(_is_text(key) for key in some) for some in keys):
            self.note(place, f"keys is {keys!r}", f"write {KINDS['keys']}")
            keys = []
        return Permission(row.get("label", ""), tuple(map(tuple, keys)), self.own(place, row, scopes))

    def optional_groups(self, rows: list[Any], scopes: Collection[str]) -> tuple[OptionalGroup, ...]:
        found: dict[str, OptionalGroup] = {}
        grouped: set[str] = set()
        for number, each in enumerate(rows, 1):
            place = f", optional {number}"
            if not isinstance(each, dict):
                self.note(place, f"{each!r} is not a table", "write it under its own [[optional]] heading")
                continue
            place += f", {each.get('name', '?')}"
            row = self.checked(place, each, _GROUP_FIELDS, list(_GROUP_FIELDS))
            group = OptionalGroup(row.get("name", ""), row.get("without", ""), self.own(place, row, scopes))
            if "," in group.name or group.name == ALL_GROUPS:
                self.note(place, f'name is "{group.name}"', f"use a name other than {ALL_GROUPS} and without a comma")
            if found.setdefault(group.name, group) is not group:
                self.note(place, "the group is listed twice", "make one group of the two")
            for scope in sorted(grouped.intersection(group.scopes)):
                self.note(place, f"{scope} is in two groups", "remove it from one of the two")
            grouped.update(group.scopes)
        return tuple(found.values())

    def with_permission(self, requirement: Requirement, role: Role | None) -> Requirement:
        """The requirement, with the permissions of the role that name its scope."""
        scope = str(requirement.scope)
        labels = [each.label for each in role.permissions if scope in each.scopes] if role else []
        if labels and requirement.permission:
            self.note(f", {scope}", "permission is also in [[role.permission]]", "remove it from the [[scope]]")
        return replace(requirement, permission=AND.join(labels)) if labels else requirement


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
