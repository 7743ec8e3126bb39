"""Scope names: from version to version Canvas renames route parameters, and that renames the scopes.

A route is one requirement, whatever this Canvas calls it: its box on the key screen, its key and `/login/oauth2/auth`
know only this Canvas's own name, and refuse any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Names: TypeAlias = Mapping[str, str | None]
"""Required scopes to this Canvas's names for them; None: it has no such scope. A scope that is not in it is unknown."""


@dataclass(frozen=True)
class Rename:
    """One part of paths that Canvas renamed, with the source of that; only names of parameters differ."""

    older: str
    newer: str
    source: str


RENAMES: Final = (
    Rename(
        "/pages/:url",
        "/pages/:url_or_id",
        "lib/data_fixup/update_developer_key_scopes.rb of 2022, which renames 15 scopes of courses and groups in saved "
        "keys; ucfopen/UDOIT#821; a Canvas of 2022 lists the older names",
    ),
)
"""Every rename of a route that is known, and none that is only likely."""


@dataclass(frozen=True)
class Box:
    """The box of a scope on the key screen."""

    scope: str
    """The scope's name in the profile."""
    name: str
    """This Canvas's name for it, as far as that is known."""
    where: str = ""
    """If it is not known, on which Canvas the box is called `other` instead."""
    other: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.where} {self.other})" if self.other else self.name


def box(scope: str, names: Names) -> Box:
    """How to tell people which box to check: by this Canvas's name, or by both names if its name is not known."""
    name = names.get(scope)
    other = next(_others(scope), None)
    if name or other is None:
        return Box(scope, name or scope)
    return Box(scope, scope, *other)


def other_name_here(scope: str, names: Names) -> str | None:
    """This Canvas's name for the scope, where it is known to be another."""
    name = names.get(scope)
    return name if name != scope else None


def has_no_box(scope: str, names: Names) -> bool:
    """Whether this Canvas is known to have no such scope, under any name."""
    return scope in names and names[scope] is None


def other_names(scope: str) -> list[str]:
    """The other names under which a Canvas may know the scope's route."""
    return [name for _, name in _others(scope)]


def names_here(scopes: Collection[str], accepted: Mapping[str, str]) -> dict[str, str]:
    """This Canvas's names of those scopes that have several, as far as the names that it accepted show them.

    `accepted` has required scopes to the name under which each was accepted. A Canvas is either older or newer than a
    rename, so one accepted name tells the others.
    """
    found = {scope: accepted.get(scope) or _like(scope, accepted.values()) for scope in scopes if other_names(scope)}
    return {scope: name for scope, name in found.items() if name}


def _others(scope: str) -> Iterator[tuple[str, str]]:
    for rename in RENAMES:
        if has_part(scope, rename.newer):
            yield "on older Canvas", _replaced(scope, rename.newer, rename.older)
        if has_part(scope, rename.older):
            yield "on newer Canvas", _replaced(scope, rename.older, rename.newer)


def _like(scope: str, seen: Collection[str]) -> str | None:
    """The scope's name on a Canvas that has these names for others."""
    for rename in RENAMES:
        for one, other in ((rename.older, rename.newer), (rename.newer, rename.older)):
            if any(has_part(name, one) for name in seen) and (has_part(scope, one) or has_part(scope, other)):
                return _replaced(scope, other, one)
    return None


def has_part(scope: str, part: str) -> bool:
    """Whether the scope's path has this part, as a rename names it, and not only its beginning."""
    return bool(_part(part).search(scope))


def _replaced(scope: str, part: str, by: str) -> str:
    return _part(part).sub(by, scope)


def _part(part: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(part)}(?=/|$)")
