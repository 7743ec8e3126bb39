"""A list of scopes as people have it: one a line, with remarks, list signs or quotes around."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scopecheck.config.scope_table import same_route, sections
from scopecheck.config.settings import SettingsError
from scopecheck.model.scope import Scope, ScopeError, route_shape


@dataclass(frozen=True)
class ScopeList:
    """The scopes of a list, one for each route, and what is to be said of those that were left out or renamed."""

    scopes: tuple[Scope, ...]
    notes: tuple[str, ...] = ()


def read_scope_list(lines: Iterable[str], where: str) -> ScopeList:
    """The scopes in `lines`; an older name of a route is replaced by its newest, and a route is taken once.

    Raises SettingsError with every line that has no scope, or if there is none at all.
    """
    found: dict[str, Scope] = {}
    problems, notes = [], []
    for number, line in enumerate(lines, 1):
        for text in _texts(line):
            try:
                scope = Scope.parse(text)
            except ScopeError as error:
                problems.append(f"{error} ({where}, line {number})")
                continue
            name = same_route(text) if text in sections() else None
            if name and name != text:
                notes.append(f"{text} is an older name of {name}, which is written; a run accepts either.")
                scope = Scope.parse(name)
            shape = route_shape(str(scope))
            if shape in found:
                notes.append(f"{text} is listed twice ({where}, line {number}); it is written once.")
            found.setdefault(shape, scope)
    if not (problems or found):
        problems.append(f"No scope was given ({where}); write one a line, like url:GET|/api/v1/accounts.")
    if problems:
        raise SettingsError(problems)
    return ScopeList(tuple(found.values()), tuple(notes))


def _texts(line: str) -> Iterator[str]:
    """What a line lists: several scopes may stand on one, as in the parameter `scope` of an address."""
    for text in re.split(r"[\s,]+", line.partition("#")[0]):
        bare = text.strip("\"'`[]")
        if bare.strip("-*•"):
            yield bare
