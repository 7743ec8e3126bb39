"""Login with a browser (login/canvas_controller.rb), and from a token to a session (login_controller.rb)."""

from __future__ import annotations

from html import escape
from typing import Any

from scopecheck.embedded_canvas import web_pages
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response, redirect
from scopecheck.embedded_canvas.records import User
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.sessions import logged_in_user, pending_request, renewed


@route("GET", "/", "users#user_dashboard", login=False)
def home(context: Context) -> Response:
    """The page after a login without an integration."""
    user = logged_in_user(context)
    if user is None:
        return redirect(f"{context.request.origin}/login")
    return web_pages.page("Canvas", f'<p id="user">You are logged in as {escape(user.name)}.</p>')


@route("GET", "/login", "login/canvas#new", login=False)
def new(context: Context) -> Response:
    """The login page; a user who is already logged in sees it only if it is forced."""
    if logged_in_user(context) and not context.text("force_login"):
        return redirect(f"{context.request.origin}/")
    return web_pages.log_in(str(_typed(context).get("unique_id", "")))


@route("POST", "/login", "login/canvas#create", login=False)
def create(context: Context) -> Response:
    """Log in, then continue with an integration's request, if there is one."""
    typed = _typed(context)
    name, password = str(typed.get("unique_id", "")).strip(), str(typed.get("password", ""))
    user = next((each for each in context.tables.users.values() if each.login == name and _can_log_in(each)), None)
    if user is None or password != name:
        return web_pages.log_in(name, failed=True)
    asked = pending_request(context)
    onward = redirect(context.request.origin + ("/login/oauth2/confirm" if asked else "/"))
    return renewed(context, onward, user.id, asked)


@route("GET", "/login/session_token", "login#session_token")
def session_token(context: Context) -> Response:
    """The address of a session for the token's user. It has no scope, so keys that enforce scopes never get here."""
    return json_response({"session_url": f"{context.request.origin}/"})


def _can_log_in(user: User) -> bool:
    return user.workflow_state == "registered" and user.pseudonym == "active"


def _typed(context: Context) -> dict[str, Any]:
    typed = context.params.get("pseudonym_session")
    return typed if isinstance(typed, dict) else {}
