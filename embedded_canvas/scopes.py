"""How Canvas matches a request to a scope (access_token.rb, token_scopes.rb): generously."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from embedded_canvas import routing


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A scope's path as Canvas's regular expression.

    `:name` becomes one segment, `*name` anything, `( )` optional, and nothing else is escaped, so that a dot
    matches any character. A `/download` segment also covers `/preview`.
    """
    text = pattern.replace("(", "(?:").replace(")", ")?")
    text = re.sub(r"\*\w+", ".+", text)
    text = re.sub(r":\w+", "[^/]+", text)
    text = text.replace("/download", "/(?:download|preview)")
    return re.compile(rf"{text}(?:\.[^/]+)?")


def matches(scope: str, verb: str, path: str) -> bool:
    """Whether the scope covers the verb and the raw, undecoded path; HEAD counts as GET."""
    wanted, _, pattern = scope.removeprefix("url:").partition("|")
    return wanted == ("GET" if verb == "HEAD" else verb) and bool(_regex(pattern).fullmatch(path))


def any_matches(scopes: Iterable[str], verb: str, path: str) -> bool:
    """Whether one of the scopes covers the request."""
    return any(matches(scope, verb, path) for scope in scopes)


def valid_scopes() -> list[str]:
    """Every scope of this Canvas: one for each route below `/api/v1` (lib/token_scopes.rb)."""
    return [route.scope for route in routing.routes() if route.pattern.startswith("/api/v1")]
