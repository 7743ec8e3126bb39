"""Fixtures for the tests with canvasapi."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.selftest.embedded_canvas.other_client import Visit, visiting


@pytest.fixture
def ally() -> Iterator[Visit]:
    """canvasapi with the integration's token, against a Canvas in its default state."""
    with visiting() as visit:
        yield visit


@pytest.fixture
def admin() -> Iterator[Visit]:
    """The same with the administrator's token, which is not scoped."""
    with visiting("admin") as visit:
        yield visit
