"""Canvas's token endpoint: exchange a code, refresh a token, revoke it (lib/canvas/oauth)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from scopecheck.canvas.classify import Reading, read
from scopecheck.canvas.production_copy import production_copy
from scopecheck.canvas.signs import is_from_canvas
from scopecheck.config.settings import Settings
from scopecheck.installation import CLI
from scopecheck.key.grant import Grant
from scopecheck.key.obstacles import OBSTACLES, obstacle
from scopecheck.model import causes
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.causes import Cause
from scopecheck.model.key_facts import TokenRefusal
from scopecheck.model.secret import Secret
from scopecheck.model.told import sentence
from scopecheck.transport.client import CanvasClient

TOKEN_PATH: Final = "/login/oauth2/token"


class TokenRefused(Exception):
    """Canvas issued no token; `refusal` says why and what to do."""

    def __init__(self, cause: Cause, message: str, remedy: str, answer: Answer) -> None:
        super().__init__(message)
        self.refusal = TokenRefusal(
            cause,
            message,
            remedy,
            answer,
            proves_nothing=cause in {causes.NOT_CANVAS_ANSWERING, *_PASSING.values(), *OBSTACLES},
            unknown_token=answer.status == 400 and "refresh_token not found" in answer.text,
        )


@dataclass(frozen=True)
class Issued:
    """What Canvas issued. The engine itself never writes either token anywhere."""

    access_token: Secret
    refresh_token: Secret | None
    user_name: str
    real_user: str | None = None
    """Who really clicked Authorize, acting as that user, by name; None if it was the user."""
    user_id: str | None = None
    """The user's global ID, if Canvas shows it (lib/canvas/oauth/token.rb)."""


_AUTHORIZE_AGAIN: Final = (
    f"Authorize the integration again ({CLI} authorize) and set CANVAS_REFRESH_TOKEN to the new token."
)
_REFUSALS: Final[tuple[tuple[str, Cause, str, str], ...]] = (
    ("incorrect client", causes.TOKEN_FROM_ANOTHER_KEY, "was issued through another key than CANVAS_CLIENT_ID",
     "Set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the key that issued it, or authorize again through this key."),
    ("refresh_token not found", causes.REFRESH_FAILED, "is not known (any more): it was revoked, its user removed the "
     "integration, or a scope was removed from the key", _AUTHORIZE_AGAIN),
    ("authorization_code not found", causes.REFRESH_FAILED, "is not valid: a code works once, and only for 10 minutes",
     f"Start again: {CLI} authorize."),
    ("unknown client", causes.KEY_UNKNOWN_HERE, "cannot be used: this Canvas does not know CANVAS_CLIENT_ID",
     causes.KEY_UNKNOWN_HERE.remedy_for()),
    ("invalid client", causes.REFRESH_FAILED, "cannot be used: CANVAS_CLIENT_SECRET is not this key's secret",
     causes.COPY_SECRET),
)  # fmt: skip
"""What `error_description` says, which is the same in old and new Canvas while `error` changed."""

_PASSING: Final = {Reading.THROTTLED: causes.THROTTLED, Reading.OUT_OF_TIME: causes.RUN_OUT_OF_TIME}
"""What says nothing about the token, besides that Canvas does not answer."""

_LOST_IN_A_COPY: Final = frozenset({"refresh_token not found", "unknown client"})
"""What Canvas says about keys and tokens that were lost when the environment was overwritten."""

_ERRORS: Final = frozenset(
    {"invalid_request", "invalid_grant", "invalid_client", "invalid_scope", "unauthorized_client",
     "unsupported_grant_type"}
)  # fmt: skip
"""The `error` codes of a token endpoint (lib/canvas/oauth/request_error.rb); any other is from other software."""

_NO_ACCESS: Final = "client does not have access"
"""What `error_description` says of a key that is off, as at /login/oauth2/auth (oauth2_provider_controller.rb)."""

WORDS: Final = (_NO_ACCESS, *(words for words, *_ in _REFUSALS), *sorted(_ERRORS))
"""Everything in a refusal that is read."""

TOKEN: Final = re.compile(r"[\w~.+/=-]+", re.ASCII)
"""What a Canvas token looks like; anything else could do harm where it is written, such as `.env`."""


def obtain(client: CanvasClient, settings: Settings) -> Secret | None:
    """The token for a run, as `obtain_issued` gives it."""
    issued = obtain_issued(client, settings)
    return issued.access_token if issued else None


def obtain_issued(client: CanvasClient, settings: Settings) -> Issued | None:
    """The token that is set, or one fetched with the refresh token, exactly once; None if neither is set.

    Raises TokenRefused.
    """
    grant = Grant.of(settings)
    if grant is None:
        return Issued(settings.access_token, None, "") if settings.access_token else None
    return refresh(client, grant.client_id, grant.secret, grant.token)


