"""The few pages that a person sees: login, consent, and the last page for an integration without a website."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from scopecheck.embedded_canvas.http import Response, text_response
from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.embedded_canvas.records import AuthorizationRequest, DeveloperKey, User

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
label, input { display: block } input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem }
p, label, .buttons { margin: 1rem 0 .3rem } .buttons { display: flex; gap: 1rem }
button { font: inherit; padding: .4rem 1.2rem } code { overflow-wrap: anywhere }
"""


def page(title: str, body: str, status: int = 200) -> Response:
    """One page; `body` is HTML, `title` is text."""
    name = escape(title)
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{name}</h1>{body}</main></body></html>"
    )
    return text_response(text, status, "text/html; charset=utf-8")


def log_in(name: str = "", *, failed: bool = False) -> Response:
    """The login form; after a failed attempt with the reason, and 400 as on Canvas."""
    known = CREDENTIALS
    alert = '<p role="alert" id="login-error">The user name or password is wrong.</p>' if failed else ""
    body = (
        f"{alert}<p>This is a demonstration Canvas. The integration's user is <code>{escape(known.login)}</code>; "
        "each user's password is the same as the user name.</p>"
        '<form method="post" action="/login">'
        '<label for="pseudonym_session_unique_id">User name</label>'
        '<input id="pseudonym_session_unique_id" name="pseudonym_session[unique_id]" autocomplete="username" required '
        f'value="{escape(name)}">'
        '<label for="pseudonym_session_password">Password</label>'
        '<input id="pseudonym_session_password" name="pseudonym_session[password]" type="password" '
        'autocomplete="current-password" required>'
        '<p class="buttons"><button type="submit" id="log-in">Log In</button></p></form>'
    )
    return page("Log in to Canvas", body, 400 if failed else 200)


def consent(key: DeveloperKey, user: User, request: AuthorizationRequest) -> Response:
    """What the integration asks for, and the two buttons."""
    what = _list(request.scopes) if request.scopes else "<p>Everything that you may do in Canvas.</p>"
    body = (
        f"<p>You are logged in as {escape(user.name)}. <strong>{escape(key.name)}</strong> wants to access Canvas "
        f'on your behalf:</p>{what}<div class="buttons"><form method="post" action="/login/oauth2/accept">'
        f'<input type="hidden" name="custom_csrf_token" value="{request.csrf}">'
        '<button type="submit" id="authorize">Authorize</button></form>'
        '<form method="get" action="/login/oauth2/deny"><button type="submit" id="cancel">Cancel</button></form></div>'
    )
    return page(f"{key.name} wants access to Canvas", body)


def out_of_band(code: str | None, error: str | None, description: str | None) -> Response:
    """Where a client without a website reads its code or error."""
    if code:
        return page("Authorized", f'<p>The code is <code id="code">{escape(code)}</code></p>')
    said = f" ({escape(description)})" if description else ""
    return page("Not authorized", f'<p>The error is <code id="error">{escape(error or "")}</code>{said}.</p>')


def _list(texts: Iterable[str]) -> str:
    items = "".join(f"<li><code>{escape(text)}</code></li>" for text in texts)
    return f'<ul id="scopes">{items}</ul>'
