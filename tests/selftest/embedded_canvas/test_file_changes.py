"""How Canvas changes and deletes files (files_controller.rb, app/models/attachment.rb)."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.records import Folder
from tests.selftest.embedded_canvas.content import DIAGRAM, FILES, SYLLABUS, VIDEO, file_names
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client


class TestUpdate:
    """PUT /files/:id."""

    def test_rename_and_back(self) -> None:
        """The display name changes; ID, file name and everything else stay."""
        of = canvas()
        before = of.tables.digest()
        renamed = client(of).put(f"/api/v1/files/{DIAGRAM}", data={"name": "other.png"})
        changed = of.tables.digest()
        client(of).put(f"/api/v1/files/{DIAGRAM}", json={"name": "diagram.png"})

        assert renamed.status_code == 200
        assert (renamed.json()["display_name"], renamed.json()["filename"]) == ("other.png", "diagram.png")
        assert changed != before
        assert of.tables.digest() == before

    def test_nothing_named_nothing_changed(self) -> None:
        """An empty PUT answers 200 and changes nothing."""
        of = canvas()
        answer = client(of).put(f"/api/v1/files/{DIAGRAM}")

        assert answer.status_code == 200
        assert not of.tables.writes[0].changed

    def test_a_name_is_cut_at_255(self) -> None:
        """A longer name is silently cut."""
        body = client(canvas()).put(f"/api/v1/files/{DIAGRAM}", data={"name": "a" * 300}).json()

        assert len(body["display_name"]) == 255

    def test_an_empty_name_is_the_file_name(self) -> None:
        """An empty name falls back to the uploaded file's name."""
        of = canvas()
        asked = client(of)
        asked.put(f"/api/v1/files/{DIAGRAM}", data={"name": "other.png"})

        assert asked.put(f"/api/v1/files/{DIAGRAM}", data={"name": ""}).json()["display_name"] == "diagram.png"

    def test_a_null_name_crashes(self) -> None:
        """JSON `name: null` is a 500."""
        assert client(canvas()).put(f"/api/v1/files/{DIAGRAM}", json={"name": None}).status_code == 500

    def test_a_name_that_is_taken(self) -> None:
        """A clash in the folder is a 409 with a message, and nothing changes."""
        of = canvas()
        answer = client(of).put(f"/api/v1/files/{DIAGRAM}", data={"name": "syllabus.txt", "locked": "true"})

        assert answer.status_code == 409
        assert answer.json() == {"message": "file already exists; use on_duplicate='overwrite' or 'rename'"}
        assert not of.tables.writes[0].changed

    def test_a_clash_settled_by_renaming(self) -> None:
        """`on_duplicate=rename` finds a free name."""
        data = {"name": "syllabus.txt", "on_duplicate": "rename"}
        body = client(canvas(blueprint=False)).put(f"/api/v1/files/{DIAGRAM}", data=data).json()

        assert body["display_name"] == "syllabus-1.txt"

    def test_a_clash_settled_by_overwriting(self) -> None:
        """`on_duplicate=overwrite` deletes the other file."""
        of = canvas()
        client(of).put(f"/api/v1/files/{DIAGRAM}", data={"name": "syllabus.txt", "on_duplicate": "overwrite"})

        assert file_names(of) == ["lab-tour.mp4", "syllabus.txt"]
        assert of.tables.files[SYLLABUS].workflow_state == "deleted"

    def test_moved_to_another_folder(self) -> None:
        """The new folder must be in the same course."""
        of = canvas()
        of.tables.folders[4999] = Folder(4999, 1002, "course files")
        asked = client(of)
        moved = asked.put(f"/api/v1/files/{DIAGRAM}", data={"parent_folder_id": "4901"})
        refused = asked.put(f"/api/v1/files/{DIAGRAM}", data={"parent_folder_id": "4999"})

        assert moved.json()["folder_id"] == 4901
        assert (refused.status_code, refused.json()) == (404, NOT_FOUND)

    def test_locks_and_dates(self) -> None:
        """`locked`, `hidden` and the dates are set as sent; null removes a date."""
        asked = client(canvas())
        data = {"locked": "true", "hidden": "1", "lock_at": "2026-03-01T10:00:00Z"}
        body = asked.put(f"/api/v1/files/{DIAGRAM}", data=data).json()
        freed = asked.put(f"/api/v1/files/{DIAGRAM}", json={"locked": False, "hidden": False, "lock_at": None}).json()

        assert (body["locked"], body["hidden"], body["lock_at"]) == (True, True, "2026-03-01T10:00:00Z")
        assert (freed["locked"], freed["hidden"], freed["lock_at"]) == (False, False, None)

    def test_needs_the_right_to_edit_files(self) -> None:
        """Without `manage_files_edit` the update is refused."""
        answer = client(canvas(denied=frozenset({"manage_files_edit"}))).put(f"/api/v1/files/{DIAGRAM}")

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)

    def test_file_0_is_a_safe_probe(self) -> None:
        """File 0 has a valid ID format and never exists."""
        answer = client(canvas()).put("/api/v1/files/0")

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    def test_a_blueprint_locks_the_name(self) -> None:
        """Renaming a locked file is refused as a locked column; sending its own name again passes."""
        asked = client(canvas(blueprint_locked=True))
        refused = asked.put(f"/api/v1/files/{DIAGRAM}", data={"name": "other.png"})
        passed = asked.put(f"/api/v1/files/{DIAGRAM}", data={"name": "diagram.png"})

        assert refused.status_code == 400
        assert "locked by Master Course" in refused.json()["errors"]["base"][0]["message"]
        assert passed.status_code == 200


