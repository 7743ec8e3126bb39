"""An associated course's side of a blueprint: its subscription and its syncs (master_templates_controller.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import BLUEPRINT
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import BlueprintImport
from tests.selftest.embedded_canvas.content import SUBSCRIPTIONS
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

NO_MANAGER = frozenset({"manage"})


class TestSubscriptions:
    """GET /courses/:course_id/blueprint_subscriptions."""

    def test_one_for_an_associated_course(self) -> None:
        """It names the template and the blueprint course; the SIS ID only for callers who may see it."""
        answer = client(canvas()).get(SUBSCRIPTIONS)

        assert answer.json() == [
            {
                "id": 7001,
                "template_id": 7101,
                "blueprint_course": {
                    "id": BLUEPRINT,
                    "name": "Science blueprint",
                    "course_code": "C1002",
                    "term_name": "Default Term",
                    "sis_course_id": None,
                },
            }
        ]
        assert "last" in answer.links

    @pytest.mark.parametrize("state", [{"blueprint": False}, {"sandbox_is_blueprint": True}])
    def test_none(self, state: dict[str, Any]) -> None:
        """Courses without a blueprint, and blueprints themselves, have an empty list."""
        answer = client(canvas(**state)).get(SUBSCRIPTIONS)

        assert (answer.status_code, answer.json()) == (200, [])

    def test_of_a_deleted_course_too(self) -> None:
        """The course's state does not matter."""
        assert len(client(canvas(course_state="deleted")).get(SUBSCRIPTIONS).json()) == 1

    def test_needs_the_right_to_manage_the_course(self) -> None:
        """A teacher has it, but not in a concluded course."""
        assert client(canvas(role="teacher")).get(SUBSCRIPTIONS).status_code == 200
        assert client(canvas(denied=NO_MANAGER)).get(SUBSCRIPTIONS).json() == NOT_PERMITTED
        assert client(canvas(role="teacher", course_state="completed")).get(SUBSCRIPTIONS).json() == NOT_PERMITTED

    def test_no_course(self) -> None:
        """An unknown course is 404."""
        assert client(canvas()).get("/api/v1/courses/9/blueprint_subscriptions").json() == NOT_FOUND


class TestImports:
    """GET …/blueprint_subscriptions/:subscription_id/migrations."""

    @pytest.mark.parametrize("subscription", ["default", "7001"])
    def test_the_syncs(self, subscription: str) -> None:
        """`default` is the active subscription; an item has the subscription and never the template."""
        item = client(canvas()).get(f"{SUBSCRIPTIONS}/{subscription}/migrations").json()[0]

        assert (item["id"], item["subscription_id"], item["workflow_state"]) == (7201, 7001, "completed")
        assert item["imports_completed_at"] == "2026-01-15T09:00:00Z"
        assert item["user"]["display_name"] == "Alex Administrator"
        assert "template_id" not in item

    def test_newest_first(self) -> None:
        """Sorted by descending ID."""
        of = canvas()
        of.tables.blueprint_imports[7202] = BlueprintImport(7202, 7001, 103, now())

        assert [item["id"] for item in client(of).get(f"{SUBSCRIPTIONS}/default/migrations").json()] == [7202, 7201]

    def test_one_sync(self) -> None:
        """A single sync is read by its ID."""
        asked = client(canvas(), "admin")

        assert asked.get(f"{SUBSCRIPTIONS}/default/migrations/7201").json()["comment"] == "First sync"
        assert asked.get(f"{SUBSCRIPTIONS}/default/migrations/1").json() == NOT_FOUND

    def test_an_ended_subscription(self) -> None:
        """It is found by its ID, but not as `default`."""
        of = canvas()
        of.tables.subscriptions[7001].workflow_state = "deleted"

        assert len(client(of).get(f"{SUBSCRIPTIONS}/7001/migrations").json()) == 1
        assert client(of).get(f"{SUBSCRIPTIONS}/default/migrations").json() == NOT_FOUND

    def test_absence_is_told_before_the_right(self) -> None:
        """The checks are course, then subscription, then right."""
        absent = client(canvas(blueprint=False, denied=NO_MANAGER)).get(f"{SUBSCRIPTIONS}/default/migrations")
        refused = client(canvas(denied=NO_MANAGER)).get(f"{SUBSCRIPTIONS}/default/migrations")

        assert absent.json() == NOT_FOUND
        assert refused.json() == NOT_PERMITTED
