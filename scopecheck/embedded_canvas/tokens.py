"""From an Authorization header to a token: every reason to refuse the token itself, in Canvas's order.

Source: authentication_methods.rb, access_token.rb.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.http import Request
from scopecheck.embedded_canvas.keys import is_usable
from scopecheck.embedded_canvas.moments import iso, now
from scopecheck.embedded_canvas.records import AccessToken
from scopecheck.embedded_canvas.tables import Tables

TOKEN_PATH: Final = "/login/oauth2/token"
"""Where tokens are issued, and may be deleted whatever their scopes."""

Fate: TypeAlias = Literal["alive", "expired", "permanently-expired", "revoked", "key-inactive", "pending"]
"""What became of a token: `expired` is its hour, which a refresh renews; a `pending` one is nobody's."""

_BEARER: Final = "Bearer "


def token_text(request: Request, params: Mapping[str, object]) -> str | None:
    """The token that a request carries: `Bearer` is case-sensitive; the parameter `access_token` works too."""
    header = request.headers.get("authorization", "")
    if header.startswith(_BEARER):
        return header.removeprefix(_BEARER)
    parameter = params.get("access_token")
    return parameter if isinstance(parameter, str) and parameter else None


def find_token(tables: Tables, config: CanvasConfig, text: str) -> AccessToken:
    """The usable token with this text; raises a Refusal in the wording of this Canvas version.

    A JWT is looked up like any other text, since this Canvas issues none.
    """
    token = next((known for known in tables.tokens.values() if known.token == text), None)
    if token is None:
        raise errors.invalid_token()
    why = fate(tables, token)
    if why == "alive":
        return token
    if config.is_old:
        raise errors.invalid_token()
    if why == "permanently-expired":
        raise errors.invalid_token("Expired access token.", expired_at=str(iso(token.permanent_expires_at)))
    if why == "revoked":
        raise errors.invalid_token("Revoked access token.")
    raise errors.invalid_token()


def fate(tables: Tables, token: AccessToken) -> Fate:
    """Whether the token itself can be used, or the first reason why not, in Canvas's order; that its key is on is not
    asked here."""
    moment, key = now(), tables.keys[token.key_id]
    if past(token.permanent_expires_at, moment):
        return "permanently-expired"
    if token.workflow_state == "deleted":
        return "revoked"
    if not is_usable(key):
        return "key-inactive"
    if key.auto_expire_tokens and past(token.expires_at, moment):
        return "expired"
    return "pending" if token.workflow_state == "pending" or token.user_id not in tables.users else "alive"


def past(moment: datetime | None, present: datetime) -> bool:
    """Whether the time has come."""
    return moment is not None and moment <= present
