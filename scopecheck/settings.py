"""The settings of a run: from options, the environment and `.env`, checked all at once before any request."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv import dotenv_values

from scopecheck.profile import Profile, ProfileError, load_profile
from scopecheck.report import scopes_json
from scopecheck.report.known_gaps import Gap, GapsError, load_gaps
from scopecheck.report.scopes_json import Document, DocumentError
from scopecheck.secret import Secret


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, what it is, an example, and whether it is secret (then it is no option)."""

    variable: str
    help: str
    example: str
    secret: bool = False

    @property
    def option(self) -> str:
        """The command line option of the same name."""
        return "--" + self.variable.lower().replace("_", "-")

    @property
    def key(self) -> str:
        """The option's name among parsed options."""
        return self.variable.lower()


SETTINGS: Final = (
    Setting("CANVAS_BASE_URL", "the Canvas to test; unset: the embedded one", "https://school.test.instructure.com"),
    Setting("CANVAS_CLIENT_ID", "the developer key's ID", "10000000000042"),
    Setting("CANVAS_CLIENT_SECRET", "the developer key's secret", "the key's Show Key button", secret=True),
    Setting("CANVAS_REDIRECT_URI", "one redirect URI of the key, as the integration gives it",
            "https://prod.ally.ac/api/v2/1234/auth/canvas/callback"),
    Setting("CANVAS_ACCESS_TOKEN", "a token issued through the key", "1234~abc…", secret=True),
    Setting("CANVAS_REFRESH_TOKEN", "a refresh token issued through the key", "1234~xyz…", secret=True),
    Setting("CANVAS_ACCOUNT_ID", "the account to read (default: self, the root account)", "self"),
    Setting("CANVAS_SANDBOX_COURSE_ID", "the only course that writes may go to", "1234"),
    Setting("CANVAS_SANDBOX_COURSE_NAME", "that course's exact name: the guard against a wrong ID",
            "Ally scope check sandbox"),
    Setting("CANVAS_ADMIN_TOKEN", "optional: only to create and remove sandbox objects", "1234~adm…", secret=True),
    Setting("CANVAS_MODE", "exercise or probe (default: exercise; probe where no sandbox course is set)", "probe"),
    Setting("CANVAS_PROFILE", "the scopes required: a name or a TOML file (default: ally)", "ally"),
    Setting("CANVAS_REPORTS", "the folder of the reports (default: reports)", "reports"),
    Setting("CANVAS_KNOWN_GAPS", "a TOML file of verdicts that are expected", "known-gaps.toml"),
    Setting("CANVAS_BASELINE", "the scopes.json of an earlier run, to say what changed since", "last/scopes.json"),
)  # fmt: skip
BY_VARIABLE: Final = {setting.variable: setting for setting in SETTINGS}


class SettingsError(Exception):
    """Settings that are wrong or half filled; `problems` has one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Checked settings. `base_url` is None where the embedded Canvas is meant."""

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
    gaps: tuple[Gap, ...] = ()
    """The verdicts that are expected though they are not `granted`."""
    baseline: Document | None = None
    """The earlier run that this one is compared with."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that is set."""
        found = (self.client_secret, self.access_token, self.refresh_token, self.admin_token)
        return tuple(secret for secret in found if secret)


