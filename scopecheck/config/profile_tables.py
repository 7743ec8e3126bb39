"""Any table of a profile's file: which fields it may have, and of which types; and how what is wrong is worded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

KINDS: Final[Mapping[type | str, str]] = {
    str: "text in quotes",
    bool: "true or false",
    "key": "a [key] table",
    "redirect_hosts": 'a [key.redirect_hosts] table of regions and hosts, such as europe = "eu.example.com"',
    "role": "a [role] table",
    "scope": "[[scope]] tables",
    "permission": "[[role.permission]] tables",
    "optional": "[[optional]] tables",
    "as_of": "a date like 2026-11-25, without quotes",
    "keys": 'lists of Canvas\'s keys in a list, like [["manage_courses"], ["manage_courses_admin"]]',
    "scopes": "a list of the profile's scopes",
}
"""What to write for a field, by its name or else its type."""


class ProfileTables:
    """The tables of one profile file being read, and the problems found so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []

    def note(self, place: str, wrong: str, remedy: str) -> None:
        self.problems.append(f"{wrong} ({self.path}{place}); {remedy}.")

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
                self.note(place, f"{field} is {value!r}", f"write {KINDS.get(field) or KINDS[known[field]]}")
        return {field: value for field, value in table.items() if isinstance(value, known.get(field, ()))}

    def own(self, place: str, row: Mapping[str, Any], scopes: Collection[str]) -> tuple[str, ...]:
        """The row's scopes that are scopes of this profile."""
        for scope in row.get("scopes", []):
            if scope not in scopes:
                self.note(place, f"scopes has {scope!r}, which is no scope of this profile", "copy it from a [[scope]]")
        return tuple(scope for scope in row.get("scopes", []) if scope in scopes)
