"""Canvas's IDs: which values can name a record in a path, and which IDs mean the same record."""

from __future__ import annotations

from typing import Final

SHARD: Final = 10_000_000_000_000
"""A global ID is the local ID plus the shard's number times this (lib/shard_extensions, `Shard::IDS_PER_SHARD`)."""

NONEXISTENT: Final = "9999999999999"
"""An ID that no record has: the highest below the first shard's global IDs.

0 is none: Canvas's own migrations create a course, an account and a term with the ID 0, which a site administrator can
read and update. This one was 404 on every route that takes an ID (measured on a Canvas of 2022).
"""


def is_id(value: object) -> bool:
    """Whether a value can name a record in a path: a number, or a string that is one segment."""
    segment = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return bool(segment) and segment not in {".", ".."} and not set("/?#") & set(segment) and segment.isprintable()


def issued_by(key_id: str, client_id: str, user_id: str | None) -> bool | None:
    """Whether the key that an answer names by its global ID is the one of CANVAS_CLIENT_ID; None: that cannot be told.

    A client ID may be global or local (without its shard). A local one names the key on the target's own shard, which
    the token's user shows.
    """
    key, client = int(key_id), int(client_id)
    if key % SHARD != client % SHARD:
        return False
    if client >= SHARD:
        return key == client
    return True if user_id is not None and int(user_id) // SHARD == key // SHARD else None


def local_id(number: str) -> str:
    """A numeric ID without its shard."""
    return str(int(number) % SHARD)


def same_id(one: object, other: str) -> bool:
    """Whether two numeric IDs have the same local part: `42` and `10000000000042` are one key."""
    try:
        return int(str(one)) % SHARD == int(other) % SHARD
    except ValueError:
        return False
