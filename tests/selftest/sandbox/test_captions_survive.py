"""Captions in other locales and of other users survive every run, though Canvas deletes what a PUT does not list."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.known import ADMINISTRATOR, COLLEAGUE, INTEGRATION_USER
from scopecheck.embedded_canvas.records import MediaTrack
from tests.selftest.endtoend.runs import run
from tests.selftest.sandbox.aging import make_old
from tests.selftest.sandbox.killing import kill_at, restore, to
from tests.selftest.sandbox.watching import Moment, Watched, watching

TRACKS = "PUT .*/m-labtour/media_tracks"
CAPTIONS = "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks"
SRT = "1\n00:00:00,000 --> 00:00:01,000\nSaluton!\n"


def add_tracks(canvas: Watched, *locales: str) -> None:
    """Add captions by three users in these locales to the two that the video has."""
    moment = datetime(2026, 2, 1, tzinfo=UTC)
    for number, locale in enumerate(locales):
        owner = (INTEGRATION_USER, COLLEAGUE, ADMINISTRATOR)[number % 3]
        track = MediaTrack(6200 + number, 6001, owner, locale, "subtitles", SRT, moment, moment)
        canvas.canvas.tables.media_tracks[track.id] = track


@pytest.mark.parametrize("locales", [("de", "es", "pt-BR"), ("eo", "ia", "vo")])
def test_after_a_run(reports: Path, locales: tuple[str, ...]) -> None:
    """All tracks are still there with their text, even if most of the locales that the suite would use are taken."""
    with watching() as canvas:
        add_tracks(canvas, *locales)
        before = canvas.content
        found = run(reports, "-n", "0", settings=to(canvas))

        assert canvas.content == before
    assert next(row["proof"] for row in found.document["scopes"] if row["scope"] == CAPTIONS) == "exercised"


def test_every_locale_is_taken(reports: Path) -> None:
    """If there is no locale left for our track, no track is touched and the scope is probed."""
    with watching() as canvas:
        add_tracks(canvas, "eo", "ia", "vo", "la")
        found = run(reports, "-n", "0", settings=to(canvas))

        assert "/api/v1/media_objects/m-labtour/media_tracks" not in {seen.path for seen in canvas.seen if seen.writes}
    row = next(row for row in found.document["scopes"] if row["scope"] == CAPTIONS)
    assert (row["verdict"], row["proof"]) == ("granted", "probed")
    assert "captions in every locale tried" in row["message"]


@pytest.mark.parametrize("moment", Moment, ids=lambda moment: moment.name)
@pytest.mark.parametrize("number", [1, 2])
def test_after_a_kill_and_a_colleagues_work(reports: Path, number: int, moment: Moment) -> None:
    """A track that a colleague adds between the kill and the restore survives too."""
    with watching() as canvas:
        kill_at(canvas.hold(TRACKS, number, moment), canvas, reports, "-n", "0", settings=to(canvas))
        ours = {track.locale for track in canvas.canvas.tables.media_tracks.values()} - {"en", "fr"}
        add_tracks(canvas, "de", "es")
        make_old(reports)
        assert restore(reports, to(canvas)).code == 0

        tracks = canvas.canvas.tables.media_tracks.values()
        assert {track.locale for track in tracks} == {"en", "fr", "de", "es"}
    # Our track exists from the end of the first request until the end of the second.
    assert bool(ours) == ((number, moment) in {(1, Moment.AFTER), (2, Moment.BEFORE)})
