"""The search for users, and what the caller may do there (lib/user_search.rb, accounts_controller.rb)."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import ADMINISTRATOR, COLLEAGUE, INTEGRATION_USER
from tests.selftest.embedded_canvas.driver import NOT_PERMITTED, canvas, client

USERS, PERMISSIONS = "/api/v1/accounts/self/users", "/api/v1/accounts/self/permissions"


def search(of: Canvas, term: str | None = None) -> Any:
    """What the administrator finds."""
    return client(of, "admin").get(USERS, params={"search_term": term} if term else {}).json()


def canvas_without(*permissions: str) -> Canvas:
    """A Canvas whose administrator lacks these."""
    of = canvas()
    of.tables.users[ADMINISTRATOR].denied = frozenset(permissions)
    return of


class TestSearch:
    """`GET accounts/:id/users`."""

    def test_everybody_by_name(self) -> None:
        """Without a term all are listed, by their family names."""
        assert [row["id"] for row in search(canvas())] == [ADMINISTRATOR, COLLEAGUE, INTEGRATION_USER]

    @pytest.mark.parametrize("term", ["CASEY", "league", str(COLLEAGUE)])
    def test_a_part_of_name_or_login_or_the_whole_id(self, term: str) -> None:
        """Upper and lower case do not matter; the row shows the login."""
        found = search(canvas(), term)

        assert [(row["id"], row["login_id"]) for row in found] == [(COLLEAGUE, "casey")]

    def test_a_part_of_the_id_finds_nothing(self) -> None:
        """A number has to be the whole ID, unless a name has it."""
        of = canvas()
        of.tables.users[COLLEAGUE].id = 1024

        assert search(of, "102") == []

    def test_nobody_who_is_deleted(self) -> None:
        """A deleted user is not found, and the login can be given again."""
        of = canvas()
        of.tables.users[COLLEAGUE].workflow_state = "deleted"

        assert search(of, "casey") == []
        assert client(of, "admin").post(USERS, json={"pseudonym": {"unique_id": "casey"}}).status_code == 200

    def test_a_short_term(self) -> None:
        """It is a 400."""
        assert search(canvas(), "ca") == {
            "errors": [{"field": "search_term", "code": "invalid", "message": "3 or more characters is required"}]
        }

    def test_logins_take_a_permission(self) -> None:
        """Without it they are neither sought nor shown."""
        of = canvas_without("view_user_logins")
        of.tables.users[COLLEAGUE].login = "teaches"

        assert search(of, "teaches") == []
        assert [row.keys() & {"id", "login_id"} for row in search(of, "casey")] == [{"id"}]

    @pytest.mark.parametrize(("version", "status"), [("old", 401), ("new", 403)])
    def test_the_list_takes_a_permission(self, version: Literal["old", "new"], status: int) -> None:
        """Without `read_roster` it is the role refusal."""
        answer = client(canvas(role="ally", version=version, enforce_scopes=False)).get(USERS)

        assert (answer.status_code, answer.json()) == (status, NOT_PERMITTED)


def test_a_login_in_other_letters_is_taken() -> None:
    """Logins are the same in upper and lower case."""
    answer = client(canvas(), "admin").post(USERS, json={"pseudonym": {"unique_id": "Casey"}})

    assert answer.json()["errors"]["pseudonym"]["unique_id"][0]["type"] == "taken"


@pytest.mark.parametrize(("version", "granular"), [("old", False), ("new", True)])
def test_what_the_caller_may_do(version: Literal["old", "new"], *, granular: bool) -> None:
    """Each name that is asked for is answered; one that is no permission of this Canvas is not had."""
    asked = {"permissions[]": ["manage_role_overrides", "manage_lti_add", "no_such"]}
    of = canvas(role="ally", version=version, enforce_scopes=False)

    assert client(of, "admin").get(PERMISSIONS, params=asked).json() == {
        "manage_role_overrides": True, "manage_lti_add": granular, "no_such": False,
    }  # fmt: skip
    assert client(of).get(PERMISSIONS, params=asked).json()["manage_role_overrides"] is False
    assert client(of, "admin").get(PERMISSIONS).json() == {}


def test_nobody_gives_more_than_they_have() -> None:
    """A role with a permission that the caller lacks cannot be given, although the caller manages administrators."""
    of = canvas_without("become_user")
    by = client(of, "admin")
    role = {"permissions": {"become_user": {"explicit": True, "enabled": True}}}
    with_it, without_it = (
        by.post("/api/v1/accounts/1/roles", json={"label": label, **more}).json()["id"]
        for label, more in (("With", role), ("Without", {}))
    )
    given = [
        by.post("/api/v1/accounts/1/admins", json={"user_id": COLLEAGUE, "role_id": number}).status_code
        for number in (with_it, without_it)
    ]

    assert given == [403, 200]
