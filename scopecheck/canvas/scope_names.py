"""Names of scopes: Canvas renames a route's parameters from version to version, and with them the scope."""

from __future__ import annotations

import re


def route_shape(scope: str) -> str:
    """The scope without the names of its parameters: two scopes of one shape are one route under two names."""
    return re.sub(r":\w+(?=/|$)", ":", scope.removeprefix("url:"))
