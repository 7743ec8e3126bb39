"""Who administers an account, new users, and administrators of a sub-account (admins_controller.rb, account.rb)."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from scopecheck.embedded_canvas.known import ADMINISTRATOR, COLLEAGUE, INTEGRATION_USER, OWN_ROLE, ROOT, SCIENCE
from scopecheck.embedded_canvas.roles import ACCOUNT_ADMIN
from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, canvas, client
from tests.selftest.embedded_canvas.every_scope import CALLS, refused

ADMINS, USERS = "/api/v1/accounts/1/admins", "/api/v1/accounts/1/users"
Version = Literal["old", "new"]


class TestAdmins:
    """`accounts/:id/admins`."""

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_a_row(self, version: Version) -> None:
        """It names role and user; `user_id[]` asks for the rows of one."""
        rows = (
            client(canvas(role="ally", version=version), "admin").get(f"{ADMINS}?user_id[]={INTEGRATION_USER}").json()
        )

        assert [row.pop("user")["login_id"] for row in rows] == ["ally"]
        assert rows == [{"id": 502, "role": "Ally", "role_id": OWN_ROLE, "workflow_state": "active"}]

    def test_all_rows(self) -> None:
        """Without `user_id[]` everybody is listed who administers this very account."""
        by = client(canvas(role="sub-account-admin"), "admin")
        listed = [
            [row["user"]["id"] for row in by.get(f"/api/v1/accounts/{number}/admins").json()] for number in (1, 11, 12)
        ]

        assert listed == [[ADMINISTRATOR], [INTEGRATION_USER], []]

    def test_of_a_teacher(self) -> None:
        """Somebody who administers nothing has no row."""
        assert client(canvas(role="teacher"), "admin").get(f"{ADMINS}?user_id[]={INTEGRATION_USER}").json() == []

    def test_a_teacher_becomes_an_administrator(self) -> None:
        """Once given the role the user sees the account; giving it twice doubles nothing; taken away, it is over."""
        of = canvas(role="teacher")
        by = client(of, "admin")
        sent = {"user_id": INTEGRATION_USER, "send_confirmation": False}
        first, again = by.post(ADMINS, json=sent), by.post(ADMINS, json=sent)

        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        assert first.json()["role"] == "AccountAdmin"
        assert [row["id"] for row in client(of).get("/api/v1/accounts").json()] == [ROOT]
        assert refused(of) == set()
        assert by.delete(f"{ADMINS}/{INTEGRATION_USER}").json() == first.json() | {"workflow_state": "deleted"}
        assert client(of).get("/api/v1/accounts").json() == []

    def test_two_roles_add_up(self) -> None:
        """What one role lacks another has; each is taken away by its ID."""
        of = canvas(role="ally", denied=frozenset({"read_course_list"}))
        by = client(of, "admin")
        by.post(ADMINS, json={"user_id": INTEGRATION_USER, "role_id": ACCOUNT_ADMIN})

        assert refused(of) == set()
        by.delete(f"{ADMINS}/{INTEGRATION_USER}", params={"role_id": OWN_ROLE})
        assert [row["role"] for row in by.get(f"{ADMINS}?user_id[]={INTEGRATION_USER}").json()] == ["AccountAdmin"]

    @pytest.mark.parametrize(
        "sent",
        [{"user_id": 9}, {}, {"user_id": COLLEAGUE, "role_id": 9}, {"user_id": "self", "role_id": ACCOUNT_ADMIN}],
    )
    def test_unknown_ones(self, sent: dict[str, Any]) -> None:
        """An unknown user or role is a 404."""
        assert client(canvas(), "admin").post(ADMINS, json=sent).json() == NOT_FOUND

    def test_a_row_that_is_not_there(self) -> None:
        """Taking a role from somebody who has it not is a 404."""
        assert client(canvas(), "admin").delete(f"{ADMINS}/{COLLEAGUE}").json() == NOT_FOUND

    @pytest.mark.parametrize("role", [12, OWN_ROLE])
    def test_roles_that_cannot_be_given(self, role: int) -> None:
        """A course role makes nobody an administrator, nor does an inactive one."""
        by = client(canvas(role="ally"), "admin")
        by.delete(f"/api/v1/accounts/1/roles/{OWN_ROLE}")
        answer = by.post(ADMINS, json={"user_id": COLLEAGUE, "role_id": role})

        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["role_id"])

    @pytest.mark.parametrize(("version", "status"), [("old", 401), ("new", 403)])
    def test_who_may_not(self, version: Version, status: int) -> None:
        """Ally's role may not say who administers the account, and its token is not even asked."""
        by = client(canvas(role="ally", version=version, enforce_scopes=False))
        answers = [by.get(ADMINS), by.post(ADMINS, json={"user_id": 101}), by.post(USERS)]

        assert [answer.status_code for answer in answers] == [status] * 3
        assert client(canvas(role="ally")).get(ADMINS).json() == INSUFFICIENT


