"""What `setup` leaves to people, and the delay with which Canvas heeds a role."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import join
from typing import Final

from scopecheck.administration.kept import last_change
from scopecheck.commands.key_env import COPY_SECRET
from scopecheck.commands.setup_parts import RolePart
from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.config.scopes_file import SCOPES_FILE, ScopesFileError, load_scopes_file
from scopecheck.config.settings import Settings
from scopecheck.installation import CLI
from scopecheck.key.role_fix import WAIT
from scopecheck.model import causes
from scopecheck.model.foreign_text import clean
from scopecheck.model.named import UNNAMED
from scopecheck.report.columns import wrapped

DELAY: Final = timedelta(hours=1)
"""For how long a refusal after a change of the role is put down to Canvas's caches."""
_AT_LEAST: Final = timedelta(minutes=30)
_OF_THE_ROLE: Final = frozenset(
    cause.slug
    for cause in (
        causes.USER_LACKS_PERMISSION, causes.WRITE_WITHOUT_EFFECT, causes.REFUSED_IN_UNKNOWN_WORDS,
        causes.ACCOUNT_NOT_FOUND,
    )
)  # fmt: skip
"""What a run finds where the user's role does not allow something, or does not yet."""

_SETTINGS: Final = (
    "CANVAS_BASE_URL",
    "CANVAS_ACCOUNT_ID",
    "CANVAS_PROFILE",
    "CANVAS_OPTIONAL_GROUPS",
    "CANVAS_REPORTS",
)
_OPTIONS: Final = {
    "--login": "login", "--user-name": "user_name", "--name": "name", "--region": "region", "--customer": "customer",
    "--redirect-uri": "canvas_redirect_uri", "--no-role": "no_role", "--no-sandbox": "no_sandbox",
    "--enforce-scopes": "enforce", "--switch-on": "switch_on",
}  # fmt: skip
"""What is not a setting, by what argparse calls it."""
_OF_THE_KEY: Final = frozenset(
    {"--name", "--region", "--customer", "--redirect-uri", "--enforce-scopes", "--switch-on"}
)


def again(options: Namespace, flags: Collection[str] = (), *, key_is_kept: bool = False) -> str:
    """The command that goes on from here: the one that was given, with these flags.

    What is about the key alone is left out once the key is done and `.env` names it.
    """
    left_out = _OF_THE_KEY if key_is_kept else frozenset[str]()
    given = {option: vars(options)[key] for option, key in _OPTIONS.items() if option not in left_out}
    words = [word for option, value in given.items() if isinstance(value, str) for word in (option, value)]
    words += [option for option in _OPTIONS if given.get(option) is True or option in flags]
    return join([*CLI.split(), "setup", *words, *_settings_given(options, _SETTINGS)])


def person_lines(settings: Settings, role: RolePart | None, options: Namespace, *, is_again: bool) -> Iterator[str]:
    """Who has to do what, and where, before the suite can run."""
    user = str(role.plan.user) if role and role.plan.user else UNNAMED.user
    where = settings.profile.key.authorized_in
    own = _settings_given(options, ("CANVAS_BASE_URL", "CANVAS_PROFILE", "CANVAS_OPTIONAL_GROUPS"))
    authorize = join([*CLI.split(), "authorize", "--no-browser", *own])
    steps = (
        *([COPY_SECRET] if settings.client_secret is None else []),
        f"If {user} has no password yet, an administrator sets one: Admin > People.",
        f"That user logs in to Canvas in a private window of a browser, and authorizes{' again' if is_again else ''}:",
    )
    for number, step in enumerate(steps, 1):
        yield from wrapped(clean(step), "     ", f"  {number}. ")
    yield f"     - {settings.profile.title} itself: {where or 'where it is set up'}"
    yield "     - this suite, at the address that this command prints:"
    yield f"       {authorize}"


def delay_lines(reports: Path, now: datetime) -> Iterator[str]:
    """That Canvas has not heeded a change of the role yet, if the last run's refusals can come from that."""
    changed = last_change(reports, "role")
    if changed is None or not timedelta() <= now - changed < DELAY or not _refused_for_the_role(reports):
        return
    yield f"The role was changed at {changed:%H:%M} UTC, and calls were refused for want of a permission."
    yield WAIT
    yield f"That is at {(changed + _AT_LEAST).astimezone(UTC):%H:%M} UTC or later:"


def _refused_for_the_role(reports: Path) -> bool:
    try:
        found = load_scopes_file(reports / SCOPES_FILE)
    except ScopesFileError:
        return False
    found_causes = {*(row.cause for row in found.scopes), *(row.cause for row in found.key)}
    return not _OF_THE_ROLE.isdisjoint(found_causes)


def _settings_given(options: Namespace, variables: tuple[str, ...]) -> list[str]:
    given = vars(options)
    settings = (BY_VARIABLE[variable] for variable in variables)
    return [f"{setting.option}={given[setting.key]}" for setting in settings if given.get(setting.key)]
