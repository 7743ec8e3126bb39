"""Media objects: listed through the course's files, retitled by their owner alone (media_objects_controller.rb)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import COLLEAGUE, SANDBOX
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import File, MediaObject
from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, Holder, canvas, client

MEDIA = f"{COURSE}/media_objects"
TOUR = "/api/v1/media_objects/m-labtour"
LEAN = "exclude[]=sources"


def listed(of: Canvas, query: str = LEAN) -> list[dict[str, Any]]:
    """The media list's rows."""
    rows: list[dict[str, Any]] = client(of).get(f"{MEDIA}?{query}").json()
    return rows


def add_media(of: Canvas, number: int, title: str | None) -> None:
    """Another video in the course, a colleague's."""
    of.tables.files[number] = File(
        number, f"uuid{number}", SANDBOX, 4900, f"{number}.mp4", f"{number}.mp4", "video/mp4", b"x", now(), now(),
        media_entry_id=f"m-{number}",
    )  # fmt: skip
    of.tables.media_objects[number] = MediaObject(
        number, f"m-{number}", SANDBOX, number, COLLEAGUE, "video", title, None, now()
    )


class TestList:
    """GET /courses/:course_id/media_objects."""

    def test_a_row(self) -> None:
        """Media have a media ID; tracks are those of all users, each with an address outside the API."""
        row = listed(canvas())[0]

        assert (row["media_id"], row["title"], row["can_add_captions"]) == ("m-labtour", "Lab tour", True)
        assert "media_sources" not in row
        assert [(track["locale"], track["kind"]) for track in row["media_tracks"]] == [
            ("en", "captions"), ("fr", "subtitles"),
        ]  # fmt: skip
        assert row["media_tracks"][0]["url"] == "http://canvas.test/media_objects/m-labtour/media_tracks/6101"

    def test_links_point_to_another_scope(self) -> None:
        """The Link header points to media_attachments; the integration's token lacks the scope to follow it."""
        of = canvas()
        add_media(of, 8001, "B")
        links = client(of).get(f"{MEDIA}?{LEAN}&per_page=1").links
        followed = client(of).get(links["next"]["url"])

        assert links["next"]["url"].startswith(f"http://canvas.test{COURSE}/media_attachments?")
        assert followed.json() == INSUFFICIENT
        assert len(client(of, "admin").get(links["next"]["url"]).json()) == 1

    def test_old_links_point_to_the_same_list(self) -> None:
        """Old Canvas has no media_attachments, so its links can be followed."""
        of = canvas(version="old")
        add_media(of, 8001, "B")
        links = client(of).get(f"{MEDIA}?{LEAN}&per_page=1").links

        assert len(client(of).get(links["next"]["url"]).json()) == 1
        assert client(of, "admin").get(f"{COURSE}/media_attachments").status_code == 404

    def test_pages_by_number(self) -> None:
        """Counting pages works, and ends with an empty page."""
        of = canvas()
        add_media(of, 8001, "B")

        assert [len(listed(of, f"{LEAN}&per_page=1&page={page}")) for page in (1, 2, 3)] == [1, 1, 0]

    def test_sorted_by_title(self) -> None:
        """Sorted by displayed title, ignoring case; media without a title are called Untitled."""
        of = canvas()
        add_media(of, 8001, "atoms")
        add_media(of, 8002, None)

        assert [row["title"] for row in listed(of)] == ["atoms", "Lab tour", "Untitled"]
        assert [row["title"] for row in listed(of, f"{LEAN}&order=desc")] == ["Untitled", "Lab tour", "atoms"]
        assert listed(of, f"{LEAN}&sort=created_at")[0]["title"] == "Lab tour"

    def test_searched(self) -> None:
        """`search_term` searches titles."""
        of = canvas()
        add_media(of, 8001, "Atoms")

        assert [row["title"] for row in listed(of, f"{LEAN}&search_term=tour")] == ["Lab tour"]

    @pytest.mark.parametrize("allow_includes", [True, False])
    def test_exclude_is_no_include(self, allow_includes: bool) -> None:
        """`exclude[]` leaves out sources and tracks, even if the key allows no includes."""
        row = listed(canvas(allow_includes=allow_includes), f"{LEAN}&exclude[]=tracks")[0]

        assert not {"media_sources", "media_tracks"} & row.keys()

    def test_sources_without_media_services_crash(self) -> None:
        """Rows ask Kaltura for their sources: 500 if it is off, unless sources are excluded."""
        of = canvas()
        with_sources = listed(of, "")
        of.config = replace(of.config, kaltura=False)

        assert with_sources[0]["media_sources"][0]["fileExt"] == "mp4"
        assert client(of).get(MEDIA).status_code == 500
        assert len(listed(of)) == 1

    def test_no_media_no_crash(self) -> None:
        """An empty list does not ask Kaltura."""
        assert listed(canvas(kaltura=False), "") == []

    @pytest.mark.parametrize("course", ["9", f"uuid:{'1001':0>40}", "sis_course_id:C1001", "x"])
    def test_plain_course_numbers_only(self, course: str) -> None:
        """Other kinds of course ID, which most endpoints accept, are 404 here."""
        answer = client(canvas()).get(f"/api/v1/courses/{course}/media_objects")

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    def test_needs_the_right_to_read_contents(self) -> None:
        """The right is checked on the root folder."""
        answer = client(canvas(denied=frozenset({"read_contents"}))).get(MEDIA)

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)


class TestRetitle:
    """PUT /media_objects/:media_object_id."""

    def test_there_and_back(self) -> None:
        """The title changes immediately and can be restored; the answer has neither sources nor tracks."""
        of = canvas()
        before = of.tables.digest()
        changed = client(of).put(TOUR, data={"user_entered_title": "Another"})
        client(of).put(TOUR, json={"user_entered_title": "Lab tour"})

        assert changed.status_code == 200
        assert changed.json()["title"] == "Another"
        assert not {"media_sources", "media_tracks"} & changed.json().keys()
        assert of.tables.digest() == before

    def test_a_title_is_cut_at_255(self) -> None:
        """A longer title is cut."""
        body = client(canvas()).put(TOUR, data={"user_entered_title": "a" * 300}).json()

        assert len(body["title"]) == 255

    @pytest.mark.parametrize("sent", [{}, {"user_entered_title": ""}, {"user_entered_title": "  "}])
    def test_a_blank_title(self, sent: dict[str, str]) -> None:
        """A title is required."""
        answer = client(canvas()).put(TOUR, json=sent)

        assert answer.status_code == 400
        assert answer.json() == {"message": "The user_entered_title parameter must have a value"}

    @pytest.mark.parametrize("token", ["access", "admin"])
    def test_only_the_owner_may(self, token: Holder) -> None:
        """Not even an administrator may retitle other people's media; the right is checked before the title."""
        answer = client(canvas(owns_media=False), token).put(TOUR)

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)

    @pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 401)])
    def test_an_unknown_id_is_refused_like_a_missing_right(self, version: str, status: int) -> None:
        """There is no 404 for media."""
        answer = client(canvas(version=version)).put("/api/v1/media_objects/m-none")

        assert (answer.status_code, answer.json()) == (status, NOT_PERMITTED)
