"""Undoing changes on another day: what somebody has done since is never overwritten."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from embedded_canvas.known import COLLEAGUE
from embedded_canvas.records import MediaTrack
from scopecheck.sandbox.undo.field import Field
from tests.selftest.sandbox.leaving import OLD, TAG, WRITTEN, leaving

READ_PAGE = "url:GET|/api/v1/courses/:course_id/pages/:url_or_id"
MEDIA = "/api/v1/media_objects/m-labtour"
TITLE = Field(MEDIA, "", "user_entered_title", "title", MEDIA, [], html=False, answers=True,
              course_id="1001", media_id="m-labtour")  # fmt: skip
CAPTION = {"course_id": "1001", "media_id": "m-labtour", "locale": "eo", "path": f"{MEDIA}/media_tracks"}


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
        assert (second.restored, second.failed, left.open) == ([], [], [])
        assert not saved.exists()
        assert left.body == "<p>By a colleague.</p>"


def test_a_deleted_page_needs_no_undo(reports: Path) -> None:
    """There is nothing to restore on a deleted page, and no PUT is sent, since it would create the page again."""
    with leaving(reports) as left:
        left.written_page()
        left.canvas.tables.pages[3002].workflow_state = "deleted"
        pages = len(left.canvas.tables.pages)

        assert left.recover().failed == []
        assert left.open == []
        assert len(left.canvas.tables.pages) == pages


def test_what_cannot_be_read_is_not_overwritten(reports: Path) -> None:
    """A text that the token may not read is left alone and stays open; the run that wrote it trusts its journal."""
    with leaving(reports, missing_on_token=frozenset({READ_PAGE})) as left:
        left.written_page()
        later = left.recover()

        assert left.body == WRITTEN
        assert "cannot be read, so it was not overwritten" in later.failed[0].message
        assert left.recover(own=TAG).restored == ["page reading-list: body"]
        assert left.body == OLD


@pytest.mark.parametrize(("shown", "final"), [(f"{TAG} Lab tour", "Lab tour"), ("The lab", "The lab")])
def test_a_title(reports: Path, shown: str, final: str) -> None:
    """A video's title is restored if it is still ours, although only the course's list shows it."""
    with leaving(reports) as left:
        media = left.canvas.tables.media_objects[6001]
        left.change("field", "video: name", {"field": asdict(TITLE), "old": "Lab tour", "written": f"{TAG} Lab tour"})
        left.client.send(TITLE.put(shown))

        assert left.recover().failed == []
        assert media.title == final
        assert left.open == []


@pytest.mark.parametrize("owner", [101, COLLEAGUE])
def test_a_caption(reports: Path, owner: int) -> None:
    """The track in our locale is removed if it is ours; one that a colleague has added since stays."""
    with leaving(reports) as left:
        before = left.canvas.tables.digest()
        left.change("caption", "caption eo", CAPTION)
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

        assert (early.restored, early.failed, early.waiting) == ([], [], ["page reading-list: body"])
        left.canvas.tables.pages[3002].body = WRITTEN
        assert left.recover().restored == ["page reading-list: body"]
        left.written_page(OLD, at=(now - timedelta(minutes=3)).isoformat())
        assert left.recover().waiting == []
        assert left.open == []


def test_without_time_nothing_is_started(reports: Path) -> None:
    """What an interrupted run has no time for is reported with its old value and left to the next run."""
    with leaving(reports) as left:
        left.written_page()
        asked = left.canvas.requests
        hurried = left.recover(own=TAG, until=0.0)

        assert left.canvas.requests == asked
        assert "There was no time left. Run again" in hurried.failed[0].message
        assert hurried.failed[0].saved_as
        assert left.recover().restored == ["page reading-list: body"]