class TestUsers:
    """`POST accounts/:id/users` and `GET users/:id`."""

    def test_a_new_user(self) -> None:
        """The answer is the user, whom `GET users/:id` names from then on, and who can be given a role."""
        by = client(canvas(), "admin")
        sent = {"user": {"name": "Ally User", "skip_registration": True}, "pseudonym": {"unique_id": "ally-user"}}
        made = by.post(USERS, json=sent)
        number = made.json()["id"]

        assert made.status_code == 200
        assert (made.json()["name"], made.json()["sortable_name"]) == ("Ally User", "User, Ally")
        assert by.get(f"/api/v1/users/{number}").json()["name"] == "Ally User"
        assert by.post(ADMINS, json={"user_id": number}).json()["user"] == made.json()

    @pytest.mark.parametrize(("login", "kind"), [("alex", "taken"), ("", "too_short")])
    def test_a_login_that_cannot_be_had(self, login: str, kind: str) -> None:
        """It is a 400 at the login."""
        answer = client(canvas(), "admin").post(USERS, json={"pseudonym": {"unique_id": login}})

        assert answer.status_code == 400
        assert answer.json()["errors"]["pseudonym"]["unique_id"][0]["type"] == kind

    def test_who_sees_others(self) -> None:
        """An administrator does, a teacher does not."""
        path = f"/api/v1/users/{ADMINISTRATOR}"

        assert client(canvas(role="ally", enforce_scopes=False)).get(path).status_code == 200
        assert client(canvas(role="teacher", enforce_scopes=False)).get(path).json() == NOT_PERMITTED


class TestSubAccountAdmin:
    """A user who administers the sandbox's account alone."""

    ROOTS = frozenset({"GET|accounts/:id", "GET|accounts/:account_id/sub_accounts", "GET|accounts/:account_id/courses"})

    @pytest.mark.parametrize("version", ["old", "new"])
    def test_only_the_root_account_is_refused(self, version: Version) -> None:
        """Courses below work, and so do the root account's terms, which administrators of any sub-account may read."""
        assert refused(canvas(role="sub-account-admin", version=version)) == self.ROOTS

    def test_the_account_is_the_one_that_is_listed(self) -> None:
        """The list of accounts has it and not those below it."""
        by = client(canvas(role="sub-account-admin"))

        assert [row["id"] for row in by.get("/api/v1/accounts").json()] == [SCIENCE]
        assert by.get("/api/v1/accounts/self").json() == NOT_PERMITTED

    @pytest.mark.parametrize("path", ["", "/sub_accounts", "/courses"])
    def test_the_account_and_those_below_can_be_read(self, path: str) -> None:
        """Others beside it cannot."""
        by = client(canvas(role="sub-account-admin"))
        states = [by.get(f"/api/v1/accounts/{number}{path}").status_code for number in (11, 13, 12)]

        assert states == [200, 200, 403]

    def test_courses_elsewhere(self) -> None:
        """A course of another account cannot be read."""
        by = client(canvas(role="sub-account-admin"))

        assert [by.get(f"/api/v1/courses/{number}").status_code for number in (1003, 1004)] == [200, 403]

    def test_it_has_no_permission_of_root_accounts(self) -> None:
        """It cannot act as other users or see the course's SIS import, which takes the root account."""
        by = client(canvas(role="sub-account-admin", enforce_scopes=False))
        answer = by.get("/api/v1/users/self", params={"as_user_id": COLLEAGUE})

        assert (answer.status_code, answer.json()) == (401, {"errors": "Invalid as_user_id"})
        assert {"sis_course_id", "sis_import_id"} & by.get("/api/v1/courses/1001").json().keys() == {"sis_course_id"}

    def test_with_less(self) -> None:
        """Permissions can be denied to it too."""
        of = canvas(role="sub-account-admin", denied=frozenset({"manage_wiki_update"}))

        assert refused(of) - self.ROOTS == {"PUT|courses/:course_id/pages/:url_or_id"}


class TestDeniedBelow:
    """A role that lacks a permission in one sub-account."""

    @pytest.mark.parametrize("role", ["ally", "admin"])
    def test_its_courses_alone(self, role: str) -> None:
        """The root account shows the permission as enabled; the courses of the sub-account are refused."""
        of = canvas(role=role, denied_below=("12:read_course_content",))
        by = client(of)
        shown = client(of, "admin").get(f"/api/v1/accounts/1/roles/{OWN_ROLE}").json()["permissions"]

        assert [by.get(f"/api/v1/courses/{number}").status_code for number in (1001, 1003, 1004)] == [200, 200, 403]
        assert shown["read_course_content"]["enabled"] is True

    def test_the_sandboxs(self) -> None:
        """In the sandbox's own account it is as if the role lacked it, but for the root account's answers."""
        assert refused(canvas(role="ally", denied_below=("11:manage_files_add",))) == {"POST|courses/:course_id/files"}
        assert refused(canvas(role="ally", denied_below=("11:read_course_list",))) == set()


def test_every_call_counts() -> None:
    """A user who is nothing is refused all but what is anybody's own."""
    of = canvas(role="student")
    of.tables.users[INTEGRATION_USER].course_id = None

    assert CALLS.keys() - refused(of) == {
        "GET|accounts", "PUT|media_objects/:media_object_id", "GET|media_objects/:media_object_id/media_tracks",
    }  # fmt: skip
