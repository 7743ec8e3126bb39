"""`authorize --revoke`: revoke the current token."""

from __future__ import annotations

from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.commands.command import problem
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.key import oauth
from scopecheck.key.grant import GrantBusy, locked
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

_BY_HAND: Final = "Delete it in Canvas, as the user who authorized it: Account > Settings > Approved Integrations."


def revoke(settings: Settings) -> ExitCode:
    """Revoke the access token, or the refresh token through a new access token: to Canvas they are one token.

    Raises SettingsError if a run goes on using the refresh token.
    """
    try:
        with locked(settings, print):
            return _revoke(settings)
    except GrantBusy as busy:
        raise SettingsError([str(busy)]) from None


def _revoke(settings: Settings) -> ExitCode:
    variable = "CANVAS_REFRESH_TOKEN" if settings.refresh_token else "CANVAS_ACCESS_TOKEN"
    anonymous = CanvasClient(str(settings.base_url), secrets=settings.known)
    try:
        token = oauth.obtain(anonymous, settings)
    except oauth.TokenRefused as refused:
        if refused.refusal.unknown_token:
            print(f"Canvas does not know {variable}: it was already revoked. Remove it from .env.")
            return ExitCode.OK
        print(problem(refused.refusal.message, refused.refusal.remedy))
        return ExitCode.NOT_CONFORMANT
    finally:
        anonymous.close()
    client = CanvasClient(str(settings.base_url), token, secrets=settings.known)
    try:
        answer = oauth.revoke(client)
    finally:
        client.close()
    reading = read(answer)
    if reading is Reading.OK:
        print(f"The token and its refresh token are revoked. Remove {variable} from .env.")
        return ExitCode.OK
    if reading in {Reading.TOKEN_REVOKED, Reading.TOKEN_EXPIRED}:
        print(f"The token was already revoked. Remove {variable} from .env.")
        return ExitCode.OK
    if reading is Reading.TOKEN_INVALID:
        text = f"Canvas does not accept {variable}: it is unknown, or it has expired but its refresh token still works."
        print(problem(text, _BY_HAND))
    else:
        print(problem(clean(f"The token could not be revoked: {answer.says()}."), _BY_HAND))
    return ExitCode.NOT_CONFORMANT
