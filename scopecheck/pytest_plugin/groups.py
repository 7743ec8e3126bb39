"""Which scopes each worker judges: whole sections, grouped so that all workers take about the same time.

The scopes of a section share what they read (a list is only requested once), so they stay in one process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from scopecheck.model.profile import Requirement

_ONE_CHAIN: Final = {"Files": "Courses"}
"""Uploading belongs to section Courses, but section Files renames and deletes the uploaded file."""

_COST_OF_WRITE: Final = 4
"""Requests for a write (read, write, read back, restore) compared with one for a read."""


def assign_groups(requirements: Sequence[Requirement], groups: int) -> dict[str, int]:
    """The group (0, 1, …) of each scope; the largest sections come first and go to the group with the least work."""
    by_section: defaultdict[str, list[Requirement]] = defaultdict(list)
    for requirement in requirements:
        by_section[_ONE_CHAIN.get(requirement.section, requirement.section)].append(requirement)
    load = [0] * max(1, groups)
    assigned: dict[str, int] = {}
    for members in sorted(by_section.values(), key=_cost, reverse=True):
        group = load.index(min(load))
        load[group] += _cost(members)
        assigned |= {str(member.scope): group for member in members}
    return assigned


def cost(requirement: Requirement) -> int:
    """How long a scope takes, compared with others."""
    return _COST_OF_WRITE if requirement.scope.is_write else 1


def _cost(requirements: Sequence[Requirement]) -> int:
    return sum(map(cost, requirements))
