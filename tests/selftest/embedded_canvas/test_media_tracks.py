"""Captions: whose are shown, and in what form (media_tracks_controller.rb, media_track.rb)."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.known import INTEGRATION_USER
from tests.selftest.embedded_canvas.captioning import KEEP, SRT, TRACKS, put_tracks
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, canvas, client

NOWHERE = "/api/v1/media_objects/m-none/media_tracks"


class TestList:
    """GET …/media_tracks."""

    def test_only_the_caller_s_own(self) -> None:
        """A colleague's French track is not among them, not even for an administrator."""
        assert [track["locale"] for track in client(canvas()).get(TRACKS).json()] == ["en"]
        assert client(canvas(), "admin").get(TRACKS).json() == []

    def test_ids_only_unless_asked(self) -> None:
        """Without includes a track has no text and no times; `media_object_id` is the database ID."""
        track = client(canvas()).get(TRACKS).json()[0]

        assert track == {"id": 6101, "locale": "en", "kind": "captions", "media_object_id": 6001,
                         "user_id": INTEGRATION_USER}  # fmt: skip

    def test_includes(self) -> None:
        """Each of four includes adds its field; WebVTT is converted from SubRip."""
        names = ("content", "webvtt_content", "created_at", "updated_at")
        track = client(canvas()).get(f"{TRACKS}?{'&'.join(f'include[]={name}' for name in names)}").json()[0]

        assert track["content"].startswith("1\n00:00:00,000 --> 00:00:02,000\n")
        assert track["webvtt_content"].startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.000\n")
        assert track["created_at"] == "2026-01-15T09:00:00Z"

    def test_includes_dropped_silently(self) -> None:
        """A key without Allow Include Parameters gets 200 and no text."""
        answer = client(canvas(allow_includes=False)).get(f"{TRACKS}?include[]=content")

        assert answer.status_code == 200
        assert "content" not in answer.json()[0]

    def test_open_to_any_user(self) -> None:
        """A student without any right may read the list, and gets their own tracks."""
        assert client(canvas(role="student", owns_media=False)).get(TRACKS).json() == []

    @pytest.mark.parametrize("verb", ["GET", "PUT"])
    def test_an_unknown_id_is_refused_like_a_missing_right(self, verb: str) -> None:
        """So it makes a probe that changes nothing."""
        answer = client(canvas()).request(verb, NOWHERE, content="[]", headers={"Content-Type": "application/json"})

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


class TestText:
    """GET /media_objects/:media_object_id/media_tracks/:id, which is not part of the API."""

    def test_is_webvtt_without_log_in(self) -> None:
        """The address in the media list serves WebVTT to anybody."""
        answer = client(canvas(), None).get("/media_objects/m-labtour/media_tracks/6102")

        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.000\n")

    def test_nothing_there(self) -> None:
        """An unknown track is 404."""
        assert client(canvas(), None).get("/media_objects/m-labtour/media_tracks/1").status_code == 404


class TestWebVtt:
    """Conversion to WebVTT."""

    def test_subrip_is_turned_into_webvtt(self) -> None:
        """Commas become points, single digits get a leading zero, and line ends are normalized."""
        track = put_tracks(canvas(), [*KEEP, {"locale": "de", "content": SRT}], "include[]=webvtt_content").json()[0]

        assert track["webvtt_content"] == "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nBonjour"

    def test_webvtt_is_stored_once(self) -> None:
        """Uploaded WebVTT has a null webvtt_content; its address still serves it."""
        of = canvas()
        text = "WEBVTT\n\n00:00.000 --> 00:01.000\nHallo\n"
        track = put_tracks(of, [*KEEP, {"locale": "de", "content": text}], "include[]=webvtt_content").json()[0]

        assert track["webvtt_content"] is None
        assert client(of, None).get(f"/media_objects/m-labtour/media_tracks/{track['id']}").text == text
