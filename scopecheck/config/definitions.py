"""All settings, each with its variable, its option, what it is, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, what it is, an example; whether it is secret (then it has no option) or a path."""

    variable: str
    help: str
    example: str
    secret: bool = False
    is_path: bool = False

    @property
    def option(self) -> str:
        """The command line option of the same name."""
        return "--" + self.variable.lower().replace("_", "-")

    @property
    def key(self) -> str:
        """The option's name in the parsed options."""
        return self.variable.lower()


SETTINGS: Final = (
    Setting("CANVAS_BASE_URL", "the Canvas to test; if unset, the embedded one", "https://school.test.instructure.com"),
    Setting("CANVAS_CLIENT_ID", "the developer key's ID", "10000000000042"),
    Setting("CANVAS_CLIENT_SECRET", "the developer key's secret", "aBc…XyZ (Show Key)", secret=True),
    Setting("CANVAS_REDIRECT_URI", "a redirect URI of the key, as the integration uses it",
            "https://prod.ally.ac/api/v2/1234/auth/canvas/callback"),
    Setting("CANVAS_ACCESS_TOKEN", "a token issued through the key", "1234~abc…", secret=True),
    Setting("CANVAS_REFRESH_TOKEN", "a refresh token issued through the key", "1234~xyz…", secret=True),
    Setting("CANVAS_ACCOUNT_ID", "the account to read (default: self, the root account)", "self"),
    Setting("CANVAS_SANDBOX_COURSE_ID", "the only course that the suite may write to", "1234"),
    Setting("CANVAS_SANDBOX_COURSE_NAME", "that course's exact name; protects against a wrong ID",
            "Ally scope check sandbox"),
    Setting("CANVAS_READ_COURSE_IDS",
            "courses that probe mode reads instead of those it finds, reads that leave a trace in Canvas included; "
            "IDs, separated by commas", "1234,sis_course_id:BIO-101"),
    Setting("CANVAS_ADMIN_TOKEN",
            "an administrator's token; optional: creates and removes sandbox objects, and reads the key's record, "
            "Canvas's list of scopes, and the name and the roles of the token's user; the commands key, role and setup "
            "change keys and roles with it, after asking",
            "1234~adm…", secret=True),
    Setting("CANVAS_MODE", "exercise or probe (default: exercise, or probe if no sandbox course is set)", "probe"),
    Setting("CANVAS_PROFILE", "the profile with the required scopes: a name or a TOML file (default: ally)", "ally",
            is_path=True),
    Setting("CANVAS_OPTIONAL_GROUPS",
            "the profile's optional groups of scopes that must not be missing: names separated by commas, or all "
            "(default: none)", "groups"),
    Setting("CANVAS_RUN_SECONDS", "the seconds that a run may take, clean-up not included (default: 600)", "600"),
    Setting("CANVAS_LEASE_WAIT_SECONDS", "the seconds to wait for a run on another machine that is using the sandbox "
            "course; 0: do not wait (default: 60)", "60"),
    Setting("CANVAS_REPORTS", "the folder for the reports (default: reports)", "reports", is_path=True),
    Setting("CANVAS_KNOWN_GAPS", "a TOML file of expected verdicts", "known-gaps.toml", is_path=True),
    Setting("CANVAS_BASELINE", "the scopes.json of an earlier run, to show what has changed", "last/scopes.json",
            is_path=True),
    Setting("CANVAS_REQUIRED", "true makes a run without CANVAS_BASE_URL fail instead of using the embedded Canvas; "
            "for CI (default: false)", "true"),
)  # fmt: skip
BY_VARIABLE: Final = {setting.variable: setting for setting in SETTINGS}


def unset(variable: str, because: str, otherwise: str = "") -> str:
    """The message for a setting that is needed but not set."""
    setting = BY_VARIABLE[variable]
    tail = f", {otherwise}" if otherwise else ""
    meaning = setting.help.partition(";")[0]
    return f"{variable} is not set, but {because}; set it to {meaning}, for example {setting.example}{tail}."
