"""scopes.json: the results of a run for machines, by the schema in scopes.schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.verdict import RunResult

SCHEMA: Final = Path(__file__).parent / "scopes.schema.json"
"""The published JSON Schema of the document."""

_FIRST: Final = ("headline", "demonstration")


def document(
    run: RunResult, *, conformant: bool, headline: str, optional: Mapping[str, str] = MappingProxyType({})
) -> ScopesDocument:
    """The document of a run; `conformant` is the run's outcome, known gaps considered.

    `optional` has the missing scopes that do not count, with the names of their groups.
    """
    outcome = {"schema": 1, "conformant": conformant, "counts": run.counts()}
    tested = {"headline": headline, "demonstration": run.target.embedded or None}
    found = msgspec.convert({**msgspec.to_builtins(run), **outcome, **tested}, ScopesDocument)
    return replace(found, scopes=[replace(row, optional=optional.get(row.scope)) for row in found.scopes])


def encode(found: ScopesDocument) -> str:
    """The document as indented JSON: what people read first, then the rest; optional members only where known."""
    known = msgspec.to_builtins(found)
    written = {**{member: known[member] for member in ("schema", *_FIRST)}, **known}
    for member, holders in (
        ("canvas_name", written["scopes"]),
        ("optional", written["scopes"]),
        ("user_id", [written["target"]]),
        *((first, [written]) for first in _FIRST),
    ):
        for holder in holders:
            if holder[member] is None:
                del holder[member]
    return msgspec.json.format(msgspec.json.encode(written), indent=2).decode() + "\n"
