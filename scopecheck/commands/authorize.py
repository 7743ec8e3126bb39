"""`authorize`: get a refresh token through the key, as the integration does, or revoke the current one."""

from __future__ import annotations

import os
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from scopecheck.commands.command import CANVAS_NEEDED, Command, Say, add_settings, problem, settings_of
from scopecheck.commands.revoke import revoke
from scopecheck.commands.store_token import keep
from scopecheck.config.settings import Settings, SettingsError, forget_secrets
from scopecheck.key.authorization import Authorization, Garbage, NotAuthorized
from scopecheck.key.callback import Callback, CallbackError, leads_here
from scopecheck.key.oauth import Issued, TokenRefused, exchange_code
from scopecheck.key.redirect_form import is_meant
from scopecheck.model.exit_code import ExitCode
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck, RunResult, Verdict
from scopecheck.run.plan import Plan
from scopecheck.run.preflight_only import preflight_run
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.budget import Budget
from scopecheck.transport.client import CanvasClient

_NEEDS: Final = ("CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_CLIENT_SECRET", "CANVAS_REDIRECT_URI")


def _add_options(parser: ArgumentParser) -> None:
    add_settings(
        parser, "CANVAS_BASE_URL", "CANVAS_CLIENT_ID", "CANVAS_REDIRECT_URI", "CANVAS_PROFILE", "CANVAS_KNOWN_GAPS",
        "CANVAS_OPTIONAL_GROUPS", meanings=CANVAS_NEEDED,
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="only print the address to open")
    parser.add_argument(
        "--timeout", type=float, default=300.0, metavar="SECONDS",
        help="how long to wait for the browser to come back, if the redirect URI is on this machine (default: 300)",
    )  # fmt: skip
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--yes", action="store_true", help="write the refresh token to .env without asking")
    end.add_argument(
        "--print", action="store_true", dest="to_stdout",
        help="print only the refresh token to standard output, and write nothing",
    )  # fmt: skip
    end.add_argument("--revoke", action="store_true", help="revoke the current token together with its refresh token")


def _run(options: Namespace) -> ExitCode:
    if options.revoke:
        return revoke(settings_of(options, needs=("CANVAS_BASE_URL",)))
    settings = settings_of(options, needs_token=False, needs=_NEEDS)
    # The output of --print can be piped; everything else goes to standard error.
    say: Say = partial(print, file=sys.stderr if options.to_stdout else sys.stdout, flush=True)
    now = datetime.now(UTC)
    key = preflight_run(_asked_of(settings), Plan(new_tag(now), now.isoformat(), budget=Budget(settings.run_seconds)))
    for note in key.notes:
        say(f"Note: {note}\n")
    if not _key_allows(key, settings, say):
        return ExitCode.NOT_CONFORMANT
    try:
        issued = _authorize(key, settings, options, say)
    except NotAuthorized as refused:
        say(problem(refused.message, refused.remedy))
        return ExitCode.NOT_CONFORMANT
    except TokenRefused as refused:
        say(problem(refused.refusal.message, refused.refusal.remedy))
        return ExitCode.NOT_CONFORMANT
    return keep(issued, str(settings.base_url), options, say)


def _asked_of(settings: Settings) -> Settings:
    """The settings without a form of the callback, where it is not meant to be the integration's: any will do here."""
    profile = settings.profile
    if is_meant(str(settings.redirect_uri), profile.key):
        return settings
    return replace(settings, profile=replace(profile, key=replace(profile.key, redirect_uri="", redirect_hosts={})))


_STOPPING: Final = frozenset({KeyCheck.KEY_KNOWN, KeyCheck.REDIRECT_URI, KeyCheck.KEY_ON, KeyCheck.SCOPES_ON_KEY})


def _key_allows(key: RunResult, settings: Settings, say: Say) -> bool:
    """Check the key first, since Canvas shows some refusals in the browser only, where no program sees them."""
    lacking = set(key.missing_on_key or ()).intersection(_scopes(settings, key))
    allows = True
    for check in key.key:
        if check.verdict is CheckVerdict.UNPROVED and check.check is KeyCheck.KEY_KNOWN:
            say(f"{problem(check.message, check.remedy)}\nContinuing, since a browser may get through.\n")
        if check.verdict is CheckVerdict.FAILED and (lacking or check.check is not KeyCheck.SCOPES_ON_KEY):
            say(problem(check.message, check.remedy))
            allows = allows and check.check not in _STOPPING
    return allows


