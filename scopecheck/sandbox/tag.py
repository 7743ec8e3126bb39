"""The run's tag: part of the name of everything that a run creates, so that it can be recognized."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from scopecheck.model.tag_form import PREFIX, TAG


def new_tag(now: datetime) -> str:
    """A unique tag that contains the time (UTC)."""
    return f"{PREFIX}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def made_at(name: str) -> datetime | None:
    """When a run created the object with this name (UTC), or None if no run did."""
    found = TAG.search(name)
    if not found:
        return None
    try:
        return datetime.strptime(found.group().split("-")[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        # It looks like a tag, but the time in it does not exist.
        return None


__all__ = ["PREFIX", "TAG", "made_at", "new_tag"]
