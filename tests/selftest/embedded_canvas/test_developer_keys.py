"""Developer keys listed and created (developer_keys_controller.rb, lib/api/v1/developer_key.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import ADMIN_KEY, CREDENTIALS, KEY, REDIRECT_URI
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client
from tests.selftest.embedded_canvas.managing import BOGUS, KEYS, make


class TestList:
    """`GET /api/v1/accounts/:account_id/developer_keys`."""

    def test_own_keys_newest_first(self) -> None:
        """The account's own keys are listed by descending ID, without the key of personal tokens."""
        assert [row["id"] for row in client(canvas(), "admin").get(KEYS).json()] == [KEY, ADMIN_KEY]

    def test_in_pages(self) -> None:
        """The list comes in pages."""
        answer = client(canvas(), "admin").get(KEYS, params={"per_page": 1})

        assert ([row["id"] for row in answer.json()], "next" in answer.links) == ([KEY], True)

    @pytest.mark.parametrize("wanted", [KEY, KEY % 10**13])
    def test_one_by_id(self, wanted: int) -> None:
        """`id` selects one."""
        assert [row["id"] for row in client(canvas(), "admin").get(KEYS, params={"id": wanted}).json()] == [KEY]

    def test_a_key_shows_scopes_and_settings(self) -> None:
        """A key of this account shows everything except whether its tokens expire; its redirect URIs are one text."""
        state = canvas(redirect_uris=(REDIRECT_URI, "https://ally.test/"), allow_includes=False)
        row = next(row for row in client(state, "admin").get(KEYS).json() if row["id"] == KEY)

        assert (row["scopes"], row["require_scopes"], row["allow_includes"]) == (list(SCOPES), True, False)
        assert row["redirect_uris"] == f"{REDIRECT_URI}\nhttps://ally.test/"
        assert (row["api_key"], row["access_token_count"]) == (CREDENTIALS.client_secret, 1)
        assert (row["workflow_state"], row["is_lti_key"]) == ("active", False)
        assert row["developer_key_account_binding"]["workflow_state"] == "on"
        assert row["developer_key_account_binding"]["account_owns_binding"] is True
        assert "auto_expire_tokens" not in row
        assert (row["public_jwk"], row["public_jwk_url"], row["tool_configuration"]) == (None, None, None)

    def test_when_a_key_was_used(self) -> None:
        """`last_used_at` is the last call with one of the key's tokens."""
        state = canvas()
        unused = client(state, "admin").get(KEYS, params={"id": KEY}).json()[0]
        client(state).get("/api/v1/accounts")
        used = client(state, "admin").get(KEYS, params={"id": KEY}).json()[0]

        assert (unused["last_used_at"], bool(used["last_used_at"])) == (None, True)

    def test_inactive_keys_are_listed(self) -> None:
        """An inactive key is in the list with its state, although it counts as unknown elsewhere."""
        row = client(canvas(key_workflow="inactive"), "admin").get(KEYS, params={"id": KEY}).json()[0]

        assert row["workflow_state"] == "inactive"

    @pytest.mark.parametrize(("owner", "origin"), [("site-admin", "global"), ("other-account", "federated_parent")])
    def test_an_inherited_key_hides_them(self, owner: str, origin: str) -> None:
        """Inherited keys are in another list, and show neither scopes nor settings nor the secret."""
        state = canvas(key_owner=owner)
        own = client(state, "admin").get(KEYS).json()
        inherited = client(state, "admin").get(KEYS, params={"inherited": "true"}).json()

        assert [row["id"] for row in own] == [ADMIN_KEY]
        assert [(row["id"], row["inherited_from"]) for row in inherited] == [(KEY, origin)]
        hidden = {"scopes", "require_scopes", "allow_includes", "api_key", "redirect_uris"}
        assert hidden.isdisjoint(inherited[0])

    def test_deleted_keys_are_gone(self) -> None:
        """A deleted key is not in any list."""
        assert [row["id"] for row in client(canvas(key_workflow="deleted"), "admin").get(KEYS).json()] == [ADMIN_KEY]

    def test_root_accounts_only(self) -> None:
        """Sub-accounts have no keys."""
        assert client(canvas(), "admin").get("/api/v1/accounts/11/developer_keys").json() == NOT_FOUND

    @pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 401)])
    def test_only_for_those_who_manage_keys(self, version: str, status: int) -> None:
        """The right `manage_developer_keys` is needed."""
        answer = client(canvas(enforce_scopes=False, role="teacher", version=version)).get(KEYS)

        assert (answer.status_code, answer.json()) == (status, NOT_PERMITTED)


class TestCreate:
    """`POST /api/v1/accounts/:account_id/developer_keys`."""

    def test_a_new_key_is_off(self) -> None:
        """A new key is active, has a secret and a global id, and its binding is off."""
        state = canvas()
        row = make(state, name="New", scopes=[SCOPES[0], SCOPES[0]], require_scopes=True, notes="n").json()

        assert (row["name"], row["scopes"], row["require_scopes"], row["notes"]) == ("New", [SCOPES[0]], True, "n")
        assert (row["workflow_state"], row["allow_includes"], len(row["api_key"])) == ("active", False, 64)
        assert row["id"] > 10**13
        assert row["developer_key_account_binding"]["workflow_state"] == "off"
        assert state.tables.keys[row["id"]].auto_expire_tokens

    def test_unknown_scopes_are_an_error(self) -> None:
        """A scope that this Canvas does not have is refused, and no key is created."""
        state = canvas()
        answer = make(state, scopes=[SCOPES[0], BOGUS])

        assert answer.status_code == 400
        assert answer.json()["errors"]["scopes"][0]["message"] == f"cannot contain {BOGUS}"
        assert len(state.tables.keys) == 3

    def test_old_canvas_does_not_know_todays_name(self) -> None:
        """Old Canvas does not know a page scope's new name."""
        page = "url:GET|/api/v1/courses/:course_id/pages/:url"

        assert make(canvas(version="old"), scopes=[f"{page}_or_id"]).status_code == 400
        assert make(canvas(version="old"), scopes=[page]).status_code == 200

    @pytest.mark.parametrize("scope", ["/auth/userinfo", "url:GET|/api/v1/files/:id/create_success"])
    def test_valid_scopes_are_more_than_the_listed(self, scope: str) -> None:
        """Scopes that the scopes API does not list are also valid."""
        assert make(canvas(), scopes=[scope]).json()["scopes"] == [scope]

    @pytest.mark.parametrize("uris", ["https://a.test/ \n https://b.test/", ["https://a.test/", "https://b.test/"]])
    def test_redirect_uris(self, uris: Any) -> None:
        """Redirect URIs come as a list, or as one text separated by white space."""
        assert make(canvas(), redirect_uris=uris).json()["redirect_uris"] == "https://a.test/\nhttps://b.test/"

    def test_nothing_named(self) -> None:
        """The parameter `developer_key` is required."""
        answer = client(canvas(), "admin").post(KEYS)

        assert (answer.status_code, answer.json()) == (400, {"errors": [{"message": "developer_key is missing"}]})
