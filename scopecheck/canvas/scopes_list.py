"""The account's list of scopes: under which name this Canvas has a route (scopes_api_controller.rb)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scopecheck.canvas.signs import Signs
from scopecheck.model.scope import Scope, ScopeError, route_shape


@dataclass(frozen=True)
class ListedScope:
    """One scope of this Canvas, the controller and action that its route leads to, and its heading; None: not told."""

    scope: Scope
    controller: str | None = None
    action: str | None = None
    section: str | None = None


def listed_scopes(rows: object) -> list[ListedScope]:
    """The rows of the list that are scopes of a route."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            scope = Scope.parse(str(row["scope"]))
        except (TypeError, KeyError, ScopeError):
            continue
        found.append(ListedScope(scope, row.get("controller"), row.get("action"), row.get("resource_name")))
    return found


def all_names(rows: object) -> frozenset[str]:
    """Every name in the list, those of scopes that belong to no route of the API (`/auth/userinfo`) included."""
    names = (row.get("scope") for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))
    return frozenset(name for name in names if isinstance(name, str))


def names_by_shape(listed: Sequence[ListedScope], scopes: Collection[str]) -> dict[str, str]:
    """This Canvas's names of scopes that it has under the same or another name of their parameters."""
    names = {str(each.scope) for each in listed}
    by_shape = {route_shape(name): name for name in names}
    return {
        scope: scope if scope in names else by_shape[route_shape(scope)]
        for scope in scopes
        if route_shape(scope) in by_shape
    }


def names_by_action(listed: Sequence[ListedScope], led_to: Mapping[str, Signs]) -> dict[str, str | None]:
    """This Canvas's names of scopes by what a call under each led to; None if nothing listed leads there.

    Several routes can lead to one action (pages of courses and of groups): then the one with the same beginning is it.
    A scope for which that leaves several is left out.
    """
    found: dict[str, str | None] = {}
    for text, signs in led_to.items():
        scope = Scope.parse(text)
        same = [each.scope for each in listed if each.scope.verb == scope.verb and _leads_to(each, signs)]
        alike = [each for each in same if _beginning(each) == _beginning(scope)] if len(same) > 1 else same
        if len(alike) == 1:
            found[text] = str(alike[0])
        elif not same:
            found[text] = None
    return found


def _leads_to(listed: ListedScope, signs: Signs) -> bool:
    there = listed.controller, listed.action
    return None not in there and there == (signs.controller, signs.action)


def _beginning(scope: Scope) -> str:
    """The path up to its first parameter."""
    return scope.path.replace("*", ":").partition(":")[0]