def _scopes(settings: Settings, key: RunResult) -> list[str]:
    """The profile's scopes without those known to be missing: Canvas authorizes all requested scopes or none.

    Of the optional ones, those that the key turned out to lack are left out.
    """
    gaps = {gap.scope for gap in settings.gaps if gap.verdict is Verdict.MISSING}
    gaps |= {scope for scope in key.missing_on_key or () if settings.profile.optional_group(scope)}
    scopes = [str(requirement.scope) for requirement in settings.profile.requirements]
    return [scope for scope in scopes if scope not in gaps]


def _authorize(key: RunResult, settings: Settings, options: Namespace, say: Say) -> Issued:
    """Run the whole flow once; raises NotAuthorized and TokenRefused."""
    client_id, redirect_uri = str(settings.client_id), str(settings.redirect_uri)
    asked = Authorization(
        str(settings.base_url), client_id, redirect_uri, _scopes(settings, key), settings.profile.title, key.names
    )  # fmt: skip
    code = (_listen if leads_here(redirect_uri) else _paste)(asked, options, say)
    client = CanvasClient(asked.base_url, secrets=settings.known)
    try:
        return exchange_code(client, client_id, settings.client_secret or Secret(""), code, redirect_uri)
    finally:
        client.close()


def _listen(asked: Authorization, options: Namespace, say: Say) -> Secret:
    try:
        callback = Callback(asked.redirect_uri)
    except CallbackError as error:
        raise SettingsError([str(error)]) from None
    try:
        _open(asked.url, options, say)
        say("Waiting for the browser to come back ...")
        returned = callback.wait(options.timeout)
    finally:
        callback.close()
    if returned is None:
        raise NotAuthorized(
            f"The browser did not come back within {options.timeout:g} s.",
            "Start again. If the browser shows a Canvas error, that error is the reason.",
        )
    return asked.code_in(returned)


_TRIES: Final = 3


def _paste(asked: Authorization, options: Namespace, say: Say) -> Secret:
    _open(asked.url, options, say)
    say(
        "Log in as the user that the integration will act as, and click Authorize. The browser then ends up on "
        f"{asked.redirect_uri}, possibly with an error. Copy the whole address from its address bar, paste it here "
        "(or just the code in it), and press Enter:"
    )
    wrong = Garbage("Nothing was pasted.", "Start again in a terminal where you can paste the address.")
    for _ in range(_TRIES):
        line = sys.stdin.readline()
        if not line:
            break
        try:
            return asked.code_in(line)
        except Garbage as garbage:
            wrong = garbage
            say(f"{problem(wrong.message, wrong.remedy)}\nPaste it again:")
    raise wrong


def _open(url: str, options: Namespace, say: Say) -> None:
    opened = not options.no_browser and _opened(url)
    say(f"{'If the browser did not open, open' if opened else 'Open'} this address in a browser:\n\n{url}\n")


def _opened(url: str) -> bool:
    taken = forget_secrets()
    try:
        return webbrowser.open(url)
    finally:
        os.environ.update(taken)


COMMAND = Command(
    "Check the key, let you authorize the integration in a browser with exactly the profile's scopes (without those "
    "that CANVAS_KNOWN_GAPS lists as missing, and the optional ones that the key lacks), exchange the code, and write "
    "the refresh token to .env, after asking. "
    "Needs CANVAS_BASE_URL, CANVAS_CLIENT_ID, CANVAS_CLIENT_SECRET and CANVAS_REDIRECT_URI. If the redirect URI is "
    "http on localhost with a port, this command receives the code itself; otherwise you paste the address that the "
    "browser ends up on. Such a callback of your own has to be on the key, but is not the integration's, which "
    "CANVAS_REDIRECT_URI has to be for runs: give yours to this command alone, with --canvas-redirect-uri.",
    _add_options,
    _run,
)
