"""`preflight`: what Canvas says about the key before anyone authorizes anything."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from scopecheck.commands.command import Command, add_settings, add_states, settings_of
from scopecheck.commands.output import screen_of_output
from scopecheck.config.settings import Settings, SettingsError
from scopecheck.config.target_settings import NOT_EMBEDDED
from scopecheck.config.unconfigured import why_unconfigured
from scopecheck.model.exit_code import ExitCode
from scopecheck.report import Subject
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.preflight import key_is_right, preflight_headline, preflight_summary
from scopecheck.report.scopes_json import encode
from scopecheck.run.embedded_target import Embedded, EmbeddedError
from scopecheck.run.plan import Plan, stamp
from scopecheck.run.preflight_only import preflight_run
from scopecheck.sandbox.tag import new_tag
from scopecheck.transport.budget import Budget


def _add_options(parser: ArgumentParser) -> None:
    add_settings(
        parser,
        "CANVAS_BASE_URL",
        "CANVAS_CLIENT_ID",
        "CANVAS_REDIRECT_URI",
        "CANVAS_PROFILE",
        "CANVAS_KNOWN_GAPS",
        "CANVAS_OPTIONAL_GROUPS",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the results as a scopes.json: `key` has the checks, `scopes` only the scopes missing on the key; "
        "`conformant` is always false, since no endpoint was tested: the exit code says whether the key is right",
    )
    add_states(parser.add_argument_group("without CANVAS_BASE_URL: try it on the embedded Canvas"))


def _run(options: Namespace) -> ExitCode:
    given = settings_of(options, needs_token=False, needs=("CANVAS_CLIENT_ID", "CANVAS_REDIRECT_URI"))
    started = datetime.now(UTC)
    plan = Plan(new_tag(started), stamp(started), budget=Budget(given.run_seconds))
    with _target(given, options) as settings:
        why = "" if given.base_url else why_unconfigured(options.root)
        run = preflight_run(settings, plan, embedded=given.base_url is None, unconfigured=why)
    gaps = find_gaps(given.gaps, run, started.astimezone().date(), given.profile.optional)
    subject = Subject(given.profile, run, gaps)
    if options.json:
        print(encode(replace(subject.document, headline=preflight_headline(subject).sentence)), end="")
    else:
        print(preflight_summary(subject, screen_of_output()), end="")
    return ExitCode.OK if key_is_right(subject) else ExitCode.NOT_CONFORMANT


@contextmanager
def _target(settings: Settings, options: Namespace) -> Iterator[Settings]:
    """The settings of the Canvas to check: the configured one, or an embedded one while the block lasts."""
    if settings.base_url:
        if options.without_scope or options.embedded:
            raise SettingsError([NOT_EMBEDDED])
        yield settings
        return
    try:
        embedded = Embedded.start(settings.profile, options.without_scope, options.embedded)
    except EmbeddedError as error:
        raise SettingsError([str(error)]) from None
    try:
        yield embedded.settings(settings)
    finally:
        embedded.stop()


COMMAND = Command(
    "Ask Canvas, as a logged-out browser would, whether it knows the key and accepts the redirect URI, which of the "
    "profile's scopes are missing on the key, whether the key enforces scopes, and whether it is turned on. Needs "
    "CANVAS_BASE_URL, CANVAS_CLIENT_ID and CANVAS_REDIRECT_URI. Nobody logs in and nothing is changed. Not checked: "
    "the token, what its user may do, CANVAS_ACCOUNT_ID and the sandbox course; a run checks them.",
    _add_options,
    _run,
)
