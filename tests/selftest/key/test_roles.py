"""The roles of the token's user: nothing is concluded unless all of them were read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scopecheck.key.roles import read_roles, rights_of
from scopecheck.model.answer import Answer
from scopecheck.model.profile import Permission
from scopecheck.model.secret import Secret
from scopecheck.model.user_rights import HeldRole, UserRights
from scopecheck.transport.client import CanvasClient
from scopecheck.transport.pace import Pace
from tests.selftest.exercises.sweep import BASE, HASTY
from tests.selftest.key.role_answers import USER, RolesApi, admin, role


def asked(api: RolesApi, *accounts: str) -> list[HeldRole] | None:
    """The roles of the token's user in these accounts."""
    client = CanvasClient(BASE, Secret("admin"), Pace(1), HASTY, api)
    try:
        return read_roles(client, USER, accounts)
    finally:
        client.close()


ALLY_ROLE = role(5, "Ally", {"read_forum": True, "become_user": False})


class TestReadRoles:
    def test_a_role(self) -> None:
        """A role has its name and, of the keys in force, which are on."""
        api = RolesApi({"1": [admin(5)]}, {"1": [role(1, "Account Admin", {"read_forum": True}), ALLY_ROLE]})

        assert asked(api, "1") == [HeldRole("Ally", "1", {"read_forum": True, "become_user": False}, "5")]
        assert api.asked == [
            "user_id%5B%5D=101&user_id%5B%5D=10000000000101&per_page=100", "show_inherited=true&per_page=100"
        ]  # fmt: skip

    def test_several_accounts(self) -> None:
        """A user may have a role in each of several accounts; the role of a sub-account may be inherited."""
        api = RolesApi({"1": [admin(5)], "11": [admin(6), admin(5)]},
                       {"1": [ALLY_ROLE], "11": [ALLY_ROLE, role(6, "Helper", {"read_forum": False})]})  # fmt: skip

        assert [(each.name, each.account_id) for each in asked(api, "1", "11") or ()] == [
            ("Ally", "1"), ("Helper", "11"), ("Ally", "11"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("api", "accounts"),
        [
            (RolesApi({}, {}), ["1"]),
            (RolesApi({"1": [admin(5)]}, {"1": [ALLY_ROLE]}), ["1", "11"]),
            (RolesApi({"1": [admin(5, user=102)]}, {"1": [ALLY_ROLE]}), ["1"]),
            (RolesApi({"1": [admin(5, state="deleted")]}, {"1": [ALLY_ROLE]}), ["1"]),
            (RolesApi({"1": [admin(5)]}, {}), ["1"]),
            (RolesApi({"1": [admin(5), admin(6)]}, {"1": [ALLY_ROLE]}), ["1"]),
            (RolesApi({"1": [admin(5)]}, {"1": [{**ALLY_ROLE, "permissions": []}]}), ["1"]),
            (RolesApi({"1": [admin(5)]}, {"1": [ALLY_ROLE]}, status=403), ["1"]),
            (RolesApi({"1": [admin(5)]}, {"1": [ALLY_ROLE]}, more_pages=True), ["1"]),
            (RolesApi({"1": {"id": 5}}, {"1": [ALLY_ROLE]}), ["1"]),
            (RolesApi({"1": [admin(5)]}, {"1": [ALLY_ROLE]}), []),
            (RolesApi({str(n): [admin(5)] for n in range(6)}, {str(n): [ALLY_ROLE] for n in range(6)}), list("012345")),
        ],
        ids=["no row: a site administrator", "no row in one account", "another user's row", "a deleted row",
             "the role is not listed", "one of two roles is not listed", "no permissions are shown", "refused",
             "more than one page", "no list", "no account", "many accounts"],
    )  # fmt: skip
    def test_what_is_not_known_in_full_is_not_known(self, api: RolesApi, accounts: list[str]) -> None:
        """A role that was not read might have what the others lack."""
        assert asked(api, *accounts) is None


def accounts(rows: Any, status: int = 200, link: str = "") -> Answer:
    """An answer to the list of accounts."""
    headers = {"x-request-context-id": "0", "x-canvas-user-id": USER, **({"link": link} if link else {})}
    return Answer("GET", f"{BASE}/api/v1/accounts", status, headers, json.dumps(rows).encode())


ROOT = {"id": 1, "root_account_id": None}
SUB = {"id": 11, "root_account_id": 1}


@pytest.mark.parametrize(
    ("answer", "rights"),
    [
        (None, UserRights()),
        (accounts([]), UserRights([])),
        (accounts([ROOT]), UserRights(["1"])),
        (accounts([SUB, ROOT]), UserRights(["11", "1"])),
        (accounts([SUB]), UserRights(["11"], sub_accounts_only=True)),
        (accounts([SUB], link='<https://x/api/v1/accounts?page=2>; rel="next"'), UserRights(["11"])),
        (accounts([{"id": 11}]), UserRights(["11"])),
        (accounts({"accounts": []}), UserRights()),
        (accounts(["1"]), UserRights()),
        (accounts([], status=503), UserRights()),
        (accounts([], status=401), UserRights()),
    ],
)
def test_what_the_list_of_accounts_says(answer: Answer | None, rights: UserRights) -> None:
    """An empty list is an answer; what is no list of accounts, or only a part of it, shows nothing."""
    assert rights_of(answer) == rights


BOTH = Permission("Courses - add / edit", (("courses",), ("courses_add", "courses_edit")))


@pytest.mark.parametrize(
    ("roles", "off", "lacks"),
    [
        (None, [], False),
        ([], [], False),
        ([{}], [], False),
        ([{"courses": False}], ["courses"], True),
        ([{"courses": True}], [], False),
        ([{"courses_add": False, "courses_edit": True}], ["courses_add"], False),
        ([{"courses_add": False, "courses_edit": False}], ["courses_add", "courses_edit"], True),
        ([{"courses": True, "courses_add": False, "courses_edit": False}], ["courses_add", "courses_edit"], False),
        ([{"courses": False}, {"courses": True}], [], False),
        ([{"courses": False}, {}], [], False),
        ([{"courses": False}, {"courses": False}], ["courses"], True),
        ([{"courses": False}, {"courses_add": False}], [], False),
    ],
)
def test_what_is_off(roles: list[dict[str, bool]] | None, off: list[str], lacks: bool) -> None:
    """A permission is lacking only if no key of it that is in force is on, in any role of the user."""
    held = None if roles is None else [HeldRole("Role", "1", each) for each in roles]
    rights = UserRights(["1"], roles=held)

    assert (rights.off(BOTH), rights.lacks(BOTH)) == (off, lacks)
