"""Run `python -m scopecheck key` in tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopecheck.embedded_canvas.known import KEY, REDIRECT_URI
from scopecheck.embedded_canvas.records import DeveloperKey
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.transport.client import Patience
from tests.selftest.commands.running import Ran, run

NAME = "Anthology Ally"
CANADA = "https://prod-ca-central-1.ally.ac/api/v2/77/auth/canvas/callback"
IN_CANADA = ("--region", "canada", "--customer", "77")


def key(root: Path, *arguments: object, typed: str = "") -> Ran:
    """Run one action, with the integration's redirect URI unless another is given."""
    given = {"--region", "--redirect-uri"}.intersection(map(str, arguments))
    uri = () if given or arguments[0] == "remove-excess" else ("--redirect-uri", REDIRECT_URI)
    return run(root, "key", *arguments, *uri, typed=typed)


def ally(canvas: EmbeddedCanvas) -> DeveloperKey:
    """The integration's key."""
    return canvas.tables.keys[KEY]


def made(canvas: EmbeddedCanvas, name: str = NAME) -> list[DeveloperKey]:
    """The keys with a name."""
    return [each for each in canvas.tables.keys.values() if each.name == name]


def settings_in(root: Path) -> dict[str, str]:
    """What `.env` says."""
    return dict(line.split("=", 1) for line in (root / ".env").read_text().splitlines())


def everything_in(root: Path) -> str:
    """The text of all files in a folder but `.env`."""
    return "\n".join(path.read_text() for path in sorted(root.rglob("*")) if path.is_file() and path.name != ".env")


def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have clients wait for nothing."""
    monkeypatch.setattr(Patience.__init__, "__defaults__", (5.0, 5.0, 10.0, 2, 0.0, 0.0))
