"""The settings for a run: from options, the environment and `.env`, all checked before any request."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from scopecheck.config.definitions import BY_VARIABLE, SETTINGS, Setting, unset
from scopecheck.config.env_text import EnvFile, EnvFileError, read_env_file
from scopecheck.config.known_gaps_file import GapsError, load_gaps
from scopecheck.config.logins import logins
from scopecheck.config.near_names import unknown_in_environment
from scopecheck.config.profile_file import ALL_GROUPS, ProfileError, is_profile_name, load_profile
from scopecheck.config.profile_warnings import profile_warnings
from scopecheck.config.scopes_file import SCOPES_FILE, NoScopesFile, ScopesFileError, load_scopes_file
from scopecheck.config.secret_settings import secret_problems
from scopecheck.config.target_settings import read_course_ids, target_problems
from scopecheck.model.known_gap import Gap
from scopecheck.model.profile import Profile
from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.secret import KnownSecrets, Secret

RUN_S: Final = 600
"""How many seconds a run may take, unless a setting says otherwise."""
LEASE_WAIT_S: Final = 60
"""The same for how long it waits for a run on another machine."""

_NO_BASELINE: Final = "Nothing is compared: the last run left no scopes.json for CANVAS_BASELINE."


class SettingsError(Exception):
    """Settings are wrong or incomplete; `problems` has one sentence for each problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Checked settings. `base_url` is None for the embedded Canvas."""

    profile: Profile
    mode: str
    reports: Path
    base_url: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    redirect_uri: str | None = None
    access_token: Secret | None = None
    refresh_token: Secret | None = None
    admin_token: Secret | None = None
    account_id: str = "self"
    course_id: str | None = None
    course_name: str | None = None
    run_seconds: float = RUN_S
    """How long a run may take before what is left counts as not tested; clean-up has its own time after it."""
    lease_wait_seconds: float = LEASE_WAIT_S
    """How long a run waits for one on another machine that is using the sandbox course."""
    read_course_ids: tuple[str, ...] = ()
    """The live courses that probe mode reads; if there are none, it finds some."""
    gaps: tuple[Gap, ...] = ()
    """The verdicts that are expected, although they are not `granted`."""
    baseline: ScopesDocument | None = None
    """The earlier run that this one is compared with."""
    notes: tuple[str, ...] = ()
    """What is to be said of the settings themselves, although nothing is wrong with them."""
    known: KnownSecrets = field(default_factory=KnownSecrets, compare=False)
    """Every secret that is known by now: those that are set, and those that a run or command comes to know."""

    def __post_init__(self) -> None:
        self.known.add(*self.secrets)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that is set."""
        found = (self.client_secret, self.access_token, self.refresh_token, self.admin_token)
        return tuple(secret for secret in found if secret)


