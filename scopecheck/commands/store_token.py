"""What happens to a token that was just issued: stored in `.env`, printed, or revoked."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from scopecheck.canvas.classify import Reading, read
from scopecheck.commands.command import Say, confirmed, warn_if_overridden
from scopecheck.config.env_file import store_refresh_token
from scopecheck.config.env_text import EnvFileError
from scopecheck.installation import CHECK
from scopecheck.key import oauth
from scopecheck.key.key_notes import acting_note
from scopecheck.key.oauth import Issued
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.foreign_text import clean
from scopecheck.transport.client import CanvasClient

_TOKENS: Final = ("CANVAS_REFRESH_TOKEN", "CANVAS_ACCESS_TOKEN")


def keep(issued: Issued, base_url: str, options: Namespace, say: Say) -> ExitCode:
    """Print the refresh token, or write it to `.env` after asking; a token that is not kept is revoked."""
    say(clean(f"Authorized{f' by {issued.user_name}' if issued.user_name else ''}."))
    if issued.real_user:
        say(f"Note: {acting_note(issued.real_user)}")
    if issued.refresh_token is None:
        say(f"Canvas issued no refresh token, so there is nothing to keep. {_revoke(issued, base_url)}")
        return ExitCode.NOT_CONFORMANT
    if options.to_stdout:
        print(issued.refresh_token.reveal())
        return ExitCode.OK
    path = options.root / ".env"
    if not options.yes and not confirmed(f"Write CANVAS_REFRESH_TOKEN to {path}?", say):
        say(f"Not written. {_revoke(issued, base_url)} Use --print to print it, or --yes to write it without asking.")
        return ExitCode.NOT_CONFORMANT
    try:
        store_refresh_token(path, issued.refresh_token)
    except (OSError, EnvFileError) as error:
        say(f"{path} cannot be written ({error}). {_revoke(issued, base_url)} Use --print to print it instead.")
        return ExitCode.NOT_CONFORMANT
    say(f"CANVAS_REFRESH_TOKEN was written to {path}. Next: run {CHECK}")
    warn_if_overridden(_TOKENS, say)
    return ExitCode.OK


def _revoke(issued: Issued, base_url: str) -> str:
    """Revoke a token that nobody has, and say whether that succeeded."""
    client = CanvasClient(base_url, issued.access_token)
    try:
        revoked = read(oauth.revoke(client)) is Reading.OK
    finally:
        client.close()
    if revoked:
        return "The new token was revoked."
    return "The new token could not be revoked; delete it in Canvas under Account > Settings > Approved Integrations."
