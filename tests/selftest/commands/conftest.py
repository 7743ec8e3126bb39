"""Fixtures that all tests of commands share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scopecheck.config.definitions import SETTINGS
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.authorizing import ALLY
from tests.selftest.commands.running import serve
from tests.selftest.free_port import free_port


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own environment does not reach the tests."""
    for name in (*(setting.variable for setting in SETTINGS), "PYTHON_DOTENV_DISABLED", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def here() -> str:
    """A redirect URI on this machine, with a free port."""
    return f"http://localhost:{free_port()}/callback"


@pytest.fixture
def state() -> dict[str, Any]:
    """The embedded Canvas's state; tests override it by parametrizing."""
    return {}


@pytest.fixture
def canvas(here: str, state: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedCanvas]:
    """An embedded Canvas that the environment points to; its key has both kinds of redirect URI."""
    with serve(**{"redirect_uris": (ALLY, here), **state}) as running:
        known = running.credentials
        for name, value in (
            ("BASE_URL", running.url),
            ("CLIENT_ID", known.client_id),
            ("CLIENT_SECRET", known.client_secret),
            ("REDIRECT_URI", here),
        ):
            monkeypatch.setenv(f"CANVAS_{name}", value)
        yield running


@pytest.fixture
def administered(canvas: EmbeddedCanvas, monkeypatch: pytest.MonkeyPatch) -> EmbeddedCanvas:
    """The same with the administrator's token."""
    monkeypatch.setenv("CANVAS_ADMIN_TOKEN", canvas.credentials.admin_token)
    return canvas
