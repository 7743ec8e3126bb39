"""Files as Canvas lists and shows them (files_controller.rb, lib/api/v1/attachment.rb)."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.content import DIAGRAM, FILES, SYLLABUS, VIDEO, file_names
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client


class TestList:
    """GET /courses/:course_id/files."""

    def test_rows_carry_the_file_s_own_address_and_facts(self) -> None:
        """A row has a hyphenated content type, the size in bytes, and a download address with a verifier."""
        row = client(canvas()).get(f"{FILES}?search_term=syllabus").json()[0]

        assert row["content-type"] == "text/plain"
        assert row["size"] == len(b"Week 1: introduction\n")
        assert row["url"] == "http://canvas.test/files/5002/download?download_frd=1&verifier=uuid5002"
        assert (row["upload_status"], row["mime_class"], row["media_entry_id"]) == ("success", "text", None)
        assert "canvadoc_session_url" not in row

    def test_sorted_by_name_unless_said(self) -> None:
        """The default order is by name; `sort` and `order` change it."""
        of = canvas()

        assert file_names(of) == ["diagram.png", "lab-tour.mp4", "syllabus.txt"]
        assert file_names(of, "order=desc") == ["syllabus.txt", "lab-tour.mp4", "diagram.png"]
        assert file_names(of, "sort=size&order=desc")[0] == "syllabus.txt"

    @pytest.mark.parametrize(
        ("query", "left"),
        [
            ("content_types[]=image", ["diagram.png"]),
            ("content_types[]=image/png&content_types[]=text", ["diagram.png", "syllabus.txt"]),
            ("exclude_content_types[]=image", ["lab-tour.mp4", "syllabus.txt"]),
            ("search_term=TOUR", ["lab-tour.mp4"]),
        ],
    )
    def test_filters(self, query: str, left: list[str]) -> None:
        """Content types are full types or the part before the slash; the search in names ignores case."""
        assert file_names(canvas(), query) == left

    def test_names_only(self) -> None:
        """`only[]=names` returns short objects."""
        row = client(canvas()).get(f"{FILES}?only[]=names").json()[0]

        assert set(row) == {"id", "uuid", "folder_id", "display_name", "filename", "upload_status",
                            "is_master_course_child_content", "restricted_by_master_course"}  # fmt: skip

    def test_includes(self) -> None:
        """`user` and `usage_rights` come only on request."""
        plain, more = (client(canvas()).get(f"{FILES}?{query}").json()[0] for query in ("", "include[]=user"))

        assert "user" not in plain
        assert more["user"]["display_name"] == "Casey Colleague"

    def test_includes_are_dropped_silently(self) -> None:
        """A key without Allow Include Parameters gets 200 and no user."""
        answer = client(canvas(allow_includes=False)).get(f"{FILES}?include[]=user")

        assert answer.status_code == 200
        assert "user" not in answer.json()[0]

    def test_paged(self) -> None:
        """Pages are linked, including the last one."""
        answer = client(canvas()).get(f"{FILES}?per_page=2")

        assert len(answer.json()) == 2
        assert {"next", "last"} <= answer.links.keys()

    def test_hidden_files_are_hidden_for_those_who_see_them(self) -> None:
        """In lists `hidden_for_user` is true for a teacher on a hidden file; the single read says false."""
        of = canvas(role="teacher")
        of.tables.files[DIAGRAM].hidden = True
        asked = client(of)

        assert asked.get(FILES).json()[0]["hidden_for_user"] is True
        assert asked.get(f"{FILES}/{DIAGRAM}").json()["hidden_for_user"] is False

    def test_students_see_neither_hidden_nor_locked_files(self) -> None:
        """A student's list has neither."""
        of = canvas(role="student", course_state="available")
        of.tables.files[DIAGRAM].hidden = of.tables.files[VIDEO].locked = True

        assert file_names(of) == ["syllabus.txt"]

    def test_needs_the_right_to_read_contents(self) -> None:
        """The right is checked on the root folder; the course's Files tab does not matter."""
        answer = client(canvas(denied=frozenset({"read_contents"}))).get(FILES)

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)

    def test_no_course(self) -> None:
        """An unknown course is 404."""
        answer = client(canvas()).get("/api/v1/courses/0/files")

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)


class TestShow:
    """GET /courses/:course_id/files/:id and similar routes."""

    def test_one_file(self) -> None:
        """The single read adds the document viewers' addresses."""
        body = client(canvas()).get(f"{FILES}/{DIAGRAM}").json()

        assert body["id"] == DIAGRAM
        assert body["canvadoc_session_url"] is None

    @pytest.mark.parametrize("wanted", ["0", "x", "5001x", "999"])
    def test_what_is_not_there(self, wanted: str) -> None:
        """Malformed and unknown IDs get the same answer."""
        answer = client(canvas()).get(f"{FILES}/{wanted}")

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    def test_a_file_of_another_course(self) -> None:
        """The file must belong to this course."""
        assert client(canvas()).get(f"/api/v1/courses/1002/files/{DIAGRAM}").json() == NOT_FOUND

    def test_locked_for_a_student(self) -> None:
        """A student sees a locked file without its address."""
        of = canvas(role="student", course_state="available")
        of.tables.files[DIAGRAM].locked = True
        body = client(of).get(f"{FILES}/{DIAGRAM}").json()

        assert (body["locked_for_user"], body["url"], body["thumbnail_url"]) == (True, "", "")

    def test_the_scope_also_opens_the_quota(self) -> None:
        """The scope `…/files/:id` also matches `…/files/quota`."""
        body = client(canvas()).get(f"{FILES}/quota").json()

        assert body == {"quota": 500 * 1024 * 1024, "quota_used": 3 * 512}

    def test_the_read_without_a_course_has_its_own_scope(self) -> None:
        """`GET /files/:id` is refused to the integration, which lacks that scope, and open to an unscoped token."""
        of = canvas()
        refused, shown = (each.get(f"/api/v1/files/{DIAGRAM}") for each in (client(of), client(of, "admin")))

        assert refused.json() == INSUFFICIENT
        assert shown.json()["id"] == DIAGRAM

    def test_the_address_leads_to_the_content(self) -> None:
        """A file's address with its verifier needs no token; another verifier does not work."""
        of = canvas()
        url = client(of).get(f"{FILES}/{SYLLABUS}").json()["url"]

        assert client(of, None).get(url).content == b"Week 1: introduction\n"
        assert client(of, None).get(url.replace("uuid", "guess")).status_code == 404
