"""What a killed run leaves, set up directly: changes in a journal, and a Canvas in this process to restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from embedded_canvas.app import Canvas
from scopecheck.model.secret import Secret
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalTarget, open_changes
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.sandbox.undo.field import Field
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, COURSE, canvas
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import HASTY

TAG: Final = "scopecheck-20260101T000000-abcd"
LONG_AGO: Final = "2026-01-01T00:00:00+00:00"
TARGET: Final = JournalTarget(BASE, "1001")

_PAGE: Final = f"{COURSE}/pages/reading-list"
PAGE: Final = Field(_PAGE, "wiki_page", "body", "body", _PAGE, [], html=True, answers=True)
OLD: Final = "<p>Welcome to this page.</p>"
WRITTEN: Final = f'{OLD}<div lang="en"><h2>Scope conformance {TAG}</h2></div>'


@dataclass
class Left:
    """A Canvas and the report folder of a run that was killed while using it."""

    canvas: Canvas
    reports: Path
    client: CanvasClient

    def change(self, kind: str, what: str, data: dict[str, Any], at: str = LONG_AGO) -> JournalEntry:
        """Journal a change and leave it open."""
        return Journal(self.reports / "journal", TARGET, f"{TAG}-main").open(kind, what, data, at)

    def written_page(self, shown: str = WRITTEN, at: str = LONG_AGO) -> None:
        """Journal a page's body as changed; the page now shows this text."""
        self.change("field", "page reading-list: body", {"field": asdict(PAGE), "old": OLD, "written": WRITTEN}, at)
        self.client.send(PAGE.put(shown))

    def recover(self, **more: Any) -> Recovery:
        """What the next run does first."""
        return recover(self.reports, TARGET, self.client, **more)

    def as_admin(self) -> CanvasClient:
        """A client with the administrator's token."""
        return _client(self.canvas, self.canvas.credentials.admin_token)

    @property
    def body(self) -> str | None:
        """The page's current body."""
        return next(page.body for page in self.canvas.tables.pages.values() if page.url == "reading-list")

    @property
    def open(self) -> list[str]:
        """What is still open in the journal."""
        return [change.what for change in open_changes(self.reports / "journal", TARGET)]


@contextmanager
def leaving(reports: Path, **state: Any) -> Iterator[Left]:
    """A Canvas in this process, in this state, and a report folder."""
    reports.mkdir()
    at = canvas(**state)
    yield Left(at, reports, _client(at, at.credentials.access_token))


def _client(at: Canvas, token: str) -> CanvasClient:
    return CanvasClient(BASE, Secret(token), Pace(1), HASTY, transport(at))
