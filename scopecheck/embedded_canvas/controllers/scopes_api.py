"""The scopes that have a heading on the developer key screen (scopes_api_controller.rb, lib/token_scopes.rb)."""

from __future__ import annotations

from typing import Any

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.scopes import Listed, listed_scopes, scoped_routes


@route("GET", "/api/v1/accounts/:account_id/scopes", "scopes_api#index")
def index(context: Context) -> Response:
    """All scopes by heading, under this Canvas's own names, in one list without pages or grouped."""
    context.require("manage_developer_keys", context.account())
    leads_to = {each.scope: each.leads_to for each in scoped_routes(context.config)}
    listed = [_scope_json(each, leads_to.get(each.route, "")) for each in listed_scopes(context.config)]
    scopes = sorted(listed, key=lambda scope: scope["resource_name"])
    if context.text("group_by") != "resource_name":
        return json_response(scopes)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for scope in scopes:
        grouped.setdefault(scope["resource_name"], []).append(scope)
    return json_response(grouped)


def _scope_json(listed: Listed, leads_to: str) -> dict[str, Any]:
    """A row; this Canvas knows only of its own routes where they lead."""
    controller, _, action = leads_to.partition("#")
    verb, _, path = listed.name.removeprefix("url:").partition("|")
    return {
        "resource": listed.heading.lower().replace(" ", "_"),
        "resource_name": listed.heading,
        "controller": controller or None,
        "action": action or None,
        "verb": verb,
        "path": path,
        "scope": listed.name,
    }
