"""The environment of one target's process: what any process needs, and this target's own settings and secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scopecheck.config.targets_file import Target

_NEEDED: Final = frozenset(
    {
        # Where programs, files and state of this user are.
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONHOME", "PYTHONUTF8",
        "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX",
        # The same on Windows, where some programs do not start without these.
        "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
        "PROGRAMFILES", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "USERNAME", "NUMBER_OF_PROCESSORS",
        # How texts look.
        "LANG", "LANGUAGE", "TZ", "NO_COLOR", "CI",
        # The way to Canvas.
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    }
)  # fmt: skip
_FAMILIES: Final = re.compile(r"(?i)(LC|XDG)_")


def unset_variables(target: Target, values: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that the target references and that is not among those that are set."""
    return [
        f"{name} is not set, but {setting} of this target is taken from it; set it in the environment or in .env."
        for setting, name in target.secrets.items()
        if name not in values
    ]


def surroundings(
    target: Target, reports: Path, environment: Mapping[str, str], values: Mapping[str, str] | None
) -> dict[str, str]:
    """The environment for a target's process.

    `values` are those of the variables that hold secrets; None for a process that needs none of them. `environment` is
    the caller's, without these variables.
    """
    return {
        **{name: value for name, value in environment.items() if _is_needed(name)},
        # A misspelt CANVAS_BASE_URL must not have the embedded Canvas tested, and found right.
        "CANVAS_REQUIRED": "true",
        **target.settings,
        **({setting: values[name] for setting, name in target.secrets.items()} if values is not None else {}),
        "CANVAS_REPORTS": str(reports),
        # The caller's .env is no target's.
        "PYTHON_DOTENV_DISABLED": "1",
        # Its log is written as it goes, and in UTF-8 wherever it is read.
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _is_needed(name: str) -> bool:
    return name.upper() in _NEEDED or _FAMILIES.match(name) is not None
