"""Uploads as Canvas sees them: announced, confirmed, and completed (files_controller.rb, lib/api/v1/attachment.rb)."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.content import FILES
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client
from tests.selftest.embedded_canvas.uploading import CONTENT, announce, confirm, seen, store, upload

KINDS = ("local", "s3", "inst-fs")


class TestAnnounce:
    """Step 1, POST /courses/:course_id/files."""

    @pytest.mark.parametrize(
        ("storage", "url", "fields", "part"),
        [
            ("local", "http://canvas.test/files_api",
             {"Filename", "key", "acl", "Policy", "Signature", "content-type"}, "attachment[uploaded_data]"),
            ("s3", "http://storage.canvas.test/canvas-uploads",
             {"x-amz-credential", "x-amz-algorithm", "x-amz-date", "Filename", "key", "acl", "Policy",
              "x-amz-signature", "success_action_redirect", "content-type"}, "file"),
            ("inst-fs", "http://storage.canvas.test/files", {"filename", "content_type"}, "file"),
        ],
    )  # fmt: skip
    def test_the_ticket(self, storage: str, url: str, fields: set[str], part: str) -> None:
        """Each storage has its address, fields and name for the file's part."""
        ticket = announce(canvas(storage=storage)).json()

        assert ticket["upload_url"].partition("?")[0] == url
        assert ticket["upload_params"].keys() == fields
        assert ticket["file_param"] == part
        assert ("progress" in ticket) is (storage == "inst-fs")

    @pytest.mark.parametrize(("storage", "rows"), [("local", 1), ("s3", 1), ("inst-fs", 0)])
    def test_what_canvas_keeps_of_it(self, storage: str, rows: int) -> None:
        """Canvas creates a pending file immediately, but none for inst-fs; it is in no list and cannot be read."""
        of = canvas(storage=storage)
        announce(of)
        pending = [file for file in of.tables.files.values() if file.workflow_state == "pending"]

        assert len(pending) == rows
        assert "note.txt" not in client(of).get(FILES).text
        assert all(seen(of, file.id).json() == NOT_FOUND for file in pending)

    @pytest.mark.parametrize(
        ("data", "status", "message"),
        [
            ({"parent_folder_id": "1", "parent_folder_path": "a", "on_duplicate": "x"}, 400,
             "Can't set folder path and folder id"),
            ({"parent_folder_id": "1", "folder": "a"}, 400, "Can't set folder path and folder id"),
            ({"on_duplicate": "bogus", "size": "999999999999"}, 400, "invalid on_duplicate option"),
            ({"size": "999999999999", "parent_folder_id": "0"}, 400, "file size exceeds quota"),
            ({"parent_folder_id": "0"}, 404, "The specified resource does not exist."),
        ],
    )  # fmt: skip
    def test_refusals_in_order(self, data: dict[str, str], status: int, message: str) -> None:
        """The checks are folder twice, duplicates, quota, folder; each is a message and leaves nothing behind."""
        of = canvas()
        answer = announce(of, **data)

        assert (answer.status_code, answer.json()) == (status, {"message": message})
        assert not of.tables.tickets

    def test_without_the_right(self) -> None:
        """The right is checked before everything else, except for the course."""
        of = canvas(denied=frozenset({"manage_files_add"}))
        answer = announce(of, on_duplicate="bogus")
        nowhere = client(of).post("/api/v1/courses/0/files")

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)
        assert nowhere.json() == NOT_FOUND

    def test_a_missing_folder_is_made_before_the_right_to_it_is_tested(self) -> None:
        """A refusal leaves the new folder behind."""
        of = canvas(denied=frozenset({"manage_contents"}))
        answer = announce(of, parent_folder_path="probe/deep")

        assert answer.json() == NOT_PERMITTED
        assert "course files/probe/deep" in {folder.full_name for folder in of.tables.folders.values()}

    def test_no_size_no_quota(self) -> None:
        """The quota is checked only if the request has a size."""
        answer = client(canvas(storage_quota_mb=0)).post(FILES, data={"name": "note.txt"})

        assert answer.status_code == 200

    def test_the_content_type_is_guessed_from_the_name(self) -> None:
        """If it cannot be guessed there is no content-type field."""
        of = canvas()

        assert announce(of, name="a.png").json()["upload_params"]["content-type"] == "image/png"
        assert "content-type" not in announce(of, name="a").json()["upload_params"]


