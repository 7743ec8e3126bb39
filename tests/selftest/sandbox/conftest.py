"""Fixtures shared by the sandbox tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep these tests' locks in a separate folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A report folder."""
    return tmp_path / "reports"
