"""What becomes of a token that was just issued: kept in `.env`, printed, or ended again."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.commands.command import Say, agreed, name_shadows
from scopecheck.config.env_file import store_refresh_token
from scopecheck.key import oauth
from scopecheck.key.oauth import Issued
from scopecheck.model.clean import clean
from scopecheck.model.exit_code import ExitCode
from scopecheck.transport.client import CanvasClient

_TOKENS: Final = ("CANVAS_REFRESH_TOKEN", "CANVAS_ACCESS_TOKEN")


def keep(issued: Issued, base_url: str, options: Namespace, say: Say) -> ExitCode:
    """Print the refresh token or write it into `.env`, after asking; what is not kept is ended."""
    say(clean(f"Authorized{f' by {issued.user_name}' if issued.user_name else ''}."))
    if issued.refresh_token is None:
        say(f"Canvas issued no refresh token, so there is nothing to keep. {_end(issued, base_url)}")
        return ExitCode.NOT_CONFORMANT
    if options.to_stdout:
        print(issued.refresh_token.reveal())
        return ExitCode.OK
    path = options.root / ".env"
    if not options.yes and not agreed(f"Write CANVAS_REFRESH_TOKEN into {path}?", say):
        say(f"Nothing was written. {_end(issued, base_url)} With --print it is printed, with --yes written unasked.")
        return ExitCode.NOT_CONFORMANT
    try:
        store_refresh_token(path, issued.refresh_token)
    except (OSError, UnicodeDecodeError) as error:
        say(f"{path} cannot be written ({error}). {_end(issued, base_url)} With --print it is printed instead.")
        return ExitCode.NOT_CONFORMANT
    say(f"CANVAS_REFRESH_TOKEN is written into {path}. Next: scripts/check")
    name_shadows(_TOKENS, say)
    return ExitCode.OK


def _end(issued: Issued, base_url: str) -> str:
    """End a token that nobody has, and say whether that succeeded."""
    client = CanvasClient(base_url, issued.access_token)
    try:
        ended = read(oauth.revoke(client)) is Reading.OK
    finally:
        client.close()
    if ended:
        return "The token was ended again."
    return "The token could not be ended; remove it in Canvas at Account > Settings > Approved Integrations."
