"""Routes that this Canvas has under another path: its scopes cover calls to that path alone.

Which they are, the account's list of scopes shows by controller and action (canvas/scopes_list.py). An action reads its
parameters by their names, so a call can be made under the other path if that has the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scopecheck.canvas.scope_names import Names
from scopecheck.model.scope import Scope, ScopeError, route_shape

_PARAMETER: Final = re.compile(r"[:*]([A-Za-z_]\w*)")
_PARTS: Final = re.compile(r"([:*][A-Za-z_]\w*)")
"""What a path is split by, parameters included."""


@dataclass(frozen=True)
class Move:
    """One route: what calls under the profile's path look like, and the path that this Canvas has instead."""

    verb: str
    known: re.Pattern[str]
    here: str

    def path(self, verb: str, path: str) -> str | None:
        """The path here of a call under the profile's path; None if the call is of another route."""
        found = self.known.fullmatch(path) if verb == self.verb else None
        return _PARAMETER.sub(lambda name: found[name[1]], self.here) if found else None


def moved_to(scope: str, names: Names) -> Scope | None:
    """The scope by which this Canvas has the route, if that is of another path than the profile's."""
    name = names.get(scope)
    try:
        return Scope.parse(name) if name and route_shape(name) != route_shape(scope) else None
    except ScopeError:
        return None


def can_be_called(scope: Scope, here: Scope) -> bool:
    """Whether a call under the profile's path says all that a call under the path here needs."""
    return (scope.verb, scope.parameters) == (here.verb, here.parameters)


def moves(names: Names) -> tuple[Move, ...]:
    """The routes that have moved and can be called where they are now."""
    return tuple(_moves(names))


def _moves(names: Names) -> Iterator[Move]:
    for name in names:
        here = moved_to(name, names)
        scope = Scope.parse(name)
        if here and can_be_called(scope, here):
            yield Move(scope.verb, _known(scope.path), here.path)


def _known(path: str) -> re.Pattern[str]:
    return re.compile("".join(map(_part, _PARTS.split(path))))


def _part(part: str) -> str:
    if not _PARAMETER.fullmatch(part):
        return re.escape(part)
    return f"(?P<{part[1:]}>{'.+' if part[0] == '*' else '[^/]+'})"
