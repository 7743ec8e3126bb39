"""How Canvas reads single parameters, and the columns of a record that a client may set.

Booleans: value_to_boolean (lib/canvas/plugin.rb). Other types: as Rails casts them to the column's type;
what cannot be cast silently becomes null or zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from scopecheck.embedded_canvas.moments import iso

_TRUE: Final = frozenset({"true", "t", "yes", "y", "on", "1"})
_NUMBER: Final = re.compile(r"\s*[-+]?\d+(\.\d+)?")


def truth(value: object) -> bool:
    """Whether a parameter means yes, in upper or lower case."""
    return str(value).strip().lower() in _TRUE


def text(value: object) -> str | None:
    """A parameter as text; null stays null."""
    return None if value is None else str(value)


def number(value: object) -> float | None:
    """The number that a parameter starts with; blank is null, other text is zero."""
    if value is None or not str(value).strip():
        return None
    found = _NUMBER.match(str(value))
    return float(found.group()) if found else 0.0


def integer(value: object) -> int | None:
    """The whole number that a parameter starts with."""
    found = number(value)
    return None if found is None else int(found)


def moment(value: object) -> datetime | None:
    """A time in ISO 8601, UTC if it has no zone; None for anything else."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def time(value: object) -> str | None:
    """A time as Canvas prints it."""
    return iso(moment(value))


Read: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """A column that a client may set: its default, and how a parameter for it is read."""

    default: Any
    read: Read


def shown(columns: Mapping[str, Column], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every column with its current value."""
    return {name: settings.get(name, column.default) for name, column in columns.items()}


def changed(columns: Mapping[str, Column], settings: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after a request, as far as they differ from the defaults; other parameters are dropped."""
    read = {name: columns[name].read(value) for name, value in wanted.items() if name in columns}
    values = shown(columns, settings) | read
    return {name: value for name, value in values.items() if value != columns[name].default}
