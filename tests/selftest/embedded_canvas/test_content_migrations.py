"""Content migrations: listed, shown, and created without a background job (content_migrations_controller.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import SANDBOX
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client

MIGRATIONS = f"{COURSE}/content_migrations"
COPY = {"migration_type": "course_copy_importer", "settings": {"source_course_id": 1003}, "selective_import": True}
CONTENT_RIGHTS = {"manage_course_content_add", "manage_course_content_edit", "manage_course_content_delete"}


class TestList:
    """GET /courses/:course_id/content_migrations."""

    def test_a_row(self) -> None:
        """A finished course copy says what it copied and where its issues are."""
        answer = client(canvas()).get(MIGRATIONS)
        row = answer.json()[0]

        assert (row["id"], row["migration_type"], row["workflow_state"]) == (7301, "course_copy_importer", "completed")
        assert row["settings"] == {
            "source_course_id": 1003,
            "source_course_name": "Introduction to Biology",
            "source_course_html_url": "http://canvas.test/courses/1003",
        }
        assert row["migration_issues_url"] == f"http://canvas.test{MIGRATIONS}/7301/migration_issues"
        assert "last" in answer.links

    def test_newest_first(self) -> None:
        """Sorted by descending ID."""
        of = canvas()
        made = client(of, "admin").post(MIGRATIONS, json=COPY).json()["id"]

        assert [row["id"] for row in client(of).get(MIGRATIONS).json()] == [made, 7301]

    def test_blueprint_syncs_are_not_among_them(self) -> None:
        """A sync creates a migration in the course, which only the blueprint's list shows."""
        of = canvas()
        client(of, "admin").post("/api/v1/courses/1002/blueprint_templates/default/migrations")

        assert [row["id"] for row in client(of).get(MIGRATIONS).json()] == [7301]

    @pytest.mark.parametrize("left", sorted(CONTENT_RIGHTS))
    def test_any_of_three_rights_is_enough(self, left: str) -> None:
        """The right to add, edit or delete content is enough."""
        assert client(canvas(denied=frozenset(CONTENT_RIGHTS - {left}))).get(MIGRATIONS).status_code == 200

    def test_without_them(self) -> None:
        """The list is refused, even though it changes nothing."""
        answer = client(canvas(denied=frozenset(CONTENT_RIGHTS))).get(MIGRATIONS)

        assert (answer.status_code, answer.json()) == (403, NOT_PERMITTED)

    @pytest.mark.parametrize("path", ["/api/v1/courses/0/content_migrations", MIGRATIONS])
    def test_no_course(self, path: str) -> None:
        """An unknown or deleted course is 404."""
        answer = client(canvas(course_state="deleted")).get(path)

        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    def test_makes_the_root_folder(self) -> None:
        """Reading the list has this side effect."""
        of = canvas(content="empty")
        before = len(of.tables.folders)
        client(of).get(MIGRATIONS)

        assert before == 0
        assert [folder.full_name for folder in of.tables.folders.values()] == ["course files"]


class TestShow:
    """GET …/content_migrations/:id."""

    def test_one(self) -> None:
        """It is read by its ID, within its course."""
        asked = client(canvas(), "admin")

        assert asked.get(f"{MIGRATIONS}/7301").json()["id"] == 7301
        assert asked.get(f"{MIGRATIONS}/1").json() == NOT_FOUND
        assert asked.get("/api/v1/courses/1002/content_migrations/7301").json() == NOT_FOUND


class TestCreate:
    """POST …/content_migrations."""

    def test_a_selective_copy_waits(self) -> None:
        """It is stored, copies nothing and needs no job, so there is no progress to follow."""
        of = canvas()
        answer = client(of, "admin").post(MIGRATIONS, json=COPY)
        made = answer.json()

        assert answer.status_code == 200
        assert (made["workflow_state"], made["started_at"]) == ("waiting_for_select", None)
        assert made["finished_at"] == made["created_at"]
        assert "progress_url" not in made
        assert client(of, "admin").get(f"{MIGRATIONS}/{made['id']}").json() == made

    def test_a_whole_copy_is_a_job(self) -> None:
        """It has `progress_url`, and is not done."""
        made = client(canvas(), "admin").post(MIGRATIONS, json={**COPY, "selective_import": False}).json()

        assert made["workflow_state"] == "running"
        assert made["progress_url"].startswith("http://canvas.test/api/v1/progress/")

    @pytest.mark.parametrize(
        ("changes", "status", "body"),
        [
            ({"migration_type": "none_such"}, 400, {"message": "Invalid migration_type"}),
            ({"settings": {}}, 400, {"message": "settings[source_course_id] is missing"}),
            ({"settings": {"source_course_id": 9}}, 404, NOT_FOUND),
        ],
    )
    def test_refusals(self, changes: dict[str, Any], status: int, body: dict[str, Any]) -> None:
        """The checks are the type, a source in the request, and that it exists."""
        answer = client(canvas(), "admin").post(MIGRATIONS, json={**COPY, **changes})

        assert (answer.status_code, answer.json()) == (status, body)

    def test_a_source_that_the_caller_may_not_copy(self) -> None:
        """The caller must be able to read the source as an administrator."""
        of = canvas()
        of.tables.users[103].denied = frozenset({"read_as_admin"})
        answer = client(of, "admin").post(MIGRATIONS, json=COPY)

        assert (answer.status_code, answer.json()) == (
            400, {"message": "the source course may not be copied by this user"},
        )  # fmt: skip

    def test_needs_the_right_to_add_content(self) -> None:
        """Only this one right counts here."""
        of = canvas()
        of.tables.users[103].denied = frozenset({"manage_course_content_add"})

        assert client(of, "admin").post(MIGRATIONS, json=COPY).json() == NOT_PERMITTED
        assert {row.course_id for row in of.tables.migrations.values()} == {SANDBOX}
