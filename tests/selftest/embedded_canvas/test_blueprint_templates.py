"""A blueprint's own side: associations, locks, syncs (master_templates_controller.rb)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import BLUEPRINT, SANDBOX
from tests.selftest.embedded_canvas.content import SUBSCRIPTIONS
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, canvas, client

TEMPLATE = f"/api/v1/courses/{BLUEPRINT}/blueprint_templates/default"


def associate(of: Canvas, **lists: list[int]) -> httpx.Response:
    """Update the blueprint's associations."""
    return client(of, "admin").put(f"{TEMPLATE}/update_associations", json=lists)


class TestTemplate:
    """GET /courses/:course_id/blueprint_templates/:template_id."""

    @pytest.mark.parametrize("template", ["default", "7101"])
    def test_the_template(self, template: str) -> None:
        """It is read by its ID or as `default`."""
        body = client(canvas(), "admin").get(f"/api/v1/courses/{BLUEPRINT}/blueprint_templates/{template}").json()

        assert (body["id"], body["course_id"], body["associated_course_count"]) == (7101, BLUEPRINT, 1)

    def test_a_course_that_is_no_blueprint(self) -> None:
        """It has no template."""
        assert client(canvas(), "admin").get(f"{COURSE}/blueprint_templates/default").json() == NOT_FOUND

    def test_a_course_becomes_a_blueprint(self) -> None:
        """Once it is a blueprint it has a template, which stays the same."""
        asked = client(canvas(blueprint=False), "admin")
        asked.put(COURSE, data={"course[blueprint]": "true"})
        templates = [asked.get(f"{COURSE}/blueprint_templates/default").json() for _ in range(2)]

        assert templates[0]["course_id"] == SANDBOX
        assert templates[0] == templates[1]


class TestAssociations:
    """PUT …/update_associations."""

    def test_is_immediate(self) -> None:
        """The course's subscription is listed immediately, without a sync; its list of syncs is empty."""
        of = canvas(blueprint=False)
        answer = associate(of, course_ids_to_add=[SANDBOX])
        subscription = client(of).get(SUBSCRIPTIONS).json()[0]

        assert (answer.status_code, answer.json()) == (200, {"success": True})
        assert subscription["blueprint_course"]["id"] == BLUEPRINT
        assert client(of).get(f"{SUBSCRIPTIONS}/default/migrations").json() == []

    def test_twice_is_once(self) -> None:
        """An existing association is ignored."""
        of = canvas()

        assert associate(of, course_ids_to_add=[SANDBOX]).status_code == 200
        assert len(client(of).get(SUBSCRIPTIONS).json()) == 1

    def test_below_the_blueprint_s_account(self) -> None:
        """Courses in accounts below the blueprint's can be associated, and are listed."""
        of = canvas()
        associate(of, course_ids_to_add=[1003])
        listed = client(of, "admin").get(f"{TEMPLATE}/associated_courses").json()

        assert [course["id"] for course in listed] == [SANDBOX, 1003]

    def test_removed(self) -> None:
        """An association ends immediately."""
        of = canvas()
        associate(of, course_ids_to_remove=[SANDBOX])

        assert client(of).get(SUBSCRIPTIONS).json() == []

    @pytest.mark.parametrize("course", [1004, BLUEPRINT], ids=["other-account", "a-blueprint"])
    def test_courses_that_cannot_be(self, course: int) -> None:
        """Courses of another account and blueprints cannot, and then nothing is associated."""
        of = canvas(blueprint=False)
        answer = associate(of, course_ids_to_add=[SANDBOX, course])

        assert (answer.status_code, answer.json()) == (400, {"message": f"invalid courses to add ({course})"})
        assert client(of).get(SUBSCRIPTIONS).json() == []

    def test_a_course_of_another_blueprint(self) -> None:
        """A course has at most one blueprint."""
        of = canvas()
        asked = client(of, "admin")
        asked.put("/api/v1/courses/1003", json={"course": {"blueprint": True}})
        of.tables.courses[1003].account_id = of.tables.courses[SANDBOX].account_id
        answer = asked.put("/api/v1/courses/1003/blueprint_templates/default/update_associations",
                           json={"course_ids_to_add": [SANDBOX]})  # fmt: skip

        assert answer.json() == {"message": f"courses of other blueprints ({SANDBOX})"}

    def test_both_at_once(self) -> None:
        """A course cannot be both added and removed."""
        answer = associate(canvas(), course_ids_to_add=[SANDBOX], course_ids_to_remove=[SANDBOX])

        assert answer.json() == {"message": "a course is to be both added and removed"}

    def test_not_during_a_sync(self) -> None:
        """Nothing is removed while a sync runs."""
        of = canvas()
        of.tables.blueprint_migrations[7401].workflow_state = "exporting"

        assert associate(of, course_ids_to_remove=[SANDBOX]).json() == {
            "message": "no course can be parted during a sync"
        }

    def test_rights(self) -> None:
        """The course's manager also needs a right in the account."""
        of = canvas(blueprint=False)
        of.tables.users[103].denied = frozenset({"manage_master_courses"})

        assert associate(of, course_ids_to_add=[SANDBOX]).json() == NOT_PERMITTED


