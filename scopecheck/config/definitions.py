"""The settings that there are: each with its variable, its option, what it is, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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


def unset(variable: str, because: str, otherwise: str = "") -> str:
    """What is told where a setting is needed and not set."""
    setting = BY_VARIABLE[variable]
    tail = f", {otherwise}" if otherwise else ""
    meant = setting.help.partition(";")[0]
    return f"{variable} is not set, but {because}; set it to {meant}, for example {setting.example}{tail}."
