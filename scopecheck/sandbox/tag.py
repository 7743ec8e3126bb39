"""The run's tag: in the name of everything that a run makes, so that it can be told from anything else."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

PREFIX = "scopecheck"
TAG = re.compile(rf"{PREFIX}-\d{{8}}T\d{{6}}-[0-9a-f]{{4}}")
"""What a tag looks like."""


def new_tag(now: datetime) -> str:
    """A tag that no other run has, with its time in it (UTC)."""
    return f"{PREFIX}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def made_at(name: str) -> datetime | None:
    """When the thing with this name was made by a run, or None where no run made it."""
    found = TAG.search(name)
    if not found:
        return None
    try:
        return datetime.strptime(found.group().split("-")[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        # It looks like a tag, with a time that there never was.
        return None