def load_settings(
    options: Mapping[str, str | None], root: Path, *, needs_token: bool = True, needs: Collection[str] = ()
) -> Settings:
    """Settings from `options` (by `Setting.key`), then the environment, then `root`'s `.env`.

    `needs` are other variables that must be set; except for CANVAS_BASE_URL, only if a Canvas is named.
    Empty values count as unset. Raises SettingsError with every problem found.
    """
    file = env_file(root)
    values = _collect(options, file)
    given = {*values, *file.unreadable}
    unknown = unknown_in_environment(os.environ, given)
    problems = [*file.problems, *unknown.problems, *secret_problems(values)]
    profile = _profile(values, root, problems)
    problems += target_problems(values, needs_token, needs, file.unreadable)
    mode = values.get("CANVAS_MODE") or _default_mode(values)
    if mode not in {"exercise", "probe"}:
        problems.append(f"CANVAS_MODE is {mode!r}; set it to exercise or probe.")
    elif mode == "exercise" and values.get("CANVAS_BASE_URL") and "CANVAS_SANDBOX_COURSE_ID" not in given:
        problems.append(unset("CANVAS_SANDBOX_COURSE_ID", "CANVAS_MODE is exercise", "or set CANVAS_MODE=probe"))
    gaps = _gaps(values, root, profile, problems)
    baseline = _baseline(values, root, problems)
    run_seconds = _seconds(values, "CANVAS_RUN_SECONDS", range(1, 100_000), RUN_S, problems)
    lease_wait = _seconds(values, "CANVAS_LEASE_WAIT_SECONDS", range(10_000), LEASE_WAIT_S, problems)
    reports = _reports(values, root)
    problems += _folder_problems(reports)
    if problems or profile is None:
        raise SettingsError(problems)
    return Settings(
        profile=profile,
        mode=mode,
        reports=reports,
        # In one spelling, because journal and lock identify a target by it.
        base_url=(values.get("CANVAS_BASE_URL") or "").rstrip("/").lower() or None,
        client_id=values.get("CANVAS_CLIENT_ID"),
        client_secret=_secret(values, "CANVAS_CLIENT_SECRET"),
        redirect_uri=values.get("CANVAS_REDIRECT_URI"),
        access_token=_secret(values, "CANVAS_ACCESS_TOKEN"),
        refresh_token=_secret(values, "CANVAS_REFRESH_TOKEN"),
        admin_token=_secret(values, "CANVAS_ADMIN_TOKEN"),
        # Copied from an address, an ID may be percent-encoded; calls encode it again.
        account_id=unquote(values.get("CANVAS_ACCOUNT_ID", "self")),
        course_id=unquote(values.get("CANVAS_SANDBOX_COURSE_ID", "")) or None,
        course_name=values.get("CANVAS_SANDBOX_COURSE_NAME"),
        run_seconds=run_seconds,
        lease_wait_seconds=lease_wait,
        read_course_ids=read_course_ids(values),
        gaps=gaps,
        baseline=baseline,
        notes=(*_ignored(unknown.ignored), *profile_warnings(profile), *_uncompared(values, baseline)),
        known=KnownSecrets(logins({**os.environ, **values})),
    )


def _ignored(names: Collection[str]) -> tuple[str, ...]:
    listed = ", ".join(names)
    return (f"Ignored in the environment, since these are not settings: {listed}.",) if names else ()


def _uncompared(values: Mapping[str, str], baseline: ScopesDocument | None) -> tuple[str, ...]:
    return (_NO_BASELINE,) if baseline is None and "CANVAS_BASELINE" in values else ()


def reports_folder(options: Mapping[str, str | None], root: Path) -> Path:
    """The folder for the reports, from the same sources, for callers that need nothing else."""
    return _reports(_collect(options, env_file(root)), root)


def as_given(setting: Setting, value: str | None) -> str | None:
    """The value of an option; a path starts at the caller's folder, unlike one in `.env`."""
    if not value or not setting.is_path:
        return value
    if setting.variable == "CANVAS_PROFILE" and is_profile_name(value):
        return value
    return str(Path.cwd() / value.strip())


def env_file(root: Path) -> EnvFile:
    """What `root`'s `.env` sets."""
    # python-dotenv's own switch, which its `dotenv_values` ignores; the self-tests must not see a real .env.
    if os.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in {"1", "true", "t", "yes", "y"}:
        return EnvFile()
    try:
        return read_env_file(root / ".env")
    except EnvFileError as error:
        return EnvFile(problems=(str(error),))