def load_settings(
    options: Mapping[str, str | None], root: Path, *, needs_token: bool = True, needs: Collection[str] = ()
) -> Settings:
    """Settings from `options` (by `Setting.key`), then the environment, then `root`'s `.env`.

    `needs` are variables that must be set besides; all but CANVAS_BASE_URL only where a Canvas is named.
    Empty values count as unset. Raises SettingsError with every problem found.
    """
    values = _collect(options, root)
    problems: list[str] = []
    profile = _profile(values, problems)
    problems += _target_problems(values, needs_token, needs)
    mode = values.get("CANVAS_MODE") or _default_mode(values)
    if mode not in {"exercise", "probe"}:
        problems.append(f"CANVAS_MODE is {mode!r}; set it to exercise or probe.")
    elif mode == "exercise" and values.get("CANVAS_BASE_URL") and not values.get("CANVAS_SANDBOX_COURSE_ID"):
        problems.append(_unset("CANVAS_SANDBOX_COURSE_ID", "CANVAS_MODE is exercise", "or set CANVAS_MODE=probe"))
    gaps = _gaps(values, root, profile, problems)
    baseline = _baseline(values, root, problems)
    reports = _reports(values, root)
    problems += _folder_problems(reports)
    if problems or profile is None:
        raise SettingsError(problems)
    return Settings(
        profile=profile,
        mode=mode,
        reports=reports,
        base_url=(values.get("CANVAS_BASE_URL") or "").rstrip("/") or None,
        client_id=values.get("CANVAS_CLIENT_ID"),
        client_secret=_secret(values, "CANVAS_CLIENT_SECRET"),
        redirect_uri=values.get("CANVAS_REDIRECT_URI"),
        access_token=_secret(values, "CANVAS_ACCESS_TOKEN"),
        refresh_token=_secret(values, "CANVAS_REFRESH_TOKEN"),
        admin_token=_secret(values, "CANVAS_ADMIN_TOKEN"),
        account_id=values.get("CANVAS_ACCOUNT_ID") or "self",
        course_id=values.get("CANVAS_SANDBOX_COURSE_ID"),
        course_name=values.get("CANVAS_SANDBOX_COURSE_NAME"),
        gaps=gaps,
        baseline=baseline,
    )


def reports_folder(options: Mapping[str, str | None], root: Path) -> Path:
    """The folder of the reports by the same sources, for who needs nothing else."""
    return _reports(_collect(options, root), root)


def _collect(options: Mapping[str, str | None], root: Path) -> dict[str, str]:
    """Options over environment over `.env`; blank values and surrounding blanks are dropped."""
    disabled = os.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in {"1", "true", "t", "yes", "y"}
    sources: list[Mapping[str, str | None]] = [
        # python-dotenv's own switch, which its `dotenv_values` passes over; the self-tests must not see a real .env.
        {} if disabled else dotenv_values(root / ".env"),
        os.environ,
        {setting.variable: options.get(setting.key) for setting in SETTINGS},
    ]
    merged: dict[str, str] = {}
    for source in sources:
        for variable in BY_VARIABLE:
            value = (source.get(variable) or "").strip()
            if value:
                merged[variable] = value
    return merged


def _default_mode(values: Mapping[str, str]) -> str:
    bare = values.get("CANVAS_BASE_URL") and not values.get("CANVAS_SANDBOX_COURSE_ID")
    return "probe" if bare else "exercise"


def _profile(values: Mapping[str, str], problems: list[str]) -> Profile | None:
    try:
        return load_profile(values.get("CANVAS_PROFILE") or "ally")
    except ProfileError as error:
        problems += error.problems
        return None


def _gaps(values: Mapping[str, str], root: Path, profile: Profile | None, problems: list[str]) -> tuple[Gap, ...]:
    if profile is None or "CANVAS_KNOWN_GAPS" not in values:
        return ()
    try:
        return load_gaps(root / values["CANVAS_KNOWN_GAPS"], profile)
    except GapsError as error:
        problems += [f"CANVAS_KNOWN_GAPS: {problem}" for problem in error.problems]
        return ()


def _baseline(values: Mapping[str, str], root: Path, problems: list[str]) -> Document | None:
    if "CANVAS_BASELINE" not in values:
        return None
    try:
        return scopes_json.load(root / values["CANVAS_BASELINE"])
    except DocumentError as error:
        problems.append(f"CANVAS_BASELINE: {error}")
        return None


def _reports(values: Mapping[str, str], root: Path) -> Path:
    return root / (values.get("CANVAS_REPORTS") or "reports")


