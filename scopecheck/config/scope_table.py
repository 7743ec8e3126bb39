"""The scopes that Canvas is known to have, each with its heading on the developer key page: `fixtures/scopes.tsv`.

No list is complete, and a Canvas may be newer: a scope that is not in it may exist all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

from scopecheck.installation import FIXTURES
from scopecheck.model.scope import route_shape

SCOPE_TABLE: Final = FIXTURES / "scopes.tsv"
"""The table; its head says where its facts come from."""

_DOCUMENTATION: Final = "https://developerdocs.instructure.com/services/canvas/resources/"
_PLAIN: Final = re.compile(r"[A-Z][a-z]+( [A-Z][a-z]+)*")
_ALIKE: Final = 0.85
"""How alike (difflib) two scopes are if one may be the other misspelt; all are alike in their beginning."""
_SUGGESTIONS: Final = 3


@cache
def sections() -> Mapping[str, str]:
    """Every known scope, under each of its names, to its heading."""
    lines = SCOPE_TABLE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {scope: heading for scope, heading, _ in rows}


@cache
def _by_shape() -> Mapping[str, str]:
    """The shape of each route to its scope's name; the newest of several, which the table has last or alone."""
    newest = sorted(sections(), key=lambda scope: ":url_or_id" in scope)
    return {route_shape(scope): scope for scope in newest}


def same_route(scope: str) -> str | None:
    """The newest known name of the scope's route: a scope's name contains the names of the route's parameters."""
    return _by_shape().get(route_shape(scope))


def nearest(scope: str) -> list[str]:
    """The known scopes that an unknown one may be meant for, the likeliest first; possibly none."""
    same = same_route(scope)
    if same:
        return [same]
    # Scopes are long and alike: what differs is the end.
    return get_close_matches(scope, sections(), _SUGGESTIONS, _ALIKE)


def documentation(section: str) -> str:
    """The page of Canvas's documentation on a heading; empty where its address does not follow from the heading."""
    return _DOCUMENTATION + section.lower().replace(" ", "_") if _PLAIN.fullmatch(section) else ""
