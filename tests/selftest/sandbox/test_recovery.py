"""What the next run makes of journals: which it undoes with whose token, which it keeps, and which it leaves alone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from embedded_canvas.records import File
from scopecheck.sandbox.journal import Journal, JournalTarget
from scopecheck.sandbox.undo.made import Made
from tests.selftest.embedded_canvas.driver import BASE, COURSE
from tests.selftest.sandbox.leaving import LONG_AGO, OLD, TAG, TARGET, WRITTEN, Left, leaving

DELETE_FILE: Final = "url:DELETE|/api/v1/files/:id"
READ_PAGE: Final = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
WRITE_PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
PAGE_BODY: Final = "page reading-list: body"


def uploaded(left: Left, *, by_admin: bool = False) -> File:
    """A file of the run's in the course, journaled as made."""
    tables = left.canvas.tables
    tables.files[9001] = file = replace(tables.files[5002], id=9001, uuid="uuid9001", display_name=f"{TAG}.png")
    made = Made(f"{COURSE}/files", "display_name", file.display_name, "id", "/api/v1/files", by_admin=by_admin)
    left.change("made", "file", asdict(made))
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


@pytest.mark.parametrize("own", ["-", "scopecheck-20260101T000000-0123"])
def test_only_the_run_itself_trusts_its_journal_unseen(reports: Path, own: str) -> None:
    """At the end of another run, or in `restore`, what cannot be seen is not written over."""
    with leaving(reports, missing_on_token=frozenset({READ_PAGE})) as left:
        left.written_page()

        assert left.recover(own=own).restored == []
        assert left.body == WRITTEN
        assert left.recover(own=TAG).restored == [PAGE_BODY]
        assert left.body == OLD


def make_unreadable(reports: Path) -> Path:
    """A journal that comes before all others and cannot be read."""
    path = reports / "journal" / TARGET.slug / "z.jsonl"
    path.mkdir()
    return path


def make_anothers(reports: Path) -> Path:
    """A journal in the same folder that belongs to another course."""
    journal = Journal(reports, JournalTarget(BASE, "1002"), "z")
    journal.open("made", "file", {}, LONG_AGO)
    return journal.path.rename(reports / "journal" / TARGET.slug / "z.jsonl")


def make_nobodys(reports: Path) -> Path:
    """A file that names no target."""
    path = reports / "journal" / TARGET.slug / "z.jsonl"
    path.write_text("\n{\n")
    return path


@pytest.mark.parametrize("make", [make_unreadable, make_anothers, make_nobodys])
def test_a_journal_that_is_not_to_be_used_hides_no_other(reports: Path, make: Callable[[Path], Path]) -> None:
    """It stays where it is, the others are undone and removed, and one that cannot be read is a failure."""
    with leaving(reports) as left:
        left.written_page()
        strange = make(reports)
        told = left.recover()

        assert told.restored == [PAGE_BODY]
        assert [failure.saved_as for failure in told.failed] == [None] * (make is make_unreadable)
        assert all("z.jsonl" in failure.message for failure in told.failed)
        assert left.body == OLD
    assert list((reports / "journal" / TARGET.slug).iterdir()) == [strange]


def test_what_is_done_is_not_done_again(reports: Path) -> None:
    """Where one change of a journal fails, only that one stays open."""
    with leaving(reports) as left:
        journal = Journal(reports / "journal", TARGET, f"{TAG}-main")
        never = asdict(Made(f"{COURSE}/files", "display_name", f"{TAG}.png", "id", "/api/v1/files"))
        stays = {**never, "by_admin": True}
        for what, data in (("first", never), ("stays", stays), ("last", never)):
            journal.open("made", what, data, LONG_AGO)
        told = left.recover()

        assert (told.restored, told.waiting) == ([], [])
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
        pytest.param(lambda _now: "some day", False, id="no time"),
    ],
)
def test_how_long_a_request_may_still_land(
    reports: Path, written_down: Callable[[datetime], str], *, waits: bool
) -> None:
    """What is not to be seen stays open for two minutes: by then no web server works on the request any more."""
    with leaving(reports) as left:
        left.written_page(OLD, at=written_down(datetime.now(UTC)))
        told = left.recover()

        assert (told.restored, told.failed) == ([], [])
        assert told.waiting == left.open == [PAGE_BODY] * waits


def test_folders_go_with_their_last_journal(reports: Path) -> None:
    """The report folder stays, and so do the journals of other targets."""
    with leaving(reports) as left:
        left.written_page()
        other = Journal(reports / "journal", JournalTarget(BASE, "1002"), f"{TAG}-main")
        other.open("made", "file", {}, LONG_AGO)
        left.recover()

    assert [path for path in reports.rglob("*") if path.is_file()] == [other.path]
    assert not (reports / "journal" / TARGET.slug).exists()
