"""The table of recorded members (shapes_2022.toml), and what an answer has more or less than its record."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPES = ("int", "float", "str", "bool", "null", "list", "dict")


@dataclass(frozen=True)
class Shape:
    """One record: its members with their types, as `path -> type`."""

    name: str
    members: Mapping[str, str]
    optional: str | None
    under: str | None

    def is_optional(self, path: str) -> bool:
        """Whether the member may be missing."""
        return self.optional is not None and path.startswith(self.optional)

    def records(self, answer: Any, *, rows: bool) -> list[Any]:
        """The records in an answer."""
        inner = answer[self.under] if self.under else answer
        return list(inner) if rows else [inner]

    def differences(self, record: Any) -> tuple[set[str], set[str]]:
        """Members that the record has more, as `path:type`, and paths that it lacks."""
        found = set(_members(record))
        more = {f"{path}:{kind}" for path, kind in found if self.members.get(path) != kind}
        less = {path for path in self.members if not self.is_optional(path)} - {path for path, _ in found}
        return more, less


def read_shapes() -> dict[str, tuple[Shape, bool]]:
    """Every recorded answer by its route: its record, and whether it is a list of them."""
    table = tomllib.loads(Path(__file__).with_name("shapes_2022.toml").read_text())
    shapes: dict[str, Shape] = {}
    routes: dict[str, tuple[Shape, bool]] = {}
    for name, entry in table.items():
        like = shapes.get(entry.get("like", ""))
        own = {path: kind for kind in TYPES for path in entry.get(kind, "").split()}
        without = set(entry.get("without", "").split())
        inherited = {path: kind for path, kind in (like.members if like else {}).items() if path not in without}
        optional = entry.get("optional", like.optional if like else None)
        shape = shapes[name] = Shape(name, inherited | own, optional, entry.get("under"))
        routes |= dict.fromkeys(entry.get("answers", ()), (shape, False))
        routes |= dict.fromkeys(entry.get("rows", ()), (shape, True))
    return routes


def _members(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            below = f"{path}.{name}" if path else name
            yield below, "null" if member is None else type(member).__name__
            yield from _members(member, below)
    elif isinstance(value, list):
        for row in value:
            yield from _members(row, f"{path}[]")