class TestDelete:
    """DELETE /files/:id."""

    def test_deleting_is_soft(self) -> None:
        """A deleted file is 404 and in no list, but PUT and DELETE on it still are 200."""
        of = canvas()
        asked = client(of)
        first = asked.delete(f"/api/v1/files/{DIAGRAM}")

        assert (first.status_code, first.json()["id"]) == (200, DIAGRAM)
        assert asked.get(f"{FILES}/{DIAGRAM}").json() == NOT_FOUND
        assert "diagram.png" not in file_names(of)
        assert asked.put(f"/api/v1/files/{DIAGRAM}").status_code == 200
        assert asked.delete(f"/api/v1/files/{DIAGRAM}").status_code == 200
        assert asked.get(f"{FILES}/{DIAGRAM}").status_code == 404

    def test_hiding_brings_a_deleted_file_back(self) -> None:
        """Hidden and deleted share a column, so `hidden=false` revives a deleted file."""
        of = canvas()
        asked = client(of)
        asked.delete(f"/api/v1/files/{DIAGRAM}")
        asked.put(f"/api/v1/files/{DIAGRAM}", data={"hidden": "false"})

        assert asked.get(f"{FILES}/{DIAGRAM}").status_code == 200

    @pytest.mark.parametrize("version", ["new", "old"])
    def test_the_refusal_is_401_in_every_version(self, version: str) -> None:
        """Without the right the answer has its own wording and status."""
        of = canvas(denied=frozenset({"manage_files_delete"}), version=version)
        answer = client(of).delete(f"/api/v1/files/{DIAGRAM}")

        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized to delete this file"})

    def test_file_0_is_a_safe_probe(self) -> None:
        """File 0 is a 404, before the right is checked."""
        answer = client(canvas(denied=frozenset({"manage_files_delete"}))).delete("/api/v1/files/0")

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    def test_a_blueprint_locks_it(self) -> None:
        """A file that the blueprint locks cannot be deleted."""
        answer = client(canvas(blueprint_locked=True)).delete(f"/api/v1/files/{DIAGRAM}")

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)

    def test_a_media_file_takes_its_media_object_off_the_list(self) -> None:
        """The media object is unlinked, not deleted."""
        of = canvas()
        client(of).delete(f"/api/v1/files/{VIDEO}")

        assert of.tables.media_objects[6001].file_id is None
        assert client(of).get(f"{COURSE}/media_objects?exclude[]=sources").json() == []

    def test_replace_is_no_deletion(self) -> None:
        """With `replace` the file keeps its ID, as file_removed.pdf; this needs the right to act as other users."""
        replaced = client(canvas()).delete(f"/api/v1/files/{DIAGRAM}?replace=true").json()
        refused = client(canvas(role="teacher")).delete(f"/api/v1/files/{DIAGRAM}?replace=true")

        assert (replaced["id"], replaced["display_name"], replaced["content-type"]) == (
            DIAGRAM, "file_removed.pdf", "application/pdf",
        )  # fmt: skip
        assert refused.json() == NOT_PERMITTED
