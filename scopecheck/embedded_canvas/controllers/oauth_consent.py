"""The consent page and its two answers (oauth2_provider_controller.rb, lib/canvas/oauth/token.rb)."""

from __future__ import annotations

import secrets

from scopecheck.embedded_canvas import web_pages
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.errors import Refusal
from scopecheck.embedded_canvas.http import Response, redirect, text_response
from scopecheck.embedded_canvas.known import ADMINISTRATOR
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.oauth_answers import back_to
from scopecheck.embedded_canvas.records import AuthorizationCode, AuthorizationRequest, User
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.sessions import logged_in_user, pending_request, session_of


@route("GET", "/login/oauth2/confirm", "oauth2_provider#confirm", login=False)
def confirm(context: Context) -> Response:
    """Ask the user, with a token against cross-site requests."""
    user, asked = logged_in_user(context), pending_request(context)
    if user is None or asked is None:
        return redirect(f"{context.request.origin}/login")
    if not context.config.is_old and "create_access_tokens" in user.denied:
        return _answered(
            context, asked, error="client_not_allowed_for_user", error_description="this user may not authorize keys"
        )
    asked.csrf = secrets.token_hex(24)
    return web_pages.consent(context.tables.keys[asked.key_id], user, asked)


@route("POST", "/login/oauth2/accept", "oauth2_provider#accept", login=False)
def accept(context: Context) -> Response:
    """The user authorizes: back to the integration with a code."""
    asked, user = _pending(context), logged_in_user(context)
    if asked.csrf is None:
        raise _plain("the form's own token is missing")
    if not secrets.compare_digest(asked.csrf.encode(), (context.text("custom_csrf_token") or "").encode()):
        raise _plain("the form's own token is wrong")
    if user is None:
        return redirect(f"{context.request.origin}/login")
    return issue_code(context, user, asked)


@route("GET", "/login/oauth2/deny", "oauth2_provider#deny", login=False)
def deny(context: Context) -> Response:
    """The user cancels: back to the integration with an error."""
    return _answered(context, _pending(context), error="access_denied")


def issue_code(context: Context, user: User, asked: AuthorizationRequest) -> Response:
    """Back to the integration with a code for this user; the code keeps the requested scopes."""
    code = secrets.token_hex(64)
    real_user = ADMINISTRATOR if context.config.masquerading else None
    context.tables.codes[code] = AuthorizationCode(
        code, asked.key_id, user.id, asked.scopes, now(), asked.challenge, real_user
    )
    return _answered(context, asked, code=code)


def _answered(context: Context, asked: AuthorizationRequest, **answer: str) -> Response:
    session = session_of(context)
    if session:
        session.request = None
    return back_to(asked.redirect_uri, context.request, **answer, state=asked.state)


def _pending(context: Context) -> AuthorizationRequest:
    asked = pending_request(context)
    if asked is None:
        raise _plain("no authorization is under way in this session")
    return asked


def _plain(text: str) -> Refusal:
    return Refusal(text_response(text, 400))
