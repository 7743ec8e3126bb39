"""What a run shows on GitHub beside the job and the commit, if it runs there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import KnownSecrets
from scopecheck.report.github import about, error
from scopecheck.report.subject import Subject


def runs_there() -> bool:
    """Whether GitHub reads what this process prints."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def for_github(subject: Subject) -> Iterator[str]:
    """The lines to print about a run that has ended."""
    if runs_there():
        yield from about(subject)


def refused(text: str, secrets: KnownSecrets) -> pytest.UsageError:
    """What ends a run before it has begun; GitHub is told at once, for pytest only prints it."""
    shown = clean(secrets.mask(text))
    if runs_there():
        print(error("Nothing was tested", shown), flush=True)
    return pytest.UsageError(shown)
