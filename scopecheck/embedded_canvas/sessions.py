"""A browser's session: who is logged in, and what an integration is asking for."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final

from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.records import AuthorizationRequest, Session, User

_COOKIE: Final = "canvas_session"


def session_id(request: Request) -> str | None:
    """The session's ID in the request's cookies."""
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return None
    return cookie.value if cookie else None


def session_of(context: Context) -> Session | None:
    """The browser's session; None for a browser without one."""
    return context.tables.sessions.get(session_id(context.request) or "")


def logged_in_user(context: Context) -> User | None:
    """The user who is logged in, in this browser."""
    session = session_of(context)
    return context.tables.users.get(session.user_id) if session and session.user_id is not None else None


def pending_request(context: Context) -> AuthorizationRequest | None:
    """What an integration asked for in this browser, while the user has not answered."""
    session = session_of(context)
    return session.request if session else None


def renewed(
    context: Context, response: Response, user_id: int | None, request: AuthorizationRequest | None
) -> Response:
    """The response with the cookie of a new session, which replaces the browser's current one."""
    context.tables.sessions.pop(session_id(context.request) or "", None)
    session = Session(secrets.token_hex(32), user_id, request)
    context.tables.sessions[session.id] = session
    return response.with_headers(("Set-Cookie", f"{_COOKIE}={session.id}; Path=/; HttpOnly; SameSite=Lax"))
