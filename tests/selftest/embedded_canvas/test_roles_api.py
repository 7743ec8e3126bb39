"""The API of roles, as measured on a real Canvas of 2022 and as role_overrides_controller.rb says."""

from __future__ import annotations

from typing import Any, Literal

import httpx
import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import OWN_ROLE
from scopecheck.embedded_canvas.permission_keys import of_ally
from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client

ROLES = "/api/v1/accounts/1/roles"
ALLYS = f"{ROLES}/{OWN_ROLE}"
TOPICS = "/api/v1/courses/1001/discussion_topics"
ON, OFF = {"explicit": True, "enabled": True}, {"explicit": True, "enabled": False}
Version = Literal["old", "new"]


def make(of: Canvas, label: str = "Ally", **more: Any) -> httpx.Response:
    """Make a role as the administrator."""
    return client(of, "admin").post(ROLES, json={"label": label, **more})


def change(of: Canvas, path: str = ALLYS, **permissions: Any) -> httpx.Response:
    """Set permissions as the administrator."""
    return client(of, "admin").put(path, json={"permissions": permissions})


def enabled(role: dict[str, Any]) -> set[str]:
    """The keys that are on."""
    return {key for key, found in role["permissions"].items() if found["enabled"]}


class TestList:
    """`GET accounts/:id/roles`."""

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_built_in_ones_and_own_ones(self, version: Version) -> None:
        """Built-in roles come first; an account role has the base `AccountMembership`, built in or not."""
        rows = client(canvas(role="ally", version=version), "admin").get(ROLES).json()

        assert [(row["role"], row["base_role_type"], row["workflow_state"]) for row in rows] == [
            *(
                (f"{each}Enrollment",) * 2 + ("built_in",)
                for each in ("Student", "Teacher", "Ta", "Designer", "Observer")
            ),
            ("AccountAdmin", "AccountMembership", "built_in"),
            ("Ally", "AccountMembership", "active"),
        ]
        assert [row["is_account_role"] for row in rows] == [False] * 5 + [True] * 2

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_allys_has_its_permissions(self, version: Version) -> None:
        """The role named Ally has those that Anthology asks for, and account admins have all."""
        *_, admins, allys = client(canvas(role="ally", version=version), "admin").get(ROLES).json()

        assert enabled(allys) == of_ally(old=version == "old")
        assert enabled(admins) == admins["permissions"].keys()

    @pytest.mark.parametrize(
        ("version", "absent", "count"), [("old", "manage_course_content_add", 70), ("new", "manage_content", 99)]
    )
    def test_what_is_not_in_force_is_not_shown(self, version: Version, absent: str, count: int) -> None:
        """A real Canvas of 2022 showed 70 permissions."""
        role = client(canvas(role="ally", version=version), "admin").get(ALLYS).json()

        assert len(role["permissions"]) == count
        assert absent not in role["permissions"]

    def test_members_of_a_permission(self) -> None:
        """One that is set says what it would be otherwise; where it applies stands only with one that is on."""
        permissions = client(canvas(role="ally"), "admin").get(ALLYS).json()["permissions"]

        off = {"enabled": False, "locked": False, "readonly": False, "explicit": False}
        assert permissions["manage_sis"] == off
        assert permissions["read_forum"] == off | {
            "enabled": True, "explicit": True, "prior_default": False,
            "applies_to_self": True, "applies_to_descendants": True,
        }  # fmt: skip

    def test_of_a_teacher(self) -> None:
        """What a course role cannot be given is read-only, and what it can is on or off by default."""
        teacher = client(canvas(), "admin").get(f"{ROLES}/TeacherEnrollment").json()["permissions"]

        assert [teacher[key]["readonly"] for key in ("read_course_list", "moderate_forum")] == [True, False]
        assert [teacher[key]["enabled"] for key in ("moderate_forum", "view_audit_trail")] == [True, False]

    def test_below_the_root_account(self) -> None:
        """A sub-account shows the roles above it on request, without the permissions of root accounts."""
        by = client(canvas(role="ally"), "admin")
        own, inherited = (
            by.get("/api/v1/accounts/11/roles", params=asked).json() for asked in ({}, {"show_inherited": 1})
        )

        assert [row["label"] for row in inherited[len(own) :]] == ["Ally"]
        assert {"become_user", "manage_developer_keys"} & inherited[-1]["permissions"].keys() == set()
        assert inherited[-1]["permissions"]["read_forum"] == {
            "enabled": True, "locked": False, "readonly": False, "explicit": False,
            "applies_to_self": True, "applies_to_descendants": True,
        }  # fmt: skip


