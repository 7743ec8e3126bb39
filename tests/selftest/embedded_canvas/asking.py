"""A browser before `/login/oauth2/auth`: what the tests of authorization do and read."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import httpx

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import CREDENTIALS, REDIRECT_URI
from tests.selftest.embedded_canvas.driver import SCOPES, client

BOGUS = "url:GET|/api/v1/no/such/route"
OTHER_BOGUS = "url:PUT|/api/v1/no/such/route"
INVALID = "A requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner."
LISTED = f"{INVALID} The following scopes were requested, but not granted: "
UNKNOWN_CLIENT = {"error": "invalid_client", "error_description": "unknown client"}
WRONG_URI = {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"}

LATER: dict[str, str | None] = {"scope": BOGUS, "response_type": "token", "prompt": "odd"}
"""Wrong in every way that is checked after client and redirect URI, so that a test also shows the order."""


def browser(of: Canvas) -> httpx.Client:
    """A client without a token that keeps cookies, like a browser."""
    return client(of, token=None)


def ask(by: httpx.Client, headers: dict[str, str] | None = None, /, **changed: str | None) -> httpx.Response:
    """Send Ally's request, with some parameters changed or (None) left out."""
    query = {
        "client_id": CREDENTIALS.client_id,
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "state": "s 1",
        "scope": " ".join(SCOPES),
        **changed,
    }
    given = {name: value for name, value in query.items() if value is not None}
    return by.get("/login/oauth2/auth", params=given, headers=headers)


def sent_back(answer: httpx.Response) -> dict[str, str]:
    """The parameters that the answer sends to the redirect URI."""
    place, _, query = answer.headers["location"].partition("?")
    assert (answer.status_code, place) == (302, REDIRECT_URI)
    return dict(parse_qsl(query))


def log_in(by: httpx.Client, name: str = CREDENTIALS.login, password: str = CREDENTIALS.password) -> httpx.Response:
    """Send the login form."""
    form = {"pseudonym_session[unique_id]": name, "pseudonym_session[password]": password}
    return by.post("/login", data=form)


def csrf_of(page: httpx.Response) -> str:
    """The consent page's own token."""
    found = re.search(r'name="custom_csrf_token" value="(\w+)"', page.text)
    assert found
    return found[1]
