"""Run `python -m scopecheck sandbox` in tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scopecheck.embedded_canvas.records import Course
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.model.secret import Secret
from scopecheck.sandbox.creation import create
from scopecheck.sandbox.existing import ExistingSandbox
from scopecheck.transport.client import CanvasClient
from tests.selftest.commands.running import Ran, run

LONG_AGO = "scopecheck-20260101T120000-abcd"


def sandbox(root: Path, *arguments: object, typed: str = "") -> Ran:
    """Run one action."""
    return run(root, "sandbox", *arguments, typed=typed)


def settings_in(root: Path) -> dict[str, str]:
    """What `.env` says after `create --yes`."""
    return dict(line.split("=", 1) for line in (root / ".env").read_text().splitlines())


@contextmanager
def administrator(canvas: EmbeddedCanvas) -> Iterator[CanvasClient]:
    """The engine's client with the administrator's token."""
    client = CanvasClient(canvas.url, Secret(canvas.credentials.admin_token))
    try:
        yield client
    finally:
        client.close()


def made_long_ago(canvas: EmbeddedCanvas, account: str = "self") -> tuple[ExistingSandbox, Course]:
    """A sandbox created on January 1, 2026 at noon, and its course."""
    with administrator(canvas) as admin:
        created = create(admin, account, LONG_AGO)
    return created.sandbox, canvas.tables.courses[created.course["id"]]