class TestWhole:
    """All steps, whatever the storage."""

    @pytest.mark.parametrize("storage", KINDS)
    def test_the_file_is_there(self, storage: str) -> None:
        """Afterwards the file can be read with its content, in the folder "unfiled"."""
        of = canvas(storage=storage)
        made = upload(of)
        read = seen(of, made["id"]).json()

        assert (read["display_name"], read["size"], read["content-type"]) == ("note.txt", len(CONTENT), "text/plain")
        assert of.tables.folders[read["folder_id"]].full_name == "course files/unfiled"
        assert client(of, None).get(read["url"]).content == CONTENT
        assert made["preview_url"].startswith("http://canvas.test/courses/1001/files/")

    @pytest.mark.parametrize("storage", KINDS)
    def test_another_preview_on_request(self, storage: str) -> None:
        """`success_include[]` is not an include, so it is never stripped; here it asks for the viewers' preview."""
        made = upload(canvas(storage=storage, allow_includes=False), CONTENT, **{"success_include[]": "preview_url"})

        assert made["preview_url"] is None

    @pytest.mark.parametrize("storage", KINDS)
    def test_overwriting_is_the_default(self, storage: str) -> None:
        """The file with the same name is deleted; the new one has a new ID and inherits lock and hiding."""
        of = canvas(storage=storage)
        old = upload(of)
        of.tables.files[old["id"]].locked = of.tables.files[old["id"]].hidden = True
        new = upload(of, b"Other words.\n")

        assert new["id"] != old["id"]
        assert seen(of, old["id"]).json() == NOT_FOUND
        assert (seen(of, new["id"]).json()["locked"], seen(of, new["id"]).json()["hidden"]) == (True, True)

    def test_an_overwritten_file_can_be_followed(self) -> None:
        """`replacement_chain_context_*` leads from the old ID to the newest file, across several replacements."""
        of = canvas()
        ids = [upload(of)["id"] for _ in range(3)]
        query = "replacement_chain_context_type=course&replacement_chain_context_id=1001"

        assert client(of).get(f"{FILES}/{ids[0]}?{query}").json()["id"] == ids[2]

    @pytest.mark.parametrize("storage", KINDS)
    def test_renaming_on_request(self, storage: str) -> None:
        """With `on_duplicate=rename` both files stay, the new one numbered."""
        of = canvas(storage=storage)
        old = upload(of)
        made = [upload(of, on_duplicate="rename")["display_name"] for _ in range(2)]

        assert made == ["note-1.txt", "note-2.txt"]
        assert seen(of, old["id"]).status_code == 200

    @pytest.mark.parametrize("storage", KINDS)
    def test_a_blueprint_locked_namesake_is_not_overwritten(self, storage: str) -> None:
        """The upload is renamed instead; the blueprint does not lock it, so it can be deleted again."""
        of = canvas(storage=storage, blueprint_locked=True)
        made = upload(of, name="syllabus.txt", parent_folder_id="4900")

        assert made["display_name"] == "syllabus-1.txt"
        assert client(of).delete(f"/api/v1/files/{made['id']}").status_code == 200

    @pytest.mark.parametrize("storage", KINDS)
    def test_into_a_folder_by_path(self, storage: str) -> None:
        """A folder path is relative to the root folder, and may start with its name."""
        of = canvas(storage=storage)
        made = [upload(of, parent_folder_path=path)["folder_id"] for path in ("probe", "course files/probe/")]

        assert {of.tables.folders[folder].full_name for folder in made} == {"course files/probe"}

    def test_a_video_becomes_a_media_object(self) -> None:
        """First its entry is `maybe`; then media services create an entry, and its uploader owns the media."""
        of = canvas()
        made = upload(of, name="clip.mp4")
        entry = seen(of, made["id"]).json()["media_entry_id"]
        listed = client(of).get(f"{COURSE}/media_objects?exclude[]=sources").json()

        assert made["media_entry_id"] == "maybe"
        assert entry in {row["media_id"] for row in listed}
        assert client(of).put(f"/api/v1/media_objects/{entry}", json={"user_entered_title": "Mine"}).status_code == 200

    def test_without_media_services_a_video_stays_a_file(self) -> None:
        """Its entry stays `maybe`, and the course lists no media."""
        of = canvas(kaltura=False)
        made = upload(of, name="clip.mp4")

        assert seen(of, made["id"]).json()["media_entry_id"] == "maybe"
        assert client(of).get(f"{COURSE}/media_objects").json() == []


class TestConfirm:
    """Step 3, GET or POST /files/:id/create_success."""

    @pytest.mark.parametrize("storage", ["local", "s3"])
    def test_the_scoped_token_is_refused(self, storage: str) -> None:
        """A scoped token would need a scope that no integration has; without a token it passes."""
        of = canvas(storage=storage)
        stored = store(of, announce(of).json())
        refused = client(of).get(stored.headers["location"])

        assert (refused.status_code, refused.json()) == (
            401, INSUFFICIENT,
        )  # fmt: skip
        assert confirm(of, stored).json()["upload_status"] == "success"

    def test_routed_for_post_too(self) -> None:
        """POST works the same way."""
        of = canvas()
        stored = store(of, announce(of).json())

        assert client(of, None).post(stored.headers["location"]).status_code == 200

    def test_once_only(self) -> None:
        """For a file that is no longer pending it is an empty 400."""
        of = canvas()
        stored = store(of, announce(of).json())
        first, second = confirm(of, stored), confirm(of, stored)

        assert first.status_code == 200
        assert (second.status_code, second.content) == (400, b"")

    def test_the_uuid_is_the_secret(self) -> None:
        """A wrong UUID is an empty 400, and the file stays invisible."""
        of = canvas()
        location = store(of, announce(of).json()).headers["location"]
        answer = client(of, None).get(location.partition("?")[0] + "?uuid=guess")

        assert (answer.status_code, answer.content) == (400, b"")
        assert "note.txt" not in client(of).get(FILES).text

    def test_not_before_the_file_has_arrived(self) -> None:
        """Step 3 without step 2 is an empty 400."""
        of = canvas(storage="s3")
        ticket = announce(of).json()

        assert client(of, None).get(ticket["upload_params"]["success_action_redirect"]).status_code == 400

    def test_over_quota_now(self) -> None:
        """The quota is checked again, with different wording."""
        of = canvas(storage_quota_mb=0)
        ticket = client(of).post(FILES, data={"name": "note.txt"}).json()
        answer = confirm(of, store(of, ticket))

        assert (answer.status_code, answer.json()) == (400, {"message": "file size exceeds quota limits"})

    def test_the_change_is_in_the_log_of_writes(self) -> None:
        """It is a GET, but it makes the file visible, and the log of writes records it."""
        of = canvas()
        upload(of)

        assert [write.verb for write in of.tables.writes if write.changed] == ["GET"]