class TestChanges:
    """Making, setting, deactivating."""

    def test_a_new_role(self) -> None:
        """It has just the permissions that are sent with it and in force; unknown ones are dropped without a word."""
        of = canvas(version="old")
        answer = make(of, permissions={"manage_content": ON, "manage_course_content_add": ON, "no_such": ON})

        assert answer.status_code == 200
        assert enabled(answer.json()) == {"manage_content"}
        assert client(of, "admin").get(f"{ROLES}/{answer.json()['id']}").json() == answer.json()

    def test_as_a_form(self) -> None:
        """Form fields do as well as JSON."""
        sent = {"label": "Ally", "permissions[read_forum][explicit]": "1", "permissions[read_forum][enabled]": "1"}

        assert enabled(client(canvas(), "admin").post(ROLES, data=sent).json()) == {"read_forum"}

    @pytest.mark.parametrize("label", ["Ally", "AccountAdmin", "Account Admin"])
    def test_a_name_that_is_taken(self, label: str) -> None:
        """It is a 400 at the label."""
        answer = make(canvas(role="ally"), label)
        error = "A role with this name already exists"

        assert answer.status_code == 400
        assert answer.json() == {"errors": {"label": [{"attribute": "label", "type": error, "message": error}]}}

    @pytest.mark.parametrize(
        ("sent", "body"),
        [
            ({}, {"message": "missing required parameter 'role'"}),
            ({"label": "A", "base_role_type": "Boss"},
             {"errors": {"base_role_type": [
                 {"attribute": "base_role_type", "type": "is invalid", "message": "is invalid"}]}}),
        ],
    )  # fmt: skip
    def test_what_is_not_a_role(self, sent: dict[str, str], body: dict[str, Any]) -> None:
        """A role needs a name, and a base that there is."""
        answer = client(canvas(), "admin").post(ROLES, json=sent)

        assert (answer.status_code, answer.json()) == (400, body)

    def test_a_change_takes_effect(self) -> None:
        """What is switched off is refused from then on, the rest stays, and switched on again it works."""
        of = canvas(role="ally")
        before = enabled(client(of, "admin").get(ALLYS).json())
        off = enabled(change(of, read_forum=OFF).json())

        assert off == before - {"read_forum"}
        assert client(of).get(TOPICS).json() == NOT_PERMITTED
        assert enabled(change(of, read_forum=ON).json()) == before
        assert client(of).get(TOPICS).status_code == 200

    def test_with_a_cache_a_change_is_not_seen_before_it_is_emptied(self) -> None:
        """The API shows the change at once, requests of the role's users go on as before."""
        of = canvas(role="ally", role_cache=True)
        change(of, read_forum=OFF)

        assert client(of).get(TOPICS).status_code == 200
        of.empty_cache()
        assert client(of).get(TOPICS).status_code == 403

    def test_a_new_role_is_not_in_the_cache(self) -> None:
        """What was never asked before is not remembered either."""
        of = canvas(role="teacher", role_cache=True)
        role = make(of, permissions={"read_course_list": ON}).json()["id"]
        client(of, "admin").post("/api/v1/accounts/1/admins", json={"user_id": 101, "role_id": role})

        assert client(of).get("/api/v1/accounts/1/courses").status_code == 200

    def test_without_explicit_it_is_inherited_again(self) -> None:
        """An own role inherits no permission."""
        of = canvas(role="ally")

        assert change(of, read_forum={"enabled": True}).json()["permissions"]["read_forum"]["explicit"] is False
        assert client(of).get(TOPICS).status_code == 403

    def test_what_is_not_sent_stays(self) -> None:
        """A lock, and where a permission applies, stay when it is switched off and on (role_override.rb)."""
        of = canvas(role="ally")
        change(of, read_forum=ON | {"locked": True, "applies_to_descendants": False})
        change(of, read_forum=OFF)
        shown = change(of, read_forum=ON).json()["permissions"]["read_forum"]

        assert (shown["locked"], shown["applies_to_self"], shown["applies_to_descendants"]) == (True, True, False)

    def test_a_sub_account_can_set_it_otherwise(self) -> None:
        """It counts for the courses of that account and below, and not for others."""
        of = canvas(role="ally")
        change(of, f"/api/v1/accounts/11/roles/{OWN_ROLE}", read_course_content=OFF)
        states = [client(of).get(f"/api/v1/courses/{course}").status_code for course in (1001, 1003, 1004)]

        assert states == [403, 403, 200]

    def test_unless_it_is_locked_above(self) -> None:
        """A lock makes it read-only below, and what is sent there is ignored."""
        of = canvas(role="ally")
        change(of, read_forum=ON | {"locked": True})
        below = change(of, f"/api/v1/accounts/11/roles/{OWN_ROLE}", read_forum=OFF).json()["permissions"]["read_forum"]

        assert (below["enabled"], below["locked"], below["readonly"]) == (True, True, True)

    def test_a_lock_ends_what_was_set_below(self) -> None:
        """What an account between had set before does not count any more, further down either."""
        of = canvas(role="ally", denied_below=("11:read_forum",))
        before = client(of).get("/api/v1/courses/1003/discussion_topics").status_code
        change(of, read_forum=ON | {"locked": True})

        assert (before, client(of).get("/api/v1/courses/1003/discussion_topics").status_code) == (403, 200)

    def test_a_lock_alone_changes_nothing(self) -> None:
        """Without a value the permission stays as it is inherited, below too."""
        of = canvas()
        change(of, f"{ROLES}/AccountAdmin", read_forum={"locked": True})
        below = client(of, "admin").get("/api/v1/accounts/13/roles/AccountAdmin").json()["permissions"]["read_forum"]

        assert (below["enabled"], below["locked"]) == (True, True)
        assert client(of).get(TOPICS).status_code == 200

    def test_for_the_accounts_below_alone(self) -> None:
        """A permission can leave out the account itself, but not apply to nothing."""
        of = canvas(role="ally")
        change(of, read_course_list=ON | {"applies_to_self": False})
        nowhere = change(of, read_forum=ON | {"applies_to_self": False, "applies_to_descendants": False})
        states = [client(of).get(f"/api/v1/accounts/{account}/courses").status_code for account in (1, 11)]

        assert states == [403, 200]
        assert (nowhere.status_code, nowhere.json()) == (400, {"message": "Permission must be enabled for someone"})

    def test_account_admins_cannot_lock_themselves_out(self) -> None:
        """What a role cannot be given or denied stays."""
        admins = change(canvas(), f"{ROLES}/AccountAdmin", manage_role_overrides=OFF).json()

        assert admins["permissions"]["manage_role_overrides"]["enabled"] is True

    def test_another_label(self) -> None:
        """An own role can be renamed where it was made; built-in ones cannot."""
        by = client(canvas(role="ally"), "admin")
        refused = [
            by.put(path, json={"label": "New"})
            for path in (f"{ROLES}/AccountAdmin", f"/api/v1/accounts/11/roles/{OWN_ROLE}")
        ]

        assert by.put(ALLYS, json={"label": "New"}).json()["role"] == "New"
        assert [answer.json()["message"] for answer in refused] == [
            "cannot update the 'label' for a built-in role", "cannot update the 'label' for an inherited role",
        ]  # fmt: skip

    def test_an_inactive_role_works_for_those_who_have_it(self) -> None:
        """It is not listed unless asked for, and can be activated again."""
        of = canvas(role="ally")
        by = client(of, "admin")

        assert by.delete(ALLYS).json()["workflow_state"] == "inactive"
        assert by.delete(ALLYS).json() == {"message": "Cannot deactivate an already inactive role"}
        assert client(of).get(TOPICS).status_code == 200
        assert [row["label"] for row in by.get(ROLES, params={"state[]": "inactive"}).json()] == ["Ally"]
        assert by.get(ROLES).json()[-1]["label"] == "Account Admin"
        assert by.post(f"{ALLYS}/activate").json()["workflow_state"] == "active"
        assert by.post(f"{ALLYS}/activate").status_code == 400

    def test_what_cannot_be_deactivated(self) -> None:
        """Built-in roles cannot, and an inherited role is none of this account's."""
        by = client(canvas(role="ally"), "admin")

        assert by.delete(f"{ROLES}/AccountAdmin").json() == {"message": "Cannot remove a built-in role"}
        assert by.delete(f"/api/v1/accounts/11/roles/{OWN_ROLE}").json() == NOT_FOUND


class TestRefusals:
    """Who may not, and what is not there."""

    def test_an_unknown_role(self) -> None:
        """It is a 404 with a body of its own."""
        answer = client(canvas(), "admin").get(f"{ROLES}/{OWN_ROLE}")

        assert (answer.status_code, answer.json()) == (404, {"message": "role not found"})

    @pytest.mark.parametrize(("version", "status"), [("old", 401), ("new", 403)])
    @pytest.mark.parametrize("role", ["ally", "teacher", "sub-account-admin"])
    def test_who_may_not_manage_roles(self, role: str, version: Version, status: int) -> None:
        """Ally's role does not have the permission, nor do those who do not administer the account."""
        by = client(canvas(role=role, version=version, enforce_scopes=False))
        answers = [by.get(ROLES), by.post(ROLES, json={"label": "A"}), by.put(f"{ROLES}/10"), by.delete(f"{ROLES}/10")]

        assert [answer.status_code for answer in answers] == [status] * 4
        assert answers[0].json()["status"] == "unauthorized"

    def test_allys_token_has_no_scope_for_it(self) -> None:
        """Scopes come before rights."""
        assert client(canvas()).get(ROLES).json() == INSUFFICIENT
