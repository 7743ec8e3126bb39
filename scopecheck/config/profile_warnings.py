"""What looks wrong in a profile that can be used: the Canvas that is asked decides, since it may be newer."""

from __future__ import annotations

from collections.abc import Iterator

from scopecheck.config.scope_table import nearest, sections
from scopecheck.model.profile import Profile, Requirement


def profile_warnings(profile: Profile) -> list[str]:
    """A sentence for each scope that no known Canvas has, and for each that the key page has under another heading."""
    rows = enumerate(profile.requirements, 1)
    return [text for number, row in rows for text in _about(row, f"{profile.path}, scope {number}")]


def _about(row: Requirement, place: str) -> Iterator[str]:
    scope, known = str(row.scope), sections()
    if scope not in known:
        yield unknown_scope(scope, place)
    elif row.section != known[scope]:
        yield (
            f'{scope} is in section "{row.section}" ({place}), but Canvas\'s key page has it under "{known[scope]}"; '
            "write that."
        )


def unknown_scope(scope: str, place: str) -> str:
    """The sentence for a scope that no known Canvas has."""
    meant = " or ".join(nearest(scope))
    hint = f"did you mean {meant}? Keep it only" if meant else "check how it is spelled, and keep it only"
    return f"{scope} ({place}) is a scope of no Canvas known here; {hint} if your Canvas's key page shows it like this."
