"""The token endpoint (oauth2_provider_controller.rb, lib/canvas/oauth/grant_types, lib/canvas/oauth/token.rb)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.context import Context
from scopecheck.embedded_canvas.http import Response, json_response, text_response
from scopecheck.embedded_canvas.keys import SHARD, find_key, is_usable
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.oauth_answers import refused, unknown_client
from scopecheck.embedded_canvas.records import AccessToken, AuthorizationCode, DeveloperKey, User
from scopecheck.embedded_canvas.routing import route
from scopecheck.embedded_canvas.sessions import session_of
from scopecheck.embedded_canvas.tokens import past
from scopecheck.embedded_canvas.values import truth

_CODE_LIVES: Final = timedelta(minutes=10)
_TOKEN_LIVES: Final = timedelta(hours=1)


@route("POST", "/login/oauth2/token", "oauth2_provider#token", login=False)
def create(context: Context) -> Response:
    """Exchange a code or refresh token: checks the grant type, then client, secret, and the grant itself."""
    kind = context.text("grant_type") or ("authorization_code" if context.text("code") else "")
    grant = _GRANTS.get(kind)
    if grant is None:
        raise refused("unsupported_grant_type", "grant_type is not supported")
    return grant(context)


@route("DELETE", "/login/oauth2/token", "oauth2_provider#destroy", login=False)
def destroy(context: Context) -> Response:
    """Delete the request's own token, and its refresh token with it."""
    if context.token is None and session_of(context) is None and not context.config.is_old:
        raise errors.unauthenticated()
    if context.token is None:
        raise errors.message(400, "the request carries no access token")
    context.token.workflow_state = "deleted"
    return json_response({})


def _exchange_code(context: Context) -> Response:
    key, tables = _client(context), context.tables
    code = tables.codes.get(_given(context, "code", "authorization_code"))
    if code is None or past(code.created_at + _CODE_LIVES, now()):
        raise refused("invalid_grant", "authorization_code not found")
    if code.key_id != key.id:
        raise refused("invalid_grant", "incorrect client")
    _check_verifier(context, code)
    if not _carries(key, code.scopes):
        return text_response("<!DOCTYPE html><title>Unprocessable</title>", 422, "text/html; charset=utf-8")
    if truth(context.text("replace_tokens")) or key.replace_tokens:
        for other in tables.tokens.values():
            if (other.user_id, other.key_id) == (code.user_id, key.id):
                other.workflow_state = "deleted"
    token = AccessToken(
        tables.next_id(), _string(), code.user_id, key.id, code.scopes, _string(), "active", _expiry(),
        real_user_id=code.real_user_id,
    )  # fmt: skip
    tables.tokens[token.id] = token
    del tables.codes[code.code]
    strings = {"access_token": token.token, "refresh_token": token.refresh_token}
    if len(code.scopes) == 1 and code.scopes[0].endswith("userinfo"):
        # A client that only wants to know the user gets no token.
        strings = {"access_token": None}
    return json_response(_issued(context, key, token) | strings)


def _refresh(context: Context) -> Response:
    """The same token record with a new string: its scopes stay, its old string is dead.

    If the key now enforces scopes and lacks one of the token's, Canvas silently fails to save the new string
    (access_token.rb), and the string in the answer never works.
    """
    key = _client(context)
    text = _given(context, "refresh_token", "refresh_token")
    token = next((each for each in context.tables.tokens.values() if each.refresh_token == text), None)
    if token is None or not _is_refreshable(context, token):
        error = "invalid_request" if context.config.is_old else "invalid_grant"
        raise refused(error, "refresh_token not found")
    if token.key_id != key.id:
        raise refused("invalid_grant", "incorrect client")
    fresh = _string()
    if _carries(key, token.scopes):
        token.token, token.expires_at = fresh, _expiry()
    return json_response(_issued(context, key, token) | {"access_token": fresh})


def _client_credentials(_context: Context) -> Response:
    """For services with a key pair or their own user; no key here has either."""
    raise refused("invalid_request", "assertion method not supported for this grant_type")


_GRANTS: Final[Mapping[str, Callable[[Context], Response]]] = {
    "authorization_code": _exchange_code,
    "refresh_token": _refresh,
    "client_credentials": _client_credentials,
}


def _client(context: Context) -> DeveloperKey:
    """The key whose ID and secret the request has, as parameters or by HTTP Basic."""
    name, secret = _basic(context)
    key = find_key(context.tables, context.text("client_id") or name)
    if key is None:
        raise unknown_client()
    if not secrets.compare_digest((context.text("client_secret") or secret).encode(), key.secret.encode()):
        raise refused("invalid_client", "invalid client", 401)
    return key


def _basic(context: Context) -> tuple[str, str]:
    kind, _, encoded = context.request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _given(context: Context, name: str, grant: str) -> str:
    value = context.text(name)
    if value is None:
        text = f"You must provide the {name} parameter when using the {grant} grant type"
        raise refused("invalid_request", text)
    return value


def _check_verifier(context: Context, code: AuthorizationCode) -> None:
    """PKCE: a verifier, if sent, must hash to the challenge that was sent to `/login/oauth2/auth`."""
    verifier = context.text("code_verifier")
    if verifier is None:
        return
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if digest != code.challenge:
        raise refused("invalid_grant", "code_verifier does not match")


def _is_refreshable(context: Context, token: AccessToken) -> bool:
    usable = token.workflow_state == "active" and is_usable(context.tables.keys[token.key_id])
    return usable and not past(token.permanent_expires_at, now())


def _carries(key: DeveloperKey, scopes: list[str]) -> bool:
    return not key.require_scopes or all(scope in key.scopes for scope in scopes)


def _issued(context: Context, key: DeveloperKey, token: AccessToken) -> dict[str, Any]:
    """What the integration gets besides the token strings; Canvas does not list the scopes."""
    context.user = context.tables.users[token.user_id]
    body: dict[str, Any] = {
        "token_type": "Bearer",
        "user": _user(context, context.user),
    }
    if token.real_user_id is not None:
        body["real_user"] = _user(context, context.tables.users[token.real_user_id])
    body |= {} if context.config.is_old else {"canvas_region": "unknown"}
    return body | ({"expires_in": int(_TOKEN_LIVES.total_seconds())} if key.auto_expire_tokens else {})


def _user(context: Context, user: User) -> dict[str, Any]:
    shown = {"id": user.id, "name": user.name, "global_id": str(SHARD + user.id), "effective_locale": user.language}
    return shown if context.config.is_old else shown | {"fake_student": False}


def _string() -> str:
    return f"1~{secrets.token_hex(32)}"


def _expiry() -> datetime:
    return now() + _TOKEN_LIVES
