"""Canvas's IDs: which values can name a record in a path, and which IDs mean the same record."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final
from urllib.parse import quote

SHARD: Final = 10_000_000_000_000
"""A global ID is the local ID plus the shard's number times this (lib/shard_extensions, `Shard::IDS_PER_SHARD`)."""

NONEXISTENT: Final = "9999999999999"
"""An ID that no record has: the highest below the first shard's global IDs.

0 is none: Canvas's own migrations create a course, an account and a term with the ID 0, which a site administrator can
read and update. This one was 404 on every route that takes an ID (measured on a Canvas of 2022).
"""


class IdForm(Enum):
    """What an ID of one kind looks like; anything else is no ID, but a fault."""

    NUMBER = re.compile(r"(?:[1-9]\d{0,7}~)?[1-9]\d{0,19}", re.ASCII)
    """Of most records: `1001`, `10000000001001` or `1~1001`."""
    MEDIA = re.compile(r"[0-9A-Za-z][\w.-]{0,254}", re.ASCII)
    """Of media objects: `m-5KbBMqjTW`, `0_abcd1234`."""
    SLUG = re.compile(r"(?!\.{1,2}$)[^/?#\\\x00-\x20\x7f]{1,300}")
    """Of pages: one segment of a path."""

    def fits(self, value: object) -> bool:
        """Whether a value from Canvas is such an ID; a number may be a JSON number or a string."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            return False
        text = str(value)
        return self.value.fullmatch(text) is not None and text.isprintable()


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


def same_id(one: object, other: object) -> bool:
    """Whether two numeric IDs name one record: `42`, `1~42` and `10000000000042` do; without a shard, it is any."""
    a, b = _shard_and_local(one), _shard_and_local(other)
    if a is None or b is None:
        return False
    return a[1] == b[1] and (a[0] == b[0] or 0 in (a[0], b[0]))


def is_another(answered: object, asked_for: str) -> bool:
    """Whether a record is not the one that was asked for; only a number tells, unlike `self` or `sis_course_id:…`."""
    return _shard_and_local(asked_for) is not None and not same_id(answered, asked_for)


def is_local(record_id: str) -> bool:
    """Whether an ID is the one that Canvas itself gives on the record's own host."""
    parts = _shard_and_local(record_id)
    return parts is not None and (0, record_id) == (parts[0], str(parts[1]))


def in_path(record_id: str) -> str:
    """An ID as a segment of a path: what an SIS ID contains, even a slash, stays in the segment."""
    return quote(record_id, safe="~:")


_NUMERIC: Final = re.compile(r"(?:(\d{1,8})~)?(\d+)", re.ASCII)


def _shard_and_local(value: object) -> tuple[int, int] | None:
    """An ID's shard, 0 if it has none, and its local part; None if it is no number (lib/api.rb)."""
    found = _NUMERIC.fullmatch(str(value))
    if found is None:
        return None
    shard, local = divmod(int(found[2]), SHARD)
    return int(found[1] or shard), local
