"""A known gap: a verdict that an institution expects although it is not `granted`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from scopecheck.model.profile import OptionalGroup
from scopecheck.model.verdict import Verdict


@dataclass(frozen=True)
class Gap:
    """One expected verdict."""

    scope: str
    verdict: Verdict
    reason: str
    until: date
    """The last day on which it is expected."""


@dataclass(frozen=True)
class GapsFound:
    """The known gaps compared with a run."""

    excused: Mapping[str, Gap]
    """The gaps that are as expected, by scope."""
    problems: tuple[str, ...]
    """Why the others are not, one sentence each."""
    optional: Mapping[str, OptionalGroup] = field(default_factory=dict)
    """The missing scopes that may be missing, with their groups."""

    @property
    def accepted(self) -> frozenset[str]:
        """The scopes that do not count although they are not granted."""
        return frozenset({*self.excused, *self.optional})

    @property
    def lost(self) -> dict[str, list[str]]:
        """The names of the groups that miss scopes to these scopes, in the order of the run."""
        found: dict[str, list[str]] = {}
        for scope, group in self.optional.items():
            found.setdefault(group.name, []).append(scope)
        return found


NO_GAPS: Final = GapsFound({}, ())
