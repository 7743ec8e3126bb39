"""The route table: Canvas's own path patterns, and the actions behind them.

A controller module registers its actions with `@route(verb, pattern, "controller#action")`. Patterns are written as
Rails and Canvas's scope strings write them, so that a route's scope is `url:VERB|pattern`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.http import Response, decode_segment

if TYPE_CHECKING:
    from scopecheck.embedded_canvas.context import Context

Action: TypeAlias = "Callable[[Context], Response]"


UNTOLD: Final = "#"
"""What a route leads to whose controller and action are not known here."""


@dataclass(frozen=True)
class Route:
    """One verb and path pattern. `login` says whether the action requires a user (`require_user`)."""

    verb: str
    pattern: str
    action: Action
    leads_to: str
    """Canvas's own `controller#action` (config/routes.rb); empty for what is no part of Canvas."""
    login: bool
    new: bool
    """Whether only today's Canvas has the route."""

    @property
    def scope(self) -> str:
        """The scope string of this route (lib/token_scopes.rb)."""
        return f"url:{self.verb}|{self.pattern}"


_table: list[tuple[re.Pattern[str], Route]] = []


def route(
    verb: str, pattern: str, leads_to: str = "", *, login: bool = True, new: bool = False
) -> Callable[[Action], Action]:
    """Register the decorated action for `verb` and `pattern`; earlier registrations win."""

    def register(action: Action) -> Action:
        _table.append((_route_regex(pattern), Route(verb, pattern, action, leads_to, login, new)))
        return action

    return register


def find(verb: str, path: str, config: CanvasConfig) -> tuple[Route, dict[str, str]] | None:
    """The route of an undecoded path, with its decoded parameters; literal segments win over `:params`.

    HEAD is routed as GET. A trailing slash, doubled slashes and `.json` are accepted, as Rails does.
    """
    verb = "GET" if verb == "HEAD" else verb
    found = [
        (candidate, values)
        for regex, candidate in _table
        if candidate.verb == verb
        and _has(config, candidate)
        and (values := _values(regex, candidate, path, config)) is not None
    ]
    if not found:
        return None
    best, values = min(found, key=lambda pair: pair[0].pattern.count(":"))
    return best, {name: decode_segment(value) for name, value in values.items()}


def _values(regex: re.Pattern[str], of: Route, path: str, config: CanvasConfig) -> dict[str, str] | None:
    """The route's parameters in a path; this Canvas has a route also by the path of its scope's other name."""
    if match := regex.fullmatch(path):
        return match.groupdict()
    moved = config.scopes_renamed.get(of.scope)
    match = _route_regex(moved.partition("|")[2]).fullmatch(path) if moved else None
    return dict(zip(re.findall(r":(\w+)", of.pattern), match.groups(), strict=False)) if match else None


def routes(config: CanvasConfig) -> list[Route]:
    """Every route of this Canvas version, in order of registration."""
    return [candidate for _, candidate in _table if _has(config, candidate)]


def _has(config: CanvasConfig, candidate: Route) -> bool:
    return not (candidate.new and config.is_old)


def _route_regex(pattern: str) -> re.Pattern[str]:
    segments = (
        f"(?P<{segment[1:]}>[^/]+?)" if segment.startswith(":") else re.escape(segment)
        for segment in pattern.strip("/").split("/")
    )
    return re.compile("/+" + "/+".join(segments) + r"(?:\.json)?/*")
