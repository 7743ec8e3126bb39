"""What a killed run leaves, set up directly: changes in a journal, and a Canvas in this process to restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.model.secret import Secret
from scopecheck.sandbox.changes import Change, FieldChange
from scopecheck.sandbox.journal import Journal, JournalEntry, JournalTarget
from scopecheck.sandbox.objects import Noun
from scopecheck.sandbox.recovery import Recovery, recover
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, canvas
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.sweep import HASTY
from tests.selftest.sandbox.aging import LONG_AGO, set_back
from tests.selftest.sandbox.left_open import open_changes

TAG: Final = "scopecheck-20260101T000000-abcd"
TARGET: Final = JournalTarget(BASE, "1001")

OLD: Final = "<p>Welcome to this page.</p>"
WRITTEN: Final = f'{OLD}<div lang="en"><h2>Scope conformance {TAG}</h2></div>'
PAGE: Final = FieldChange(Noun.PAGE, "1001", "reading-list", OLD, WRITTEN)


@dataclass
class Left:
    """A Canvas and the report folder of a run that was killed while using it."""

    canvas: Canvas
    reports: Path
    client: CanvasClient
    journal: Journal = field(init=False)
    """The journal of that run."""

    def __post_init__(self) -> None:
        self.journal = Journal(self.reports / "journal", TARGET, f"{TAG}-main")

    def change(self, what: str, change: Change, at: str = LONG_AGO, *, answered: bool = False) -> JournalEntry:
        """Journal a change, and that a request for it was sent at this time, and leave it open."""
        entry = self.journal.open(what, change)
        self.journal.attempt(entry)
        if answered:
            self.journal.answered(entry)
        set_back(self.journal.path, at, entry.id)
        return entry

    def written_page(self, shown: str = WRITTEN, at: str = LONG_AGO, *, answered: bool = False) -> None:
        """Journal a page's body as changed; the page now shows this text."""
        self.change("page reading-list: body", PAGE, at, answered=answered)
        self.client.send(PAGE.of.put_call(PAGE.course_id, PAGE.object_id, shown))

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
