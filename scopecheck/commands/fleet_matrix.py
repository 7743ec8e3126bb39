"""`fleet matrix`: the targets as the job matrix of a CI system, whose runners then distribute the work.

GitHub's jobs pass settings and secrets one by one, so its matrix has the settings, and the names of the secrets, under
the names of the action's inputs. A job of GitLab has all variables of the project that its environment may have, so its
matrix only has the names of the targets, and the job runs `fleet FILE --only "$SCOPES_TARGET"`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scopecheck.config.definitions import BY_VARIABLE
from scopecheck.config.profile_file import is_profile_name
from scopecheck.config.targets_file import Target

_MOST_GITHUB: Final = 256
"""Jobs of a matrix: https://docs.github.com/en/actions/reference/limits."""
_MOST_GITLAB: Final = 200
"""Jobs of `parallel: matrix`: https://docs.gitlab.com/ci/yaml/#parallelmatrix."""
_BY_ACTION: Final = ("CANVAS_BASELINE",)
"""Settings that the action sets itself."""


def as_github(targets: Sequence[Target], folder: Path) -> str:
    """JSON in one line; a path starts at `folder`, where the workflow's job checks the repository out."""
    _warn_of_limit(targets, _MOST_GITHUB, "GitHub")
    rows = [
        {
            "name": target.name,
            **{_input(variable): _from(folder, variable, value) for variable, value in target.settings.items()
               if variable not in _BY_ACTION},
            **{_input(variable): name for variable, name in target.secrets.items()},
        }
        for target in targets
    ]  # fmt: skip
    return json.dumps({"include": rows}) + "\n"


def as_gitlab(targets: Sequence[Target]) -> str:
    """YAML with a hidden job to extend; JSON's texts are YAML's."""
    _warn_of_limit(targets, _MOST_GITLAB, "GitLab")
    names = "\n".join(f"          - {json.dumps(target.name)}" for target in targets)
    return (
        "# Made by `fleet matrix --gitlab`. A job that extends this runs once for each target.\n"
        f".canvas-scopes-targets:\n  parallel:\n    matrix:\n      - SCOPES_TARGET:\n{names}\n"
    )


def _input(variable: str) -> str:
    """The action's input for a setting."""
    return BY_VARIABLE[variable].option.removeprefix("--canvas-")


def _from(folder: Path, variable: str, value: str) -> str:
    setting = BY_VARIABLE[variable]
    if not setting.is_path or (variable == "CANVAS_PROFILE" and is_profile_name(value)):
        return value
    path = Path(value)
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else value


def _warn_of_limit(targets: Sequence[Target], most: int, system: str) -> None:
    if len(targets) > most:
        print(
            f"Note: {system} runs {most} jobs of a matrix at most, and these are {len(targets)}; split the file.",
            file=sys.stderr,
        )
