"""Canvas's token endpoint: exchange a code, refresh a token, end it (lib/canvas/oauth)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scopecheck import causes
from scopecheck.answer import Answer
from scopecheck.causes import Cause
from scopecheck.classify import Reading, read
from scopecheck.client import Call, CanvasClient
from scopecheck.secret import Secret

TOKEN_PATH: Final = "/login/oauth2/token"


class TokenRefused(Exception):
    """Canvas issued no token: `cause` names why, `remedy` what to do, `answer` is what it said."""

    def __init__(self, cause: Cause, message: str, remedy: str, answer: Answer) -> None:
        super().__init__(message)
        self.cause, self.message, self.remedy, self.answer = cause, message, remedy, answer


@dataclass(frozen=True)
class Issued:
    """What Canvas issued. Neither token is ever written down by the suite itself."""

    access_token: Secret
    refresh_token: Secret | None
    user_name: str


_AUTHORIZE_AGAIN: Final = (
    "Authorize the integration again (python -m scopecheck authorize) and use the new CANVAS_REFRESH_TOKEN."
)
_REFUSALS: Final[tuple[tuple[str, Cause, str, str], ...]] = (
    ("incorrect client", causes.TOKEN_FROM_ANOTHER_KEY, "was issued through another key than CANVAS_CLIENT_ID",
     "Set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the key that issued it, or authorize again through this key."),
    ("refresh_token not found", causes.REFRESH_FAILED, "is not known (any more): it was revoked, its user removed the "
     "integration, or a scope was taken off the key", _AUTHORIZE_AGAIN),
    ("authorization_code not found", causes.REFRESH_FAILED, "is not known: a code works once, for 10 minutes",
     "Start again: python -m scopecheck authorize."),
    ("unknown client", causes.KEY_UNKNOWN_HERE, "cannot be used, since this Canvas does not know CANVAS_CLIENT_ID",
     causes.KEY_UNKNOWN_HERE.remedy),
    ("invalid client", causes.REFRESH_FAILED, "cannot be used, since CANVAS_CLIENT_SECRET is not this key's secret",
     "Copy the secret anew: Admin > Developer Keys > Show Key."),
)  # fmt: skip
"""What `error_description` says, which is the same in old and new Canvas while `error` changed."""


def refresh(client: CanvasClient, client_id: str, secret: Secret, token: Secret) -> Issued:
    """Exchange a refresh token, once: a second exchange would end the first one's access token.

    Raises TokenRefused.
    """
    return _exchange(
        client, client_id, secret, {"grant_type": "refresh_token", "refresh_token": token.reveal()},
        "CANVAS_REFRESH_TOKEN",
    )  # fmt: skip


def exchange_code(client: CanvasClient, client_id: str, secret: Secret, code: Secret, redirect_uri: str) -> Issued:
    """Exchange an authorization code. Raises TokenRefused."""
    grant = {"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": redirect_uri}
    return _exchange(client, client_id, secret, grant, "The code")


def revoke(client: CanvasClient) -> Answer:
    """End the client's own access token and its refresh token."""
    return client.send(Call("DELETE", TOKEN_PATH))


def _exchange(client: CanvasClient, client_id: str, secret: Secret, grant: Mapping[str, str], what: str) -> Issued:
    form = {"client_id": client_id, "client_secret": secret.reveal(), **grant}
    answer = client.send(Call("POST", TOKEN_PATH, form=form, authorized=False))
    body = answer.json
    if read(answer) is Reading.OK and isinstance(body, dict) and isinstance(body.get("access_token"), str):
        later = body.get("refresh_token")
        user = body.get("user")
        return Issued(
            Secret(body["access_token"]),
            Secret(later) if isinstance(later, str) else None,
            str(user.get("name", "")) if isinstance(user, dict) else "",
        )
    raise _refusal(answer, what)


def _refusal(answer: Answer, what: str) -> TokenRefused:
    body = answer.json if isinstance(answer.json, dict) else {}
    description = str(body.get("error_description", ""))
    for words, cause, means, remedy in _REFUSALS:
        if words in description:
            return TokenRefused(cause, f"{what} {means}.", remedy, answer)
    if body.get("error"):
        said = f"{body['error']}: {description}"
        return TokenRefused(causes.REFRESH_FAILED, f"{what} was refused ({said}).", _AUTHORIZE_AGAIN, answer)
    cause = causes.NOT_CANVAS_ANSWERING
    return TokenRefused(cause, f"{what} could not be exchanged: {answer.says()}.", cause.remedy, answer)