def secrets_given(root: Path) -> KnownSecrets:
    """Every secret in the environment and `root`'s `.env`, whether or not the other settings are right."""
    values = _collect({}, env_file(root))
    given = (Secret(values[setting.variable]) for setting in SETTINGS if setting.secret and setting.variable in values)
    return KnownSecrets([*given, *logins({**os.environ, **values})])


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that needs no secret."""
    return {
        name: value for name, value in environment.items() if not (name in BY_VARIABLE and BY_VARIABLE[name].secret)
    }


def forget_secrets() -> dict[str, str]:
    """Take the secrets out of this process's environment, once they are read: processes that it starts need none.

    Gives what was taken, for whoever needs it there again.
    """
    names = [setting.variable for setting in SETTINGS if setting.secret and setting.variable in os.environ]
    return {name: os.environ.pop(name) for name in names}


def _collect(options: Mapping[str, str | None], file: EnvFile) -> dict[str, str]:
    """Options over environment over `.env`; blank values and surrounding spaces are dropped."""
    sources: list[Mapping[str, str | None]] = [
        file.values,
        os.environ,
        {setting.variable: as_given(setting, options.get(setting.key)) for setting in SETTINGS},
    ]
    merged: dict[str, str] = {}
    for source in sources:
        for variable in BY_VARIABLE:
            value = (source.get(variable) or "").strip()
            if value:
                merged[variable] = value
    return merged


def _default_mode(values: Mapping[str, str]) -> str:
    no_course = values.get("CANVAS_BASE_URL") and not values.get("CANVAS_SANDBOX_COURSE_ID")
    return "probe" if no_course else "exercise"


def _profile(values: Mapping[str, str], root: Path, problems: list[str]) -> Profile | None:
    named = values.get("CANVAS_PROFILE") or "ally"
    try:
        profile = load_profile(named if is_profile_name(named) else root / named)
    except ProfileError as error:
        problems += error.problems
        return None
    return _with_needed_groups(profile, values, problems)


def _with_needed_groups(profile: Profile, values: Mapping[str, str], problems: list[str]) -> Profile:
    """The profile in which the optional groups that the settings ask for are no longer optional."""
    needed = {name.strip() for name in values.get("CANVAS_OPTIONAL_GROUPS", "").split(",")} - {""}
    names = [group.name for group in profile.optional]
    for name in sorted(needed.difference(names, [ALL_GROUPS])):
        known = f"write one of {', '.join([*names, ALL_GROUPS])}" if names else "it has none, so unset the setting"
        problems.append(f"CANVAS_OPTIONAL_GROUPS names {name!r}, no optional group of profile {profile.name}; {known}.")
    left = () if ALL_GROUPS in needed else tuple(group for group in profile.optional if group.name not in needed)
    return replace(profile, optional=left)


def _gaps(values: Mapping[str, str], root: Path, profile: Profile | None, problems: list[str]) -> tuple[Gap, ...]:
    if profile is None or "CANVAS_KNOWN_GAPS" not in values:
        return ()
    try:
        return load_gaps(root / values["CANVAS_KNOWN_GAPS"], profile)
    except GapsError as error:
        problems += [f"CANVAS_KNOWN_GAPS: {problem}" for problem in error.problems]
        return ()


def _baseline(values: Mapping[str, str], root: Path, problems: list[str]) -> ScopesDocument | None:
    if "CANVAS_BASELINE" not in values:
        return None
    path = root / values["CANVAS_BASELINE"]
    try:
        return load_scopes_file(path)
    except NoScopesFile as error:
        # What this folder's last run left, if it tested anything: its absence must not stop all later runs.
        if path.resolve() != (_reports(values, root) / SCOPES_FILE).resolve():
            problems.append(f"CANVAS_BASELINE: {error}")
        return None
    except ScopesFileError as error:
        problems.append(f"CANVAS_BASELINE: {error}")
        return None


def _seconds(values: Mapping[str, str], variable: str, allowed: range, default: int, problems: list[str]) -> float:
    given = values.get(variable, str(default))
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", given) or int(given) not in allowed:
        numbers = f"from {allowed[0]} to {allowed[-1]}, for example {default}"
        problems.append(f"{variable} is {given!r}; set it to a whole number {numbers}.")
        return default
    return float(given)


def _reports(values: Mapping[str, str], root: Path) -> Path:
    return root / (values.get("CANVAS_REPORTS") or "reports")


def _folder_problems(folder: Path) -> list[str]:
    """Really try to write: `os.access` does not see read-only disks or a file in the way."""
    trial = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        return [
            f"CANVAS_REPORTS is {str(folder)!r}, which cannot be written to ({error.strerror}); set another folder."
        ]
    return []


def _secret(values: Mapping[str, str], variable: str) -> Secret | None:
    return Secret(values[variable]) if variable in values else None