def refresh(client: CanvasClient, client_id: str, secret: Secret, token: Secret) -> Issued:
    """Exchange a refresh token, once: a second exchange would revoke the first access token.

    Raises TokenRefused.
    """
    grant = {"grant_type": "refresh_token", "refresh_token": token.reveal()}
    return _exchange(client, client_id, secret, grant, "CANVAS_REFRESH_TOKEN")


def exchange_code(client: CanvasClient, client_id: str, secret: Secret, code: Secret, redirect_uri: str) -> Issued:
    """Exchange an authorization code. Raises TokenRefused."""
    grant = {"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": redirect_uri}
    return _exchange(client, client_id, secret, grant, "The code")


def revoke(client: CanvasClient) -> Answer:
    """Revoke the client's own access token and its refresh token."""
    return client.send(Call("DELETE", TOKEN_PATH))


def _exchange(client: CanvasClient, client_id: str, secret: Secret, grant: Mapping[str, str], what: str) -> Issued:
    form = {"client_id": client_id, "client_secret": secret.reveal(), **grant}
    client.secrets.add(secret, *(Secret(grant[name]) for name in ("refresh_token", "code") if name in grant))
    answer = client.send(Call("POST", TOKEN_PATH, form=form, authorized=False, brings_secrets=True))
    body = answer.json
    if read(answer) is Reading.OK and isinstance(body, dict) and _is_token(body.get("access_token")):
        access, refresh_token = Secret(body["access_token"]), body.get("refresh_token")
        again = Secret(refresh_token) if _is_token(refresh_token) else None
        client.secrets.add(access, again)
        user = body.get("user")
        return Issued(
            access,
            again,
            _name(user) or "",
            _real_user(body.get("real_user"), user),
            _global_id(user),
        )
    raise _refusal(answer, answer.masked(client.secrets), what)


def _name(user: object) -> str | None:
    return sentence(str(user.get("name", ""))) if isinstance(user, dict) else None


def _global_id(user: object) -> str | None:
    number = user.get("global_id") if isinstance(user, dict) else None
    return number if isinstance(number, str) and re.fullmatch(r"[0-9]{1,20}", number) else None


def _real_user(real: object, user: object) -> str | None:
    """The name in `real_user`, which is there if somebody acted as the user (lib/canvas/oauth/token.rb)."""
    if not isinstance(real, dict) or (isinstance(user, dict) and real.get("id", 0) == user.get("id")):
        return None
    return _name(real) or "another user"


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and TOKEN.fullmatch(value) is not None


def _refusal(said_by: Answer, answer: Answer, what: str) -> TokenRefused:
    """Judge `said_by`; `answer` is the same answer, masked, to be shown."""
    body = said_by.json if isinstance(said_by.json, dict) else {}
    error, description = str(body.get("error")), str(body.get("error_description", ""))
    if answer.status in {400, 401, 403} and (error == "unauthorized_client" or _NO_ACCESS in description.lower()):
        text = f"{what} cannot be used: the key is turned off for this account."
        return TokenRefused(causes.KEY_OFF, text, causes.KEY_OFF.remedy_for(), answer)
    if answer.status in {400, 401} and error in _ERRORS:
        for words, cause, means, remedy in _REFUSALS:
            if words in description:
                return _lost_in_a_copy(words, what, answer) or TokenRefused(cause, f"{what} {means}.", remedy, answer)
        shown = answer.json if isinstance(answer.json, dict) else {}
        said = f"{what} was refused ({error}: {sentence(str(shown.get('error_description', '')))})."
        return TokenRefused(causes.REFRESH_FAILED, said, _AUTHORIZE_AGAIN, answer)
    if answer.status == 422 and is_from_canvas(answer.headers):
        cause = causes.SCOPES_SENT_TO_UNSCOPED_KEY
        return TokenRefused(cause, f"{what} could not be exchanged. {cause.means}", cause.remedy_for(), answer)
    cause, detail = obstacle(answer) or (_PASSING.get(read(answer), causes.NOT_CANVAS_ANSWERING), "")
    text = f"{what} could not be exchanged: {_shown(answer)}."
    return TokenRefused(cause, text, cause.remedy_for(detail=detail), answer)


def _lost_in_a_copy(words: str, what: str, answer: Answer) -> TokenRefused | None:
    copy = production_copy(answer.url)
    if copy is None or words not in _LOST_IN_A_COPY:
        return None
    lost = "CANVAS_CLIENT_ID" if words == "unknown client" else what
    cause = causes.ENVIRONMENT_RESET
    remedy = cause.remedy_for(detail=copy.detail)
    return TokenRefused(cause, f"{lost} is not known in the {copy.name} environment.", remedy, answer)


def _shown(answer: Answer) -> str:
    """What answered, without anything that may be a token: a success that is cut off can begin with one."""
    if answer.status is not None and answer.status < 300:
        return f"HTTP {answer.status} with a body that is not Canvas's"
    return answer.says()
