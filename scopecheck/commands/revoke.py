"""`authorize --revoke`: end the token that is set."""

from __future__ import annotations

from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.commands.command import problem
from scopecheck.config.settings import Settings
from scopecheck.key import oauth
from scopecheck.model.clean import clean
from scopecheck.model.exit_code import ExitCode
from scopecheck.transport.client import CanvasClient

_BY_HAND: Final = "Remove it in Canvas, at Account > Settings > Approved Integrations of the user who authorized."


def revoke(settings: Settings) -> ExitCode:
    """End the access token, or the refresh token by way of a fresh access token: they are one token to Canvas."""
    variable = "CANVAS_REFRESH_TOKEN" if settings.refresh_token else "CANVAS_ACCESS_TOKEN"
    anonymous = CanvasClient(str(settings.base_url))
    try:
        token = oauth.obtain(anonymous, settings)
    except oauth.TokenRefused as refused:
        if refused.refusal.unknown_token:
            print(f"{variable} is not known to Canvas: it was ended already. Take it out of .env.")
            return ExitCode.OK
        print(problem(refused.refusal.message, refused.refusal.remedy))
        return ExitCode.NOT_CONFORMANT
    finally:
        anonymous.close()
    client = CanvasClient(str(settings.base_url), token)
    try:
        answer = oauth.revoke(client)
    finally:
        client.close()
    reading = read(answer)
    if reading is Reading.OK:
        print(f"The token is ended, and the refresh token with it. Take {variable} out of .env.")
        return ExitCode.OK
    if reading in {Reading.TOKEN_REVOKED, Reading.TOKEN_EXPIRED}:
        print(f"The token was ended already. Take {variable} out of .env.")
        return ExitCode.OK
    if reading is Reading.TOKEN_INVALID:
        text = (
            f"Canvas does not accept {variable}: it is not known, or its hour is over and its refresh token lives on."
        )
        print(problem(text, _BY_HAND))
    else:
        print(problem(clean(f"The token could not be ended: {answer.says()}."), _BY_HAND))
    return ExitCode.NOT_CONFORMANT
