"""The route table: Canvas's own path patterns, and the actions behind them.

A controller module registers its actions with `@route(verb, pattern)`. Patterns are written as Rails and
Canvas's scope strings write them, so that a route's scope is `url:VERB|pattern`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from embedded_canvas.http import Response, decode_segment

if TYPE_CHECKING:
    from embedded_canvas.context import Context

Action: TypeAlias = "Callable[[Context], Response]"


@dataclass(frozen=True)
class Route:
    """One verb and path pattern. `login` says whether the action requires a user (`require_user`)."""

    verb: str
    pattern: str
    action: Action
    login: bool

    @property
    def scope(self) -> str:
        """The scope string of this route (lib/token_scopes.rb)."""
        return f"url:{self.verb}|{self.pattern}"


_table: list[tuple[re.Pattern[str], Route]] = []


def route(verb: str, pattern: str, *, login: bool = True) -> Callable[[Action], Action]:
    """Register the decorated action for `verb` and `pattern`; earlier registrations win."""

    def register(action: Action) -> Action:
        _table.append((_route_regex(pattern), Route(verb, pattern, action, login)))
        return action

    return register


def find(verb: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of an undecoded path, with its decoded parameters; literal segments win over `:params`.

    HEAD is routed as GET. A trailing slash, doubled slashes and `.json` are accepted, as Rails does.
    """
    verb = "GET" if verb == "HEAD" else verb
    found = [
        (candidate, match) for regex, candidate in _table if candidate.verb == verb and (match := regex.fullmatch(path))
    ]
    if not found:
        return None
    best, match = min(found, key=lambda pair: pair[0].pattern.count(":"))
    return best, {name: decode_segment(value) for name, value in match.groupdict().items()}


def routes() -> list[Route]:
    """Every route, in order of registration."""
    return [candidate for _, candidate in _table]


def _route_regex(pattern: str) -> re.Pattern[str]:
    segments = (
        f"(?P<{segment[1:]}>[^/]+?)" if segment.startswith(":") else re.escape(segment)
        for segment in pattern.strip("/").split("/")
    )
    return re.compile("/+" + "/+".join(segments) + r"(?:\.json)?/*")
