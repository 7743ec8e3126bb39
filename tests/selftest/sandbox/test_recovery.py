"""What the next run makes of journals: which it undoes with whose token, which it keeps, and which it leaves alone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import pytest

from scopecheck.embedded_canvas.records import File
from scopecheck.sandbox.changes import AssociationChange, Change, MadeChange
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.objects import Noun
from tests.selftest.embedded_canvas.driver import BASE
from tests.selftest.sandbox.leaving import OLD, PAGE, TAG, TARGET, WRITTEN, Left, leaving

DELETE_FILE: Final = "url:DELETE|/api/v1/files/:id"
WRITE_PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PAGE_BODY: Final = "page reading-list: body"
NEVER: Final = MadeChange(Noun.FILE, "1001", f"{TAG}.png")
"""A file that is not there."""


def uploaded(left: Left, *, by_admin: bool = False) -> File:
    """A file of the run's in the course, journaled as made."""
    tables = left.canvas.tables
    tables.files[9001] = file = replace(tables.files[5002], id=9001, uuid="uuid9001", display_name=f"{TAG}.png")
    left.change("file", MadeChange(Noun.FILE, "1001", file.display_name, by_admin=by_admin))
    return file


def test_a_file_goes_with_the_token_that_made_it(reports: Path) -> None:
    """Who uploads a file deletes it."""
    with leaving(reports) as left:
        file = uploaded(left)

        assert left.recover().restored == ["file"]
        assert file.workflow_state == "deleted"


def test_who_may_not_delete_is_helped_by_the_administrator(reports: Path) -> None:
    """A user who may upload files need not be one who may delete them: without an administrator the file is named."""
    with leaving(reports, missing_on_token=frozenset({DELETE_FILE})) as left:
        file = uploaded(left)

        for alone in (left.recover(), left.recover(admin=left.client)):
            assert (alone.restored, [failure.what for failure in alone.failed]) == ([], ["file"])
            assert left.open == ["file"]
        assert left.recover(admin=left.as_admin()).restored == ["file"]
        assert file.workflow_state == "deleted"


def test_what_an_administrator_made_waits_for_one(reports: Path) -> None:
    """The integration's token does not even try, though it might."""
    with leaving(reports) as left:
        file = uploaded(left, by_admin=True)
        asked = left.canvas.requests
        alone = left.recover()

        assert left.canvas.requests == asked
        assert [failure.what for failure in alone.failed] == ["file"]
        assert "CANVAS_ADMIN_TOKEN" in alone.failed[0].message
        assert left.recover(admin=left.as_admin()).restored == ["file"]
        assert file.workflow_state == "deleted"


def test_an_administrator_writes_no_text(reports: Path) -> None:
    """What the integration wrote and may not write any more stays, since nobody else is to seem its author."""
    with leaving(reports, missing_on_token=frozenset({WRITE_PAGE})) as left:
        left.written_page()
        page = next(page for page in left.canvas.tables.pages.values() if page.url == "reading-list")
        page.body = WRITTEN
        told = left.recover(admin=left.as_admin())

        assert [failure.what for failure in told.failed] == [PAGE_BODY]
        assert left.body == WRITTEN


def test_what_is_done_is_not_done_again(reports: Path) -> None:
    """Where one change of a journal fails, only that one stays open."""
    with leaving(reports) as left:
        for what, change in (
            ("first", NEVER),
            ("stays", msgspec.structs.replace(NEVER, by_admin=True)),
            ("last", NEVER),
        ):
            left.change(what, change)
        told = left.recover()

        assert (told.restored, told.absent, told.unsettled) == ([], ["last", "first"], [])
        assert [failure.what for failure in told.failed] == ["stays"]
        assert left.open == ["stays"]


def test_a_journal_that_cannot_be_written_stops_no_undoing(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be written down that a change is undone, the next run merely looks again."""

    def fail(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with leaving(reports) as left:
        left.written_page()
        monkeypatch.setattr(os, "fsync", fail)

        assert left.recover().restored == [PAGE_BODY]
        assert left.body == OLD


@pytest.mark.parametrize(
    ("written_down", "waits"),
    [
        pytest.param(lambda now: now.isoformat(), True, id="now"),
        pytest.param(lambda now: now.replace(tzinfo=None).isoformat(timespec="seconds"), True, id="without a zone"),
        pytest.param(lambda now: (now - timedelta(minutes=3)).isoformat(), False, id="three minutes ago"),
    ],
)
@pytest.mark.parametrize("shown", [OLD, WRITTEN, "<p>by a colleague</p>"])
def test_how_long_a_request_may_still_land(
    reports: Path, written_down: Callable[[datetime], str], shown: str, *, waits: bool
) -> None:
    """A change of which some request got no answer stays open for two minutes, whatever shows."""
    with leaving(reports) as left:
        left.written_page(shown, at=written_down(datetime.now(UTC)))
        told = left.recover()

        assert told.failed == []
        assert told.unsettled == left.open == [PAGE_BODY] * waits
        assert left.body == (OLD if shown == WRITTEN else shown)


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        pytest.param(PAGE, True, id="a text, which a replica may show as it was"),
        pytest.param(NEVER, False, id="a file that was refused"),
    ],
)
def test_what_was_answered_and_is_not_there(reports: Path, change: Change, *, waits: bool) -> None:
    """Of values, the old one has to show after two minutes, too; what was created and is not found is not there."""
    with leaving(reports) as left:
        left.change("change", change, datetime.now(UTC).isoformat(), answered=True)
        told = left.recover()

        assert (told.unsettled, told.absent) == (["change"] * waits, ["change"] * (not waits))


@pytest.mark.parametrize("shown", [WRITTEN, "<p>by a colleague</p>"])
def test_what_was_answered_and_shows_is_settled_at_once(reports: Path, shown: str) -> None:
    """What Canvas shows can be restored, or left, without waiting."""
    with leaving(reports) as left:
        left.written_page(shown, at=datetime.now(UTC).isoformat(), answered=True)
        told = left.recover()

        assert (told.restored, told.left) == (([PAGE_BODY], []) if shown == WRITTEN else ([], [PAGE_BODY]))
        assert left.open == []


def test_whose_blueprint_has_vanished_needs_no_undo(reports: Path) -> None:
    """A course that was associated with a blueprint that is gone is associated no more."""
    with leaving(reports) as left:
        left.change("association", AssociationChange("100999", "1001"))

        assert left.recover(admin=left.as_admin()).absent == ["association"]


def test_folders_go_with_their_last_journal(reports: Path) -> None:
    """The report folder stays, and so do the journals of other targets."""
    with leaving(reports) as left:
        left.written_page()
        other = Journal(reports / "journal", JournalTarget(BASE, "1002"), f"{TAG}-main")
        other.open("file", MadeChange(Noun.FILE, "1002", f"{TAG}.png"))
        left.recover()

    assert [path for path in reports.rglob("*") if path.is_file()] == [other.path]
    assert not (reports / "journal" / TARGET.slug).exists()
