"""Single parameters as Canvas reads them, and columns of a record that a client may set.

Booleans: value_to_boolean (lib/canvas/plugin.rb). Other types: what Rails casts a column's value to; what cannot be
cast becomes null or nought, silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from embedded_canvas.moments import iso

_TRUE: Final = frozenset({"true", "t", "yes", "y", "on", "1"})
_NUMBER: Final = re.compile(r"\s*[-+]?\d+(\.\d+)?")


def truth(value: object) -> bool:
    """Whether a parameter says yes, in any case of letters."""
    return str(value).strip().lower() in _TRUE


def text(value: object) -> str | None:
    """A parameter as text; null stays null."""
    return None if value is None else str(value)


def number(value: object) -> float | None:
    """The number that a parameter begins with; blank is null, other words are nought."""
    if value is None or not str(value).strip():
        return None
    found = _NUMBER.match(str(value))
    return float(found.group()) if found else 0.0


def integer(value: object) -> int | None:
    """The whole number that a parameter begins with."""
    found = number(value)
    return None if found is None else int(found)


def moment(value: object) -> datetime | None:
    """A time in ISO 8601, taken as UTC where it names no zone; None for anything else."""
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
    """A column that a client may set: what it holds at first and how a parameter for it is read."""

    default: Any
    read: Read


def shown(columns: Mapping[str, Column], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every column with its present value."""
    return {name: settings.get(name, column.default) for name, column in columns.items()}


def changed(columns: Mapping[str, Column], settings: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after a request: what differs from the defaults; parameters that name no column are dropped."""
    read = {name: columns[name].read(value) for name, value in wanted.items() if name in columns}
    values = shown(columns, settings) | read
    return {name: value for name, value in values.items() if value != columns[name].default}
