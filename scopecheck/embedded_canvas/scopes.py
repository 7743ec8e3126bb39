"""How Canvas matches a request to a scope (access_token.rb), and which scopes there are (token_scopes.rb)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from scopecheck.embedded_canvas import routing
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.scope_table import headings

_HAS_SCOPE: Final = re.compile(r"/api/(v1|sis|quiz/v1)/.+|.*files/:(file_)?id/download")
"""Routes that have a scope, whether documented or not; `/api/graphql` and `/login/session_token` have none."""

_PAGE: Final = re.compile(r"/pages/:url(_or_id)?\b")

_WITHOUT_ROUTE: Final = ("/auth/userinfo", "cd2")
"""Scopes that belong to no route of the API."""


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A scope's path as Canvas's regular expression.

    `:name` becomes one segment, `*name` anything, `( )` optional, and nothing else is escaped, so that a dot
    matches any character. A `/download` segment also covers `/preview`, and an extension may follow.
    """
    text = re.sub(r":[^/)]+", "[^/]+", pattern)
    text = re.sub(r"\*[^/)]+", ".+", text)
    text = text.replace("(", "(?:").replace(")", "|)")
    text = text.replace("/download", "/(?:download|preview)")
    return re.compile(rf"{text}(?:\.[^/]+)?")


def matches(scope: str, verb: str, path: str) -> bool:
    """Whether the scope covers the verb and the raw, undecoded path; HEAD counts as GET."""
    wanted, _, pattern = scope.removeprefix("url:").partition("|")
    return wanted == ("GET" if verb == "HEAD" else verb) and bool(_regex(pattern).fullmatch(path))


def any_matches(scopes: Iterable[str], verb: str, path: str) -> bool:
    """Whether one of the scopes covers the request."""
    return any(matches(scope, verb, path) for scope in scopes)


def own_name(config: CanvasConfig, scope: str) -> str:
    """This Canvas's own name for the scope.

    A scope contains the names of the route's parameters, and these changed: a page's was `:url` before it was
    `:url_or_id` (UpdateDeveloperKeyScopes renamed it on the keys of that time). Keys and `/login/oauth2/auth` compare
    strings and know only the Canvas's own name, while requests are matched by the pattern, where parameter names do
    not matter.
    """
    if scope in config.scopes_renamed:
        return config.scopes_renamed[scope]
    return _PAGE.sub("/pages/:url" if config.is_old else "/pages/:url_or_id", scope)


def own_names(config: CanvasConfig, without: Collection[str] = ()) -> list[str]:
    """The configured scopes except for some, which may be named in either way, under this Canvas's own names."""
    missing = {own_name(config, scope) for scope in without}
    return [name for scope in config.scopes if (name := own_name(config, scope)) not in missing]


def scoped_routes(config: CanvasConfig) -> list[routing.Route]:
    """Every route that has a scope."""
    return [route for route in routing.routes(config) if _HAS_SCOPE.fullmatch(route.pattern)]


@dataclass(frozen=True)
class Listed:
    """A scope with a heading: the route's scope string as it is known today, and this Canvas's own name for it."""

    route: str
    name: str
    heading: str


def listed_scopes(config: CanvasConfig) -> list[Listed]:
    """The scopes that the developer key page of this Canvas shows; its undocumented routes have no heading."""
    found = {}
    for scope, heading in headings(old=config.is_old).items():
        route = _PAGE.sub("/pages/:url_or_id", scope)
        found[route] = Listed(route, own_name(config, scope), heading)
    return list(found.values())


def valid_scopes(config: CanvasConfig) -> list[str]:
    """Every scope that a key of this Canvas may carry: those with a heading, and those of other routes.

    The configured ones are included, whatever they are.
    """
    listed = [each.name for each in listed_scopes(config)]
    routed = [own_name(config, route.scope) for route in scoped_routes(config)]
    return list(dict.fromkeys([*_WITHOUT_ROUTE, *listed, *routed, *own_names(config)]))
