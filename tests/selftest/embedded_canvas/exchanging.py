"""Calls to `/login/oauth2/token`, for the tests of tokens."""

from __future__ import annotations

from datetime import timedelta

import httpx

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import CREDENTIALS, INTEGRATION_USER, KEY
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import AuthorizationCode
from tests.selftest.embedded_canvas.driver import client

TOKEN = "/login/oauth2/token"


def exchange(of: Canvas, headers: dict[str, str] | None = None, /, **changed: str | None) -> httpx.Response:
    """Refresh Ally's token, with some parameters changed or (None) left out."""
    form = {
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": CREDENTIALS.refresh_token,
        **changed,
    }
    given = {name: value for name, value in form.items() if value is not None}
    return client(of, token=None).post(TOKEN, data=given, headers=headers)


def with_code(of: Canvas, *scopes: str, challenge: str | None = None, age: timedelta = timedelta()) -> str:
    """A code that the integration user gave to Ally."""
    code = AuthorizationCode("c0de", KEY, INTEGRATION_USER, list(scopes), now() - age, challenge)
    of.tables.codes[code.code] = code
    return code.code


def redeem(of: Canvas, code: str = "c0de", **changed: str | None) -> httpx.Response:
    """Exchange a code."""
    form: dict[str, str | None] = {"grant_type": "authorization_code", "refresh_token": None, "code": code, **changed}
    return exchange(of, None, **form)


def accounts(of: Canvas, token: str) -> httpx.Response:
    """A call with a token."""
    return client(of, token=None).get("/api/v1/accounts", headers={"Authorization": f"Bearer {token}"})