class TestRestrict:
    """PUT …/restrict_item."""

    @pytest.mark.parametrize(
        ("data", "status", "message"),
        [
            ({"content_type": "page", "content_id": 1, "restricted": True}, 400,
             "unknown content_type, not one of (assignment,attachment,course_pace,discussion_topic,external_tool,"
             "lti-quiz,quiz,wiki_page)"),
            ({"content_type": "assignment", "content_id": 1}, 400, "Must set 'restricted'"),
            ({"content_type": "assignment", "content_id": 1, "restricted": True}, 404,
             "no such content: assignment 1"),
        ],
    )  # fmt: skip
    def test_refusals(self, data: dict[str, Any], status: int, message: str) -> None:
        """The checks are type, then value, then item."""
        answer = client(canvas(), "admin").put(f"{TEMPLATE}/restrict_item", json=data)

        assert (answer.status_code, answer.json()) == (status, {"message": message})

    def test_set_and_taken_off(self) -> None:
        """An item's lock is stored with the template."""
        of = canvas()
        of.tables.assignments[2001].course_id = BLUEPRINT
        asked, kept = client(of, "admin"), []
        for restricted in ("true", "false"):
            data = {"content_type": "assignment", "content_id": "2001", "restricted": restricted}
            assert asked.put(f"{TEMPLATE}/restrict_item", data=data).json() == {"success": True}
            kept.append(set(of.tables.templates[7101].restricted))

        assert kept == [{("assignment", 2001)}, set()]


class TestSync:
    """POST and GET …/blueprint_templates/:template_id/migrations."""

    def test_is_queued_and_then_done(self) -> None:
        """The answer says queued, the next request says completed; both have the template."""
        of = canvas()
        asked = client(of, "admin")
        queued = asked.post(f"{TEMPLATE}/migrations", data={"comment": "Second"}).json()
        done = asked.get(f"{TEMPLATE}/migrations/{queued['id']}").json()

        assert (queued["workflow_state"], queued["exports_started_at"]) == ("queued", None)
        assert (done["workflow_state"], done["template_id"], done["comment"]) == ("completed", 7101, "Second")
        assert "subscription_id" not in done

    def test_reaches_the_associated_course(self) -> None:
        """There it has another ID, that of the course's own content migration."""
        of = canvas()
        queued = client(of, "admin").post(f"{TEMPLATE}/migrations").json()
        reached = client(of).get(f"{SUBSCRIPTIONS}/default/migrations").json()

        assert len(reached) == 2
        assert queued["id"] not in {item["id"] for item in reached}

    def test_newest_first(self) -> None:
        """The blueprint's list is also sorted by descending ID."""
        asked = client(canvas(), "admin")
        made = asked.post(f"{TEMPLATE}/migrations").json()["id"]

        assert [sync["id"] for sync in asked.get(f"{TEMPLATE}/migrations").json()] == [made, 7401]

    def test_one_at_a_time(self) -> None:
        """While one is running, another is refused."""
        of = canvas()
        of.tables.blueprint_migrations[7401].workflow_state = "imports_queued"
        answer = client(of, "admin").post(f"{TEMPLATE}/migrations")

        assert (answer.status_code, answer.json()) == (
            400, {"message": "another sync is running"},
        )  # fmt: skip

    def test_needs_an_associated_course(self) -> None:
        """Without an associated course there is nothing to sync."""
        answer = client(canvas(blueprint=False), "admin").post(f"{TEMPLATE}/migrations")

        assert (answer.status_code, answer.json()) == (400, {"message": "no course is associated"})
