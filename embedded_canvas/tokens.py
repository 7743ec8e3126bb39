"""From an Authorization header to a user: every way in which Canvas refuses a token, in its order.

Source: authentication_methods.rb, developer_key.rb, developer_key_account_binding.rb.
"""

from __future__ import annotations

from datetime import datetime

from embedded_canvas import errors
from embedded_canvas.config import CanvasConfig
from embedded_canvas.http import Request
from embedded_canvas.state import AccessToken, DeveloperKey, Tables, User, iso, now

_BEARER = "Bearer "


def token_text(request: Request, params: dict[str, object]) -> str | None:
    """The token that a request carries: `Bearer` is case-sensitive; a parameter `access_token` counts too."""
    header = request.headers.get("authorization", "")
    if header.startswith(_BEARER):
        return header.removeprefix(_BEARER)
    parameter = params.get("access_token")
    return parameter if isinstance(parameter, str) else None


def look_up(tables: Tables, config: CanvasConfig, text: str) -> tuple[User, AccessToken]:
    """The user and token of a text; raises a Refusal with the wording of this Canvas's version."""
    token = next((known for known in tables.tokens.values() if known.token == text), None)
    if token is None:
        raise errors.invalid_token()
    moment = now()
    old = config.version == "old"
    if _past(token.permanent_expires_at, moment):
        if old:
            raise errors.invalid_token()
        raise errors.invalid_token("Expired access token.", expired_at=str(iso(token.permanent_expires_at)))
    if token.workflow_state == "deleted":
        raise errors.invalid_token() if old else errors.invalid_token("Revoked access token.")
    key = tables.keys[token.key_id]
    if not is_usable(key) or (key.auto_expire_tokens and _past(token.expires_at, moment)):
        raise errors.invalid_token()
    if not is_on(key):
        raise errors.invalid_token()
    return tables.users[token.user_id], token


def is_usable(key: DeveloperKey) -> bool:
    """Whether the key is active; inactive and deleted keys are as if unknown."""
    return key.workflow_state == "active"


def is_on(key: DeveloperKey) -> bool:
    """Whether the key's binding is on for this account; `allow` alone is not on."""
    return key.binding == "on"


def _past(moment: datetime | None, present: datetime) -> bool:
    return moment is not None and moment <= present
