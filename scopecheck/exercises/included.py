"""Whether Canvas returned what `include[]` asked for: it silently drops it if the key does not allow includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scopecheck.exercises.endings import NotGranted
from scopecheck.model import causes
from scopecheck.model.verdict import Verdict


def require_included(row: Mapping[str, Any], *members: str) -> None:
    """Raise `NotGranted` if a member that was asked for is absent (its value may be null)."""
    absent = [member for member in members if member not in row]
    if not absent:
        return
    # A missing permission drops a single include; the key's setting drops all of them.
    cause = causes.INCLUDES_NOT_ALLOWED if len(absent) == len(members) else causes.USER_LACKS_PERMISSION
    raise NotGranted(
        Verdict.MISCONFIGURED,
        cause,
        f"Canvas left out {' and '.join(absent)}, which include[] asked for.",
    )
