"""Routes of Canvas that this one lacks, but for their gates: the scope check first, then nothing is found.

That is what every route with an ID answers for an ID that no record has. Routes without one are left out, since they
answer with what the caller may see.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NoReturn

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.routing import UNTOLD, Route
from scopecheck.embedded_canvas.scope_table import headings


def find(verb: str, path: str, config: CanvasConfig) -> tuple[Route, dict[str, str]] | None:
    """The route of a path, if Canvas has it."""
    verb = "GET" if verb == "HEAD" else verb
    for regex, candidate in _routes(config.is_old):
        if candidate.verb == verb and regex.fullmatch(path):
            return candidate, {}
    return None


@cache
def _routes(old: bool) -> tuple[tuple[re.Pattern[str], Route], ...]:
    found = []
    for scope in headings(old=old):
        verb, _, pattern = scope.removeprefix("url:").partition("|")
        if ":" in pattern:
            found.append((_regex(pattern), Route(verb, pattern, _nothing, UNTOLD, login=True, new=False)))
    return tuple(found)


def _nothing(_context: Context) -> NoReturn:
    raise errors.not_found()


def _regex(pattern: str) -> re.Pattern[str]:
    """`:name` is a segment, `*name` the rest, and what is in brackets may be left out."""
    text = re.sub(r":\w+", "[^/]+", re.sub(r"\*\w+", ".+", pattern.replace(".", r"\.")))
    return re.compile(re.sub(r"\(([^()]+)\)", r"(?:\1)?", text) + r"(?:\.json)?")
