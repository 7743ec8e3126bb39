"""The scopes that have a heading on the developer key screen (scopes_api_controller.rb, lib/token_scopes.rb)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from embedded_canvas.context import Context
from embedded_canvas.http import Response, json_response
from embedded_canvas.routing import Route, route
from embedded_canvas.scopes import own_name, scoped_routes

_HEADINGS: Final[Mapping[str, str | None]] = {
    "accounts": "Accounts",
    "sub_accounts": "Accounts",
    "admins": "Admins",
    "assignments": "Assignments",
    "blueprint_subscriptions": "Blueprint Courses",
    "blueprint_templates": "Blueprint Courses",
    "content_migrations": "Content Migrations",
    "conversations": "Conversations",
    "courses": "Courses",
    "create_success": None,
    "developer_keys": "Developer Keys",
    "developer_key_account_bindings": "Developer Key Account Bindings",
    "discussion_topics": "Discussion Topics",
    "enrollments": "Enrollments",
    "files": "Files",
    "folders": "Files",
    "media_attachments": "Media Objects",
    "media_objects": "Media Objects",
    "modules": "Modules",
    "pages": "Pages",
    "quizzes": "Quizzes",
    "roles": "Roles",
    "scopes": "API Token Scopes",
    "sections": "Sections",
    "terms": "Enrollment Terms",
    "tokens": "Access Tokens",
    "users": "Users",
}
"""The heading of a path, by its last known word; a route without a heading is valid but not listed."""

_NEW: Final = frozenset({"Access Tokens", "Developer Keys", "Developer Key Account Bindings"})
"""Headings that old Canvas did not have, and it listed the API's scopes alone; all others were valid all the same."""

_ELSEWHERE: Final[Mapping[str, str]] = {
    "url:GET|/api/v1/accounts/:account_id/courses": "Accounts",
    "url:POST|/api/v1/courses/:course_id/files": "Courses",
}
"""Scopes with the heading of their controller instead of their path's last word."""


@route("GET", "/api/v1/accounts/:account_id/scopes", "scopes_api#index")
def index(context: Context) -> Response:
    """All scopes by heading, under this Canvas's own names, in one list without pages or grouped."""
    context.require("manage_developer_keys", context.account())
    named = [scope for each in scoped_routes(context.config) if (scope := _scope_json(context, each))]
    scopes = sorted(named, key=lambda scope: scope["resource_name"])
    if context.text("group_by") != "resource_name":
        return json_response(scopes)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for scope in scopes:
        grouped.setdefault(scope["resource_name"], []).append(scope)
    return json_response(grouped)


def _scope_json(context: Context, of: Route) -> dict[str, Any] | None:
    heading = _ELSEWHERE.get(of.scope) or _heading(of.pattern)
    if heading is None or (context.config.is_old and (heading in _NEW or not of.pattern.startswith("/api/"))):
        return None
    scope = own_name(context.config, of.scope)
    controller, _, action = of.leads_to.partition("#")
    return {
        "resource": heading.lower().replace(" ", "_"),
        "resource_name": heading,
        "controller": controller,
        "action": action,
        "verb": of.verb,
        "path": scope.partition("|")[2],
        "scope": scope,
    }


def _heading(pattern: str) -> str | None:
    known = [word for word in pattern.split("/") if word in _HEADINGS]
    return _HEADINGS[known[-1]] if known else None