def _target_problems(values: Mapping[str, str], needs_token: bool, needs: Collection[str]) -> list[str]:
    has = values.keys()
    unset = [_unset(variable, "this command needs it") for variable in needs if variable not in has]
    if "CANVAS_BASE_URL" not in has and "CANVAS_BASE_URL" in needs:
        return unset
    if "CANVAS_BASE_URL" not in has:
        stray = sorted(v for v in has if v not in _EMBEDDED_TAKES)
        return [_unset("CANVAS_BASE_URL", f"{' and '.join(stray)} {'is' if len(stray) == 1 else 'are'} set",
                       "or unset all of them to use the embedded Canvas")] if stray else []  # fmt: skip
    problems = [*_url_problems(values["CANVAS_BASE_URL"]), *unset]
    access, refresh = "CANVAS_ACCESS_TOKEN" in has, "CANVAS_REFRESH_TOKEN" in has
    if access and refresh:
        problems.append("CANVAS_ACCESS_TOKEN and CANVAS_REFRESH_TOKEN are both set; keep one of them.")
    if not access and not refresh and needs_token:
        problems.append(
            "Neither CANVAS_ACCESS_TOKEN nor CANVAS_REFRESH_TOKEN is set; set one of them, for example "
            "CANVAS_ACCESS_TOKEN=1234~abc… (a token issued through the key)."
        )
    for trigger, needed in _GO_TOGETHER:
        if trigger in has and needed not in {*has, *needs}:
            problems.append(_unset(needed, f"{trigger} is set"))
    if not re.fullmatch(r"[0-9]+", values.get("CANVAS_CLIENT_ID", "0")):
        problems.append("CANVAS_CLIENT_ID is not a number; copy it from the key's Details column.")
    for variable in ("CANVAS_ACCOUNT_ID", "CANVAS_SANDBOX_COURSE_ID"):
        if variable in has and not _ID.fullmatch(values[variable]):
            problems.append(
                f"{variable} is {values[variable]!r}, which is no Canvas ID; use the number in the "
                f"address bar, for example {BY_VARIABLE[variable].example}."
            )
    return problems


_EMBEDDED_TAKES: Final = frozenset(
    {"CANVAS_MODE", "CANVAS_PROFILE", "CANVAS_REPORTS", "CANVAS_ACCOUNT_ID", "CANVAS_KNOWN_GAPS", "CANVAS_BASELINE"}
)
_GO_TOGETHER: Final = (
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_ID"),
    ("CANVAS_REFRESH_TOKEN", "CANVAS_CLIENT_SECRET"),
    ("CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME"),
    ("CANVAS_SANDBOX_COURSE_NAME", "CANVAS_SANDBOX_COURSE_ID"),
)
"""Where the first is set the second must be too."""

_ID: Final = re.compile(r"[\w~:.%-]+")


def _unset(variable: str, because: str, otherwise: str = "") -> str:
    setting = BY_VARIABLE[variable]
    tail = f", {otherwise}" if otherwise else ""
    meant = setting.help.partition(";")[0]
    return f"{variable} is not set, but {because}; set it to {meant}, for example {setting.example}{tail}."


def _url_problems(url: str) -> list[str]:
    example = f"for example {BY_VARIABLE['CANVAS_BASE_URL'].example}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or re.search(r"\s", url):
        return [f"CANVAS_BASE_URL is {_without_login(url)!r}, which is no web address; use https://HOST, {example}."]
    problems = []
    if parts.username or parts.password:
        problems.append(f"CANVAS_BASE_URL carries a user name or password; leave them out, {example}.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        problems.append(f"CANVAS_BASE_URL has more than a host; use the part before the first single slash, {example}.")
    if parts.scheme == "http" and not _is_loopback(host):
        problems.append(
            f"CANVAS_BASE_URL is plain http, which would send the token in the clear; use https, {example}."
        )
    return problems


def _without_login(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//", url)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _folder_problems(folder: Path) -> list[str]:
    """Try the folder for real: permissions, read-only disks and a file in the way all look alike to `os.access`."""
    trial = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        return [
            f"CANVAS_REPORTS names {str(folder)!r}, which cannot be written ({error.strerror}); name another folder."
        ]
    return []


def _secret(values: Mapping[str, str], variable: str) -> Secret | None:
    return Secret(values[variable]) if variable in values else None
