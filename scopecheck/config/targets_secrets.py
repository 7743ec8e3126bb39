"""What in a file of targets is a secret, or looks like one: such a file is shared, and holds none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scopecheck.model.secret import CREDENTIALS

_TOKEN: Final = re.compile(r"(?<![\w~])\d{1,19}~[A-Za-z0-9]{20,}")
"""A token as Canvas issues it: its shard, and 64 letters and digits (lib/canvas/oauth/provider.rb, access_token.rb)."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PART: Final = 16
"""Characters from which a part of a variable's name, if it has digits, is none that people choose."""
_LOGIN: Final = re.compile(rf"(?i)//[^/@\s]*@|[?&#](?:{CREDENTIALS})=")


def written_in(text: str) -> Iterator[tuple[int, str]]:
    """Each line that has a token of Canvas in it, comments included, and what that is."""
    for number, line in enumerate(text.splitlines(), 1):
        if _TOKEN.search(line):
            yield number, "a token of Canvas"


def is_token(text: str) -> bool:
    """Whether a token of Canvas is in the text."""
    return _TOKEN.search(text) is not None


def looks_like_secret(name: str) -> bool:
    """Whether what should be a variable's name is something else; an empty one names nothing."""
    if not name:
        return False
    parts = name.split("_")
    return not _NAME.fullmatch(name) or any(len(part) >= _PART and re.search(r"\d", part) for part in parts)


def has_login(address: str) -> bool:
    """Whether an address has a user, a password or a token in it."""
    return _LOGIN.search(address) is not None
