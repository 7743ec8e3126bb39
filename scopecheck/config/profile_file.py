"""Reads a profile from its TOML file, and reports every problem of the file at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, Final

from scopecheck.config.file_problems import FileProblems
from scopecheck.model.profile import AND, KeySettings, Permission, Profile, Requirement, Role
from scopecheck.model.scope import Scope, ScopeError, route_shape

PROFILES: Final = Path(__file__).parents[2] / "fixtures" / "profiles"
"""The folder of profiles that are named without a path."""

SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")
"""Allure's severities, worst first."""


class ProfileError(FileProblems):
    """A profile cannot be used."""


def is_profile_name(text: str) -> bool:
    """Whether a text names a profile in `fixtures/profiles`, and is no path."""
    return Path(text).name == text and not Path(text).suffix


def load_profile(profile: str | Path) -> Profile:
    """The profile at that path, or with that bare name in `fixtures/profiles`.

    Raises ProfileError with every problem of the file at once.
    """
    path = Path(profile)
    if is_profile_name(str(profile)):
        path = PROFILES / f"{profile}.toml"
    return _ProfileParser(path).profile()


_KINDS: Final[Mapping[type | str, str]] = {
    str: "text in quotes",
    bool: "true or false",
    "key": "a [key] table",
    "redirect_hosts": 'a [key.redirect_hosts] table of regions and hosts, such as europe = "eu.example.com"',
    "role": "a [role] table",
    "scope": "[[scope]] tables",
    "permission": "[[role.permission]] tables",
    "keys": 'lists of Canvas\'s keys in a list, like [["manage_courses"], ["manage_courses_admin"]]',
    "scopes": "a list of the profile's scopes",
}
"""What to write for a field, by its name or else its type."""
_PROFILE_FIELDS: Final = {"name": str, "title": str, "key": dict, "role": dict, "scope": list}
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


class _ProfileParser:
    """One profile file being read, and the problems found so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []

    def note(self, place: str, wrong: str, remedy: str) -> None:
        self.problems.append(f"{wrong} ({self.path}{place}); {remedy}.")

    def profile(self) -> Profile:
        data = self.checked("", self.toml(), _PROFILE_FIELDS, required=["scope"])
        key = self.checked(", [key]", data.get("key", {}), _KEY_FIELDS)
        for region, host in key.get("redirect_hosts", {}).items():
            if not (isinstance(host, str) and host):
                self.note(", [key.redirect_hosts]", f"{region} is {host!r}", 'write a host, such as "eu.example.com"')
        requirements = self.requirements(data.get("scope", []))
        role = self.role(data["role"], [str(row.scope) for row in requirements]) if "role" in data else None
        requirements = tuple(self.with_permission(row, role) for row in requirements)
        if self.problems:
            raise ProfileError(self.problems)
        name = data.get("name", self.path.stem)
        return Profile(name, data.get("title", name), self.path, KeySettings(**key), requirements, role)

    def toml(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            known = ", ".join(sorted(file.stem for file in PROFILES.glob("*.toml")))
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
            self.note(place, f"keys is {keys!r}", f"write {_KINDS['keys']}")
            keys = []
        for scope in row.get("scopes", []):
            if scope not in scopes:
                self.note(place, f"scopes has {scope!r}, which is no scope of this profile", "copy it from a [[scope]]")
        needing = tuple(scope for scope in row.get("scopes", []) if scope in scopes)
        return Permission(row.get("label", ""), tuple(map(tuple, keys)), needing)

    def with_permission(self, requirement: Requirement, role: Role | None) -> Requirement:
        """The requirement, with the permissions of the role that name its scope."""
        scope = str(requirement.scope)
        labels = [each.label for each in role.permissions if scope in each.scopes] if role else []
        if labels and requirement.permission:
            self.note(f", {scope}", "permission is also in [[role.permission]]", "remove it from the [[scope]]")
        return replace(requirement, permission=AND.join(labels)) if labels else requirement

    def checked(
        self, place: str, table: dict[str, Any], known: Mapping[str, type], required: Collection[str] = ()
    ) -> dict[str, Any]:
        """The fields of `table` that are known and have the right type; everything wrong with it is noted."""
        for field in required:
            if table.get(field, "") in ("", []):
                self.note(place, f"{field} is missing", "add it")
        for field, value in table.items():
            if field not in known:
                self.note(place, f"{field} is not a field of a profile", f"write one of {', '.join(known)}")
            elif not isinstance(value, known[field]):
                self.note(place, f"{field} is {value!r}", f"write {_KINDS.get(field) or _KINDS[known[field]]}")
        return {field: value for field, value in table.items() if isinstance(value, known.get(field, ()))}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
