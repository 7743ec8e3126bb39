"""How `/login/oauth2` answers: errors as JSON, and the way back to the integration.

Source: lib/canvas/oauth/request_error.rb, lib/canvas/oauth/provider.rb.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from scopecheck.embedded_canvas.errors import Refusal
from scopecheck.embedded_canvas.http import Request, Response, json_response, redirect
from scopecheck.embedded_canvas.keys import OUT_OF_BAND

_REALM: Final = ("WWW-Authenticate", "Canvas OAuth 2.0")


def refused(error: str, description: str, status: int = 400) -> Refusal:
    """An error for the caller itself, not sent back to the integration's redirect URI."""
    body = {"error": error, "error_description": description}
    return Refusal(json_response(body, status, (_REALM,) if status == 401 else ()))


def unknown_client() -> Refusal:
    """No active key has this client ID."""
    return refused("invalid_client", "unknown client", 401)


def back_to(redirect_uri: str, request: Request, **answer: str | None) -> Response:
    """The redirect to the integration with a code or an error: keys in alphabetical order, empty ones left out.

    The out-of-band URI leads to a page of Canvas itself.
    """
    if redirect_uri == OUT_OF_BAND:
        redirect_uri = f"{request.origin}/login/oauth2/auth"
    query = urlencode(sorted((name, value) for name, value in answer.items() if value is not None))
    return redirect(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}")
