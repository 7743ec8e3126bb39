"""A course's files and media through canvasapi: uploaded to every kind of storage, changed, downloaded, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from canvasapi.canvas_object import CanvasObject
from canvasapi.exceptions import BadRequest, Conflict, ResourceDoesNotExist, Unauthorized
from canvasapi.paginated_list import PaginatedList

from tests.selftest.embedded_canvas.other_client import Visit, visiting

CONTENT = b"Week 2: cells\n"
STORAGES = ("local", "s3", "inst-fs")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "week 2.txt"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(params=STORAGES)
def anywhere(request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Ally's token against a Canvas with each kind of storage in turn."""
    with visiting(storage=request.param) as visit:
        yield visit


def media(visit: Visit) -> Any:
    """The course's media objects. canvasapi has no method for them, but its lists work with any path."""
    requester = visit.course._requester
    return PaginatedList(CanvasObject, requester, "GET", "courses/1001/media_objects", **{"exclude[]": "sources"})


class TestUploads:
    """Course.upload: the three steps as a third party implements them."""

    def test_a_file_arrives(self, anywhere: Visit, file: Path) -> None:
        """canvasapi reports success, and the course lists the file under its name."""
        done, body = anywhere.course.upload(file)

        assert done is True
        assert body["display_name"] == "week 2.txt"
        assert body["id"] in [each.id for each in anywhere.course.get_files()]

    def test_its_content_arrives(self, anywhere: Visit, file: Path) -> None:
        """The downloaded content equals the uploaded one."""
        _, body = anywhere.course.upload(file)

        assert anywhere.course.get_file(body["id"]).get_contents(binary=True) == CONTENT

    def test_the_storage_sees_no_token(self, anywhere: Visit, file: Path) -> None:
        """Steps 2 and 3 go without it; with it the confirmation would need a scope that the key lacks."""
        anywhere.course.upload(file)

        assert anywhere.tables.leaks == []

    def test_a_namesake_is_overwritten(self, anywhere: Visit, file: Path) -> None:
        """By default the second upload replaces the first one, under a new ID."""
        ids = [anywhere.course.upload(file)[1]["id"] for _ in range(2)]

        assert ids[0] != ids[1]
        assert [each.id for each in anywhere.course.get_files(search_term="week")] == [ids[1]]

    def test_a_namesake_can_be_kept(self, anywhere: Visit, file: Path) -> None:
        """`on_duplicate=rename` numbers the second."""
        names = [anywhere.course.upload(file, on_duplicate="rename")[1]["display_name"] for _ in range(2)]

        assert names == ["week 2.txt", "week 2-1.txt"]

    def test_it_can_be_deleted(self, anywhere: Visit, file: Path) -> None:
        """Deleting the upload leaves the course unchanged."""
        before = anywhere.tables.digest()
        _, body = anywhere.course.upload(file)
        anywhere.course.get_file(body["id"]).delete()

        assert anywhere.tables.digest() == before

    def test_over_quota(self, file: Path) -> None:
        """It is refused in step 1, since canvasapi sends the size."""
        with visiting(storage_quota_mb=0) as visit, pytest.raises(BadRequest, match="file size exceeds quota"):
            visit.course.upload(file)


class TestFiles:
    """Existing files."""

    def test_they_are_listed(self, ally: Visit) -> None:
        """They are sorted by name."""
        assert [str(each) for each in ally.course.get_files()] == ["diagram.png", "lab-tour.mp4", "syllabus.txt"]

    def test_they_are_listed_by_type(self, ally: Visit) -> None:
        """`content_types` takes full types and the part before the slash."""
        found = ally.course.get_files(content_types=["image", "text/plain"])

        assert [each.id for each in found] == [5001, 5002]

    def test_one_is_renamed(self, ally: Visit) -> None:
        """Its display name changes; its file name and ID stay."""
        renamed = ally.course.get_file(5002).update(name="plan.txt")

        assert (renamed.id, renamed.display_name, renamed.filename) == (5002, "plan.txt", "syllabus.txt")

    def test_the_name_is_put_back(self, ally: Visit) -> None:
        """Afterwards nothing has changed."""
        before = ally.tables.digest()
        found = ally.course.get_file(5002)
        found.update(name="plan.txt")
        changed = ally.tables.digest()
        found.update(name=found.display_name)

        assert changed != before
        assert ally.tables.digest() == before

    def test_a_name_that_is_taken(self, ally: Visit) -> None:
        """It is a 409, canvasapi's Conflict."""
        with pytest.raises(Conflict, match="file already exists"):
            ally.course.get_file(5002).update(name="diagram.png")

    def test_a_deleted_one_is_gone(self, ally: Visit) -> None:
        """It is no longer found, in its course or without it."""
        ally.course.get_file(5002).delete()

        with pytest.raises(ResourceDoesNotExist):
            ally.course.get_file(5002)

    def test_the_quota_is_read_by_a_scope_for_files(self, ally: Visit) -> None:
        """To the scope, `…/files/quota` looks like a file's ID."""
        assert ally.course.get_file_quota()["quota"] == 500 * 1024 * 1024

    def test_a_file_without_its_course_is_another_scope(self, ally: Visit) -> None:
        """`GET /files/:id` is not among the integration's scopes."""
        with pytest.raises(Unauthorized, match="Insufficient scopes"):
            ally.canvas.get_file(5002)


class TestMedia:
    """Media objects and their captions, through canvasapi's lists and requests."""

    def test_they_are_listed(self, ally: Visit) -> None:
        """The list has the captions of all users."""
        (found,) = media(ally)

        assert (found.media_id, found.title) == ("m-labtour", "Lab tour")
        assert [track["locale"] for track in found.media_tracks] == ["en", "fr"]

    def test_the_next_page_is_another_scope(self, ally: Visit) -> None:
        """The links lead to `media_attachments`, so a client that follows them is refused on the second page."""
        first = ally.tables.media_objects[6001]
        for number in range(60_001, 60_101):
            ally.tables.media_objects[number] = replace(first, id=number)

        with pytest.raises(Unauthorized, match="Insufficient scopes"):
            list(media(ally))

    def test_one_is_given_another_title(self, ally: Visit) -> None:
        """The list has the new title, and after the old one is written back nothing has changed."""
        before, requester = ally.tables.digest(), ally.course._requester
        requester.request("PUT", "media_objects/m-labtour", user_entered_title="The lab")
        titles = [each.title for each in media(ally)]
        requester.request("PUT", "media_objects/m-labtour", user_entered_title="Lab tour")

        assert titles == ["The lab"]
        assert ally.tables.digest() == before

    def test_captions_are_read(self, ally: Visit) -> None:
        """Only the caller's own are listed, with their text if included."""
        (track,) = PaginatedList(
            CanvasObject, ally.course._requester, "GET", "media_objects/m-labtour/media_tracks",
            **{"include[]": "content"},
        )  # fmt: skip

        assert (track.locale, track.content.splitlines()[-1]) == ("en", "Welcome to the lab.")
