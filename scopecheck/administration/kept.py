"""What Canvas had before and after each change, kept in the report folder so that it can be undone by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from scopecheck.config.atomic_write import require_writable, write_whole

When = Literal["before", "after"]

_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
_SECRET: Final = "api_key"
"""The member of a key's record that holds its secret (lib/api/v1/developer_key.rb)."""


def keep(reports: Path, kind: Literal["key", "role"], name: str, when: When, record: Mapping[str, Any]) -> Path:
    """Write a record, without the secret of a key, to a new file for its owner alone; `name` is safe in a file's name.

    Raises OSError.
    """
    folder = reports / kind
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):{_STAMP}}-{name}-{when}.json"
    shown = {member: value for member, value in record.items() if member != _SECRET}
    write_whole(path, json.dumps(shown, ensure_ascii=False, indent=2) + "\n", 0o600)
    return path


def require_folder(reports: Path, kind: Literal["key", "role"]) -> None:
    """Make sure that records can be kept. Raises OSError."""
    folder = reports / kind
    folder.mkdir(parents=True, exist_ok=True)
    require_writable(folder)


def last_change(reports: Path, kind: Literal["key", "role"]) -> datetime | None:
    """When something was last changed, by the records that were kept; None if nothing was, or nobody knows."""
    return max(_changes(reports / kind), default=None)


def _changes(folder: Path) -> Iterator[datetime]:
    """Each record that is not like the last one before it."""
    before: bytes | None = None
    try:
        for path in sorted(folder.glob("*.json")):
            content = path.read_bytes()
            if path.name.endswith("-after.json") and content != before:
                yield datetime.strptime(path.name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
            before = content
    except (OSError, ValueError):
        return
