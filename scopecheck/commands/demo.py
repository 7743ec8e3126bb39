"""`demo`: an embedded Canvas that stays, to try commands and a browser on."""

from __future__ import annotations

import threading
from argparse import ArgumentParser, Namespace

from scopecheck import installation
from scopecheck.commands.authorize import WITHOUT_MISSING
from scopecheck.commands.browser import opened
from scopecheck.commands.command import Command, add_settings, add_states, settings_of
from scopecheck.commands.sandbox_text import lines
from scopecheck.config.settings import SettingsError
from scopecheck.embedded_canvas.key_screen.next_steps import Commands
from scopecheck.embedded_canvas.key_screen.screen import PATH, KeyScreen
from scopecheck.embedded_canvas.known import Credentials
from scopecheck.model.exit_code import ExitCode
from scopecheck.run.embedded_target import Embedded, EmbeddedError


def commands(redirect_uri: str) -> Commands:
    """What the key screen tells its reader to type."""
    return Commands(
        authorize=f"{installation.CLI} authorize",
        run=installation.CHECK,
        make=f"{installation.CLI} setup --login ally-bot --redirect-uri {redirect_uri}",
        without_missing=WITHOUT_MISSING,
    )


def _add_options(parser: ArgumentParser) -> None:
    add_settings(parser, "CANVAS_PROFILE")
    parser.add_argument("--port", type=int, default=0, metavar="NUMBER", help="the port to use (default: a free one)")
    parser.add_argument("--open", action="store_true", dest="open_browser", help="open the key screen in a browser")
    add_states(parser)


def _run(options: Namespace) -> ExitCode:
    profile = settings_of(options, needs_token=False).profile
    try:
        embedded = Embedded.start(profile, options.without_scope, options.embedded, options.port)
    except EmbeddedError as error:
        raise SettingsError([str(error)]) from None
    except (OSError, OverflowError) as error:
        raise SettingsError(
            [f"Port {options.port} cannot be used ({error}). Leave --port out for a free one."]
        ) from None
    try:
        canvas = embedded.canvas
        complete = canvas.canvas.config.integration == "complete"
        canvas.put_page(PATH, KeyScreen(canvas.canvas, commands(canvas.credentials.redirect_uri)).answer)
        known = for_settings(canvas.url, canvas.credentials, complete=complete)
        print(f"A demonstration Canvas is at {canvas.url} until you press Ctrl-C.")
        print(f"The key screen, to take boxes off and see what Canvas does: {canvas.url}{PATH}")
        print(f"Settings for .env:\n\n{lines(known)}\n")
        print("Users log in with their user name as password.", flush=True)
        if options.open_browser:
            opened(f"{canvas.url}{PATH}")
        until_interrupted()
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        embedded.stop()
    return ExitCode.OK


def until_interrupted() -> None:
    """Wait for Ctrl-C; raises KeyboardInterrupt."""
    threading.Event().wait()


def for_settings(url: str, known: Credentials, *, complete: bool) -> dict[str, str]:
    """The settings with which to use this Canvas; only the administrator's where the integration is not set up."""
    institution = {"CANVAS_BASE_URL": url, "CANVAS_ADMIN_TOKEN": known.admin_token}
    integration = {
        "CANVAS_CLIENT_ID": known.client_id,
        "CANVAS_CLIENT_SECRET": known.client_secret,
        "CANVAS_REDIRECT_URI": known.redirect_uri,
        "CANVAS_REFRESH_TOKEN": known.refresh_token,
        "CANVAS_SANDBOX_COURSE_ID": known.course_id,
        "CANVAS_SANDBOX_COURSE_NAME": known.course_name,
    }
    return {**institution, **(integration if complete else {})}


COMMAND = Command(
    "Serve the embedded Canvas on this machine alone until Ctrl-C, and print the settings to use it with and the "
    "address of its key screen: a page with the key's boxes, which says what Canvas does when one is unchecked. It "
    "takes the states of --embedded, among them integration=absent: a Canvas with nothing set up yet. Nothing is kept "
    "of it.",
    _add_options,
    _run,
)
