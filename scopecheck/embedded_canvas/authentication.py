"""Who is calling: Canvas's steps from a request to its user, in Canvas's order (authentication_methods.rb).

Token, account, login, scope, include stripping, availability, masquerading. So a missing scope is
reported before any record is looked up. The one exception: for a key of another account, the URL's course or account
is looked up first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import json_response
from scopecheck.embedded_canvas.keys import is_on
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import AccessToken, DeveloperKey, User
from scopecheck.embedded_canvas.routing import Route
from scopecheck.embedded_canvas.scopes import any_matches
from scopecheck.embedded_canvas.tokens import TOKEN_PATH, find_token, token_text

_UNAVAILABLE: Final = frozenset({"deleted", "creation_pending"})


def load_user(context: Context, route: Route) -> None:
    """Put the request's user and token into the context and strip its includes; raises a Refusal."""
    text = token_text(context.request, context.params) if _takes_tokens(route) else None
    if text is not None:
        context.user, context.token = _user_of_token(context, route, text)
    wanted = context.params.get("as_user_id")
    if wanted and route.pattern.startswith("/api/"):
        context.user = _masqueraded(context, str(wanted))


def _takes_tokens(route: Route) -> bool:
    """Whether the route takes tokens: the API does, and so do deleting a token and turning it into a session."""
    ends_token = (route.verb, route.pattern) == ("DELETE", TOKEN_PATH)
    return route.pattern.startswith("/api/") or ends_token or route.pattern == "/login/session_token"


def _user_of_token(context: Context, route: Route, text: str) -> tuple[User | None, AccessToken]:
    token = find_token(context.tables, context.config, text)
    key = context.tables.keys[token.key_id]
    if key.owner == "other-account":
        _look_up_context(context, route)
    user = context.tables.users[token.user_id]
    if not is_on(key) or user.pseudonym != "active":
        raise errors.invalid_token()
    if key.require_scopes:
        _check_scope(context, token, key)
    token.last_used_at = now()
    return None if user.workflow_state in _UNAVAILABLE else user, token


def _look_up_context(context: Context, route: Route) -> None:
    """404 if the URL's course or account does not exist; `courses/:id` itself has no context to look up."""
    if "course_id" in context.path:
        context.course()
    elif "account_id" in context.path:
        context.account()
    elif route.pattern == "/api/v1/accounts/:id":
        context.account("id")


def _check_scope(context: Context, token: AccessToken, key: DeveloperKey) -> None:
    request = context.request
    if request.path != TOKEN_PATH and not any_matches(token.scopes, request.method, request.path):
        raise errors.insufficient_scopes()
    if not key.allow_includes:
        _strip_includes(context.params)


def _strip_includes(values: dict[str, Any]) -> None:
    """Without Allow Include Parameters a list silently loses all but `uuid`, and a single value is removed."""
    for name in ("include", "includes"):
        if isinstance(values.get(name), list):
            values[name] = [each for each in values[name] if each == "uuid"]
        else:
            values.pop(name, None)


def _masqueraded(context: Context, wanted: str) -> User:
    """The user that the caller acts as; 401 with a plain string if there is none or the caller may not."""
    caller = context.user
    user = _users_by_name(context).get(wanted)
    if user is None or caller is None or not (user is caller or _may_become_others(context, caller)):
        raise errors.Refusal(json_response({"errors": "Invalid as_user_id"}, 401))
    return user


def _users_by_name(context: Context) -> Mapping[str, User]:
    users = {str(user.id): user for user in context.tables.users.values() if user.workflow_state != "deleted"}
    return users | ({"self": context.user} if context.user else {})


def _may_become_others(context: Context, caller: User) -> bool:
    roots = [each for each in context.tables.accounts.values() if each.root_account_id is None]
    return any(context.judge.allows(caller, "become_user", root) for root in roots)
