"""Users and their tokens (users_controller.rb, tokens_controller.rb)."""

from __future__ import annotations

from typing import Final

from embedded_canvas import errors
from embedded_canvas.context import Context
from embedded_canvas.http import Response, json_response
from embedded_canvas.moments import iso
from embedded_canvas.records import User
from embedded_canvas.routing import route

_HINT: Final = 5
"""How many of a token's first characters identify it."""


@route("GET", "/api/v1/users/:id", "users#api_show", login=False)
def show(context: Context) -> Response:
    """One user: the caller, or anybody if the caller is an administrator.

    Without a user old Canvas looks for one called `self`, and finds none; today's requires one.
    """
    if context.user is None and context.config.is_old:
        raise errors.not_found()
    user = _user(context, "id")
    given, _, family = user.name.rpartition(" ")
    return json_response(
        {
            "id": user.id,
            "name": user.name,
            "sortable_name": f"{family}, {given}",
            "short_name": user.name,
            "avatar_url": f"{context.request.origin}/images/messages/avatar-50.png",
            "effective_locale": user.language,
        }
    )


@route("GET", "/api/v1/users/:user_id/tokens/:id", "tokens#show")
def show_token(context: Context) -> Response:
    """One token of the user, by its ID or first five characters, with its scopes."""
    user, wanted = _user(context, "user_id"), context.path["id"]
    for token in context.tables.tokens.values():
        hint = token.token[:_HINT]
        if token.user_id == user.id and token.workflow_state != "deleted" and wanted in {str(token.id), hint}:
            name = context.tables.keys[token.key_id].name
            return json_response(
                {
                    "id": token.id,
                    "user_id": user.id,
                    "purpose": name,
                    "app_name": name,
                    "workflow_state": token.workflow_state,
                    "expires_at": iso(token.permanent_expires_at),
                    "scopes": token.scopes,
                    "visible_token": f"{hint}..." if name == "User-Generated" else None,
                }
            )
    raise errors.not_found()


def _user(context: Context, name: str) -> User:
    wanted = context.path[name]
    found = context.caller if wanted == "self" else None
    for user in context.tables.users.values():
        if str(user.id) == wanted:
            found = user
    if found is None or found.workflow_state == "deleted":
        raise errors.not_found()
    if found is not context.caller and not context.judge.administers_something(context.caller):
        raise context.not_permitted()
    return found
