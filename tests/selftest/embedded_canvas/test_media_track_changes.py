"""How a PUT replaces all captions (media_tracks_controller.rb, media_track.rb)."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.known import COLLEAGUE
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import MediaTrack
from tests.selftest.embedded_canvas.captioning import KEEP, SRT, TRACKS, held, put_tracks
from tests.selftest.embedded_canvas.driver import canvas, client


class TestReplace:
    """PUT …/media_tracks: the body is the complete list."""

    def test_locales_not_listed_are_deleted(self) -> None:
        """The tracks of all users are deleted, not only the caller's."""
        of = canvas()
        put_tracks(of, [{"locale": "de", "content": SRT}])

        assert held(of) == {"de": SRT}

    def test_listed_without_content_they_stay(self) -> None:
        """A track that is only listed is not touched, whoever owns it."""
        of = canvas()
        before = held(of)
        put_tracks(of, [*KEEP, {"locale": "de", "content": SRT}])

        assert held(of) == {**before, "de": SRT}

    def test_the_answer_is_the_caller_s_tracks(self) -> None:
        """The answer has the list's shape and includes."""
        answer = put_tracks(canvas(), [*KEEP, {"locale": "de", "content": SRT}], "include[]=content")

        assert answer.status_code == 200
        assert [(track["locale"], track["kind"]) for track in answer.json()] == [
            ("de", "subtitles"),
            ("en", "captions"),
        ]
        assert answer.json()[0]["content"] == SRT

    def test_own_text_is_changed_in_place(self) -> None:
        """The caller's own track keeps its ID and kind."""
        of = canvas()
        put_tracks(of, [{"locale": "en", "content": "1\n00:00:00,000 --> 00:00:01,000\nAnew\n"}, {"locale": "fr"}])
        track = of.tables.media_tracks[6101]

        assert (track.content[-5:], track.kind) == ("Anew\n", "captions")

    @pytest.mark.parametrize("body", ["[]", "null"])
    def test_nothing_listed_deletes_everything(self, body: str) -> None:
        """An empty array and null do the same."""
        of = canvas()
        answer = client(of).put(TRACKS, content=body, headers={"Content-Type": "application/json"})

        assert (answer.status_code, answer.json()) == (200, [])
        assert held(of) == {}

    @pytest.mark.parametrize("body", ["", "[", "x", "{}", '{"locale":"en"}', "[1]", '"en"', "3"])
    @pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
    def test_anything_but_an_array_crashes(self, body: str, kind: str) -> None:
        """It is a 500, whatever the content type, and nothing is deleted."""
        of = canvas()
        answer = client(of).put(TRACKS, content=body, headers={"Content-Type": kind})

        assert answer.status_code == 500
        assert not of.tables.writes[0].changed

    def test_the_content_type_does_not_matter(self) -> None:
        """Canvas reads the raw body."""
        of = canvas()
        answer = client(of).put(TRACKS, content="[]", headers={"Content-Type": "text/plain"})

        assert answer.status_code == 200
        assert held(of) == {}


class TestRights:
    """Captions need the right to change the media's file."""

    def test_without_it_nothing_is_done_and_nothing_said(self) -> None:
        """It is an empty 204, even for a request body that would crash."""
        of = canvas(denied=frozenset({"manage_files_edit"}))
        answers = [put_tracks(of, KEEP), put_tracks(of, {"x": 1})]

        assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
        assert not any(write.changed for write in of.tables.writes)

    def test_without_a_file_the_owner_may(self) -> None:
        """If its file is gone, media can be captioned by its owner and by those who may edit the course's content."""
        student = canvas(role="student")
        student.tables.media_objects[6001].file_id = None
        stranger = canvas(role="student", owns_media=False)
        stranger.tables.media_objects[6001].file_id = None

        assert put_tracks(student, KEEP).status_code == 200
        assert put_tracks(stranger, KEEP).status_code == 204


class TestValidation:
    """It is a 422, after the deletions have happened."""

    @pytest.mark.parametrize(
        ("track", "field", "code"),
        [
            ({"locale": "es-419", "content": SRT}, "locale", "invalid"),
            ({"content": SRT}, "locale", "invalid"),
            ({"locale": "de", "kind": "lyrics", "content": SRT}, "kind", "inclusion"),
            ({"locale": "de", "content": "<tt xml:lang='de'>"}, "content", "invalid"),
            ({"locale": "fr", "content": SRT}, "locale", "taken"),
        ],
        ids=["digits", "no-locale", "kind", "ttml", "a-colleague's"],
    )
    def test_refusals(self, track: dict[str, str], field: str, code: str) -> None:
        """Locales are letters and hyphens, with one track each; there are five kinds; TTML is refused."""
        of = canvas()
        answer = put_tracks(of, [*KEEP, track])

        assert answer.status_code == 422
        assert [(error["field"], error["error_code"]) for error in answer.json()["errors"]] == [(field, code)]
        assert not of.tables.writes[0].changed

    def test_deletions_are_not_taken_back(self) -> None:
        """A bad track does not undo the deletions, nor the good tracks before it."""
        of = canvas()
        answer = put_tracks(of, [{"locale": "de", "content": SRT}, {"locale": "es-419", "content": SRT}])

        assert answer.status_code == 422
        assert held(of) == {"de": SRT}

    @pytest.mark.parametrize("kind", ["subtitles", "captions", "descriptions", "chapters", "metadata"])
    def test_kinds(self, kind: str) -> None:
        """Each of the five kinds is stored."""
        of = canvas()
        answer = put_tracks(of, [*KEEP, {"locale": "de", "kind": kind, "content": SRT}])

        assert answer.json()[0]["kind"] == kind

    def test_without_a_file_a_locale_may_be_there_twice(self) -> None:
        """The limit of one track per locale applies only with a file."""
        of = canvas()
        of.tables.media_objects[6001].file_id = None
        of.tables.media_tracks[6103] = MediaTrack(6103, 6001, COLLEAGUE, "de", "captions", SRT, now(), now())

        assert put_tracks(of, [*KEEP, {"locale": "de", "content": SRT}]).status_code == 200


class TestBlueprint:
    """Captions of media locked by a blueprint."""

    def test_deleting_crashes(self) -> None:
        """It is a 500, and everything is still there."""
        of = canvas(blueprint_locked=True)

        assert put_tracks(of, []).status_code == 500
        assert set(held(of)) == {"en", "fr"}

    def test_changing_is_refused(self) -> None:
        """It is a 422 about the lock; only listing tracks passes."""
        of = canvas(blueprint_locked=True)
        answer = put_tracks(of, [{"locale": "en", "content": SRT}, {"locale": "fr"}])

        assert answer.status_code == 422
        assert "locked by Master Course" in answer.json()["errors"][0]["message"]
        assert put_tracks(of, KEEP).status_code == 200
