"""Undoing changes on another day: what somebody has done since is never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.known import COLLEAGUE
from scopecheck.embedded_canvas.records import MediaTrack
from scopecheck.sandbox.changes import CaptionChange, FieldChange
from scopecheck.sandbox.objects import Noun
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.leaving import OLD, TAG, WRITTEN, leaving

READ_PAGE = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
TITLE = FieldChange(Noun.MEDIA, "1001", "m-labtour", "Lab tour", f"{TAG} Lab tour")
CAPTION = CaptionChange("1001", "m-labtour", "eo")


def test_what_was_written_is_restored(reports: Path) -> None:
    """The old text is back, and no journal is left."""
    with leaving(reports) as left:
        left.written_page()

        assert left.recover().restored == ["page reading-list: body"]
        assert left.body == OLD
    assert not (reports / "journal").exists()


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(WRITTEN.replace("<h2>", '<h2 id="kl_1" class="user_content">'), id="attributes"),
        pytest.param(WRITTEN.replace("><", ">\n<"), id="white space"),
    ],
)
def test_what_canvas_added_is_no_edit(reports: Path, shown: str) -> None:
    """Attributes and whitespace that Canvas adds to a text do not count as an edit."""
    with leaving(reports) as left:
        left.written_page(shown)

        assert left.recover().restored == ["page reading-list: body"]
        assert left.body == OLD


def test_an_edited_text_is_left_alone(reports: Path) -> None:
    """If somebody edited the text and left our part in, it is reported until that is gone; the old text is saved."""
    with leaving(reports) as left:
        left.written_page(edited := f"<p>By a colleague.</p>{WRITTEN}")
        first = left.recover()

        assert [failure.what for failure in first.failed] == ["page reading-list: body"]
        assert "was edited after this suite changed it" in first.failed[0].message
        assert left.body == edited
        saved = reports / str(first.failed[0].saved_as)
        assert OLD in saved.read_text("utf-8")
        left.canvas.tables.pages[3002].body = "<p>By a colleague.</p>"
        second = left.recover()
        assert (second.restored, second.failed, second.left) == ([], [], ["page reading-list: body"])
        assert left.open == []
        assert not saved.exists()
        assert left.body == "<p>By a colleague.</p>"


def test_a_deleted_page_needs_no_undo(reports: Path) -> None:
    """There is nothing to restore on a deleted page, and no PUT is sent, since it would create the page again."""
    with leaving(reports) as left:
        left.written_page()
        left.canvas.tables.pages[3002].workflow_state = "deleted"
        pages = len(left.canvas.tables.pages)

        assert left.recover().absent == ["page reading-list: body"]
        assert left.open == []
        assert len(left.canvas.tables.pages) == pages
        assert not [write for write in left.canvas.tables.writes[1:] if write.changed]


def test_what_cannot_be_read_is_not_overwritten(reports: Path) -> None:
    """A text that the token may not read by itself is left alone and stays open, although a list shows it."""
    with leaving(reports, missing_on_token=frozenset({READ_PAGE})) as left:
        left.written_page()
        told = left.recover()

        assert left.body == WRITTEN
        assert "so it was not overwritten" in told.failed[0].message
        assert OLD in (reports / str(told.failed[0].saved_as)).read_text("utf-8")
        assert left.open == ["page reading-list: body"]


@pytest.mark.parametrize(("shown", "final"), [(f"{TAG} Lab tour", "Lab tour"), ("The lab", "The lab")])
def test_a_title(reports: Path, shown: str, final: str) -> None:
    """A video's title is restored if it is still ours, although only the course's list shows it."""
    with leaving(reports) as left:
        media = left.canvas.tables.media_objects[6001]
        left.change("video: name", TITLE)
        left.client.send(TITLE.of.put_call("1001", "m-labtour", shown))
        told = left.recover()

        assert (told.failed, bool(told.restored), bool(told.left)) == ([], shown != final, shown == final)
        assert media.title == final
        assert left.open == []


@pytest.mark.parametrize("owner", [101, COLLEAGUE])
def test_a_caption(reports: Path, owner: int) -> None:
    """The track in our locale is removed if it is ours; one that a colleague has added since stays."""
    with leaving(reports) as left:
        before = left.canvas.tables.digest()
        left.change("caption eo", CAPTION)
        moment = datetime(2026, 1, 2, tzinfo=UTC)
        track = MediaTrack(
            6199, 6001, owner, "eo", "captions", "1\n00:00:00,000 --> 00:00:01,000\nSaluton\n", moment, moment
        )
        left.canvas.tables.media_tracks[6199] = track

        assert left.recover().failed == []
        assert left.open == []
        assert (6199 in left.canvas.tables.media_tracks) == (owner == COLLEAGUE)
        assert (left.canvas.tables.digest() == before) == (owner != COLLEAGUE)


def test_what_may_still_take_effect_stays_open(reports: Path) -> None:
    """A change that does not show stays in the journal only as long as its request may still take effect."""
    now = datetime.now(UTC)
    with leaving(reports) as left:
        left.written_page(OLD, at=now.isoformat())
        early = left.recover()

        assert (early.restored, early.failed, early.unsettled) == ([], [], ["page reading-list: body"])
        left.canvas.tables.pages[3002].body = WRITTEN
        assert left.recover().unsettled == left.open == ["page reading-list: body"]
        assert left.body == OLD
        later = now - timedelta(minutes=3)
        make_old(reports, later.isoformat())
        assert left.recover().absent == ["page reading-list: body"]
        assert left.open == []


def test_what_canvas_acknowledged_but_does_not_show_stays_open(reports: Path) -> None:
    """Even if every request was answered: a replica of Canvas's database may show what was there before."""
    with leaving(reports) as left:
        left.written_page(OLD, at=datetime.now(UTC).isoformat(), answered=True)

        assert left.recover().unsettled == left.open == ["page reading-list: body"]


def test_without_time_nothing_is_started(reports: Path) -> None:
    """What an interrupted run has no time for is reported with its old value and left to the next run."""
    with leaving(reports) as left:
        left.written_page()
        asked = left.canvas.requests
        hurried = left.recover(until=0.0)

        assert left.canvas.requests == asked
        assert "There was no time left. Run again" in hurried.failed[0].message
        assert hurried.failed[0].saved_as
        assert left.recover().restored == ["page reading-list: body"]
