"""Every member of scopes.json, read from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from scripts.table import table

_SCHEMA: Final = Path(__file__).parents[1] / "scopecheck" / "report" / "scopes.schema.json"


def members() -> str:
    """A row for each member, with its type or its values; those that may be absent in italics."""
    schema: dict[str, Any] = json.loads(_SCHEMA.read_text("utf-8"))
    return table(("member", "is", "meaning"), _rows(schema, "", schema["$defs"]))


def _rows(of: Mapping[str, Any], above: str, defs: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, given in of["properties"].items():
        member = _resolved(given, defs)
        path = f"{above}{name}"
        shown = f"`{path}`" if name in of["required"] else f"*`{path}`*"
        yield shown, _type(member, defs), member.get("description", "")
        items = _resolved(member.get("items", {}), defs)
        if "properties" in member:
            yield from _rows(member, f"{path}.", defs)
        elif "properties" in items:
            yield from _rows(items, f"{path}[].", defs)


def _resolved(given: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    """What a reference leads to, with what stands beside it."""
    reference = given.get("$ref")
    return {**(defs[reference.removeprefix("#/$defs/")] if reference else {}), **given}


def _type(of: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if "const" in of:
        return _value(of["const"])
    if "enum" in of:
        return ", ".join(map(_value, of["enum"]))
    if "anyOf" in of:
        return " or ".join(_type(_resolved(each, defs), defs) for each in of["anyOf"])
    if of["type"] == "array":
        return f"array of {_type(_resolved(of['items'], defs), defs)}s"
    return of["type"] if isinstance(of["type"], str) else " or ".join(of["type"])


def _value(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"
