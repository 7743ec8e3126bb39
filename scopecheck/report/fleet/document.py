"""fleet.json: how the results of a fleet are written, and read again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from scopecheck.model.fleet_document import FleetDocument

FLEET_JSON = "fleet.json"
OVERVIEW = "index.html"
MATRIX = "matrix.html"


def encode(found: FleetDocument) -> str:
    """The document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"


def earlier_seconds(path: Path) -> dict[str, float]:
    """How long each target took the last time, by name, by a fleet.json; empty if there is none that can be read."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=FleetDocument)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return {each.name: each.duration_s for each in found.targets if each.duration_s}
