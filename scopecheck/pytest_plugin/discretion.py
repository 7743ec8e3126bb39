"""Keeps what this suite must not show out of what pytest shows of errors, whatever its options ask for.

A verdict is shown by its message. Any other error is an error in this suite: its traceback is shown, but no values of
variables, and its message masked.
"""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from scopecheck.model.foreign_text import clean
from scopecheck.model.secret import KnownSecrets, without_credentials


class CaseCrashed(Exception):
    """An error in this suite ended a case; its message is the error's, and `trace` where it was."""

    def __init__(self, error: BaseException, secrets: KnownSecrets) -> None:
        super().__init__(discreet("".join(traceback.format_exception_only(error)).strip(), secrets))
        self.trace = discreet("".join(traceback.format_exception(error)), secrets)


def discreet(text: str, secrets: KnownSecrets) -> str:
    """A text about an error, fit to be shown."""
    return clean(without_credentials(secrets.mask(text)))


def hide_values(config: pytest.Config, secrets: KnownSecrets) -> None:
    """Switch off what shows values of variables in tracebacks, `--showlocals` and `--full-trace`; mask `--debug`."""
    config.option.showlocals = config.option.fulltrace = False
    root = config.trace.root
    write = root._writer  # there is no other way to what --debug has set
    if write:
        root.setwriter(lambda text: write(without_credentials(secrets.mask(text))))


def mask_error(error: BaseException, secrets: KnownSecrets) -> None:
    """Mask what an error says, and those that led to it: it is on its way to pytest, which shows it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        error.args = tuple(discreet(each, secrets) if isinstance(each, str) else each for each in error.args)
        error = error.__cause__ or error.__context__  # type: ignore[assignment]


class Discretion:
    """A plugin that masks how internal errors are shown, in the controller and in workers."""

    def __init__(self, secrets: KnownSecrets) -> None:
        self._secrets = secrets

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Replace the text that pytest and xdist are about to show."""
        text = discreet(str(excrepr), self._secrets)
        excrepr.toterminal = lambda terminal: terminal.line(text)
