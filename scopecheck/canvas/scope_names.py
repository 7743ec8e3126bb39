"""Scope names: from version to version Canvas renames route parameters, and that renames the scopes."""

from __future__ import annotations

import re


def route_shape(scope: str) -> str:
    """The scope without the names of its parameters: two scopes with the same shape are one route under two names."""
    return re.sub(r":\w+(?=/|$)", ":", scope.removeprefix("url:"))
