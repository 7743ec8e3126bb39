"""Users and their tokens (users_controller.rb, tokens_controller.rb)."""

from __future__ import annotations

from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.controllers.lists import search_term
from scopecheck.embedded_canvas.controllers.user_display import user_record
from scopecheck.embedded_canvas.http import Response, json_response
from scopecheck.embedded_canvas.keys import SHARD
from scopecheck.embedded_canvas.moments import iso
from scopecheck.embedded_canvas.records import User
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.values import truth

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
    shown = user_record(user)
    return json_response(
        {
            **{name: shown[name] for name in ("id", "name", "sortable_name", "short_name")},
            "avatar_url": f"{context.request.origin}/images/messages/avatar-50.png",
            "effective_locale": user.language,
        }
    )


@route("GET", "/api/v1/accounts/:account_id/users", "users#api_index")
def index(context: Context) -> Response:
    """The users of the account's institution, by their names.

    `search_term` is sought in names and IDs, and in logins only for who may see them, to whom alone
    they are shown, too (lib/user_search.rb, lib/api/v1/user.rb).
    """
    account = context.account()
    context.require("read_roster", account)
    logins, term = context.may("view_user_logins", account), search_term(context)
    found = [
        user
        for user in context.tables.users.values()
        if user.workflow_state != "deleted"
        and (term in user.name.lower() or term == str(user.id) or (logins and term in (user.login or "").lower()))
    ]
    by_name = sorted(found, key=lambda user: (str(user_record(user)["sortable_name"]).lower(), user.id))
    return context.page(by_name, lambda user: _listed(user, login=logins), total=False)


def _listed(user: User, *, login: bool) -> dict[str, Any]:
    shown = user_record(user)
    return shown if login else {name: value for name, value in shown.items() if name != "login_id"}


@route("POST", "/api/v1/accounts/:account_id/users", "users#create")
def create(context: Context) -> Response:
    """Create a user with a login, which nobody may have yet, in upper or lower case (app/models/pseudonym.rb)."""
    context.require("manage_user_logins", context.account())
    wanted, pseudonym = context.fields("user"), context.fields("pseudonym")
    login = str(pseudonym.get("unique_id") or "").strip()
    users = context.tables.users.values()
    taken = {(each.login or "").lower() for each in users if each.workflow_state != "deleted"}
    if not login or login.lower() in taken:
        raise _unusable_login("too_short" if not login else "taken")
    number = context.tables.next_id()
    state = "registered" if truth(wanted.get("skip_registration")) else "pre_registered"
    user = User(number, str(wanted.get("name") or login), "none", workflow_state=state, login=login)
    context.tables.users[number] = user
    return json_response(user_record(user))


def _unusable_login(kind: str) -> errors.Refusal:
    message = "ID already in use for this account and authentication provider" if kind == "taken" else kind
    error = {"attribute": "unique_id", "type": kind, "message": message}
    body = {"user": {}, "pseudonym": {"unique_id": [error]}, "observee": {}, "pairing_code": {}, "recaptcha": None}
    return errors.Refusal(json_response({"errors": body}, 400))


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
        if wanted in {str(user.id), str(SHARD + user.id)}:
            found = user
    if found is None or found.workflow_state == "deleted":
        raise errors.not_found()
    if found is not context.caller and not context.judge.administers_something(context.caller):
        raise context.not_permitted()
    return found
