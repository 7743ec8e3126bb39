"""Fixtures shared by the sandbox tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.selftest.own_locks import keep_locks_in
from tests.selftest.sandbox.machines import Course, course


@pytest.fixture(autouse=True)
def locks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep each test's locks in a separate folder."""
    return keep_locks_in(tmp_path / "locks", monkeypatch)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A report folder."""
    return tmp_path / "reports"


@pytest.fixture
def at() -> Course:
    """A sandbox course that machines share."""
    return course()
