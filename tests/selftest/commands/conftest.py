"""What all tests of commands share."""

from __future__ import annotations

import pytest

from scopecheck.settings import SETTINGS


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment does not reach the tests."""
    for name in (*(setting.variable for setting in SETTINGS), "PYTHON_DOTENV_DISABLED", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
