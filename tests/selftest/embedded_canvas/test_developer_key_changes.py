"""Developer keys changed, deleted and bound (developer_key.rb, developer_key_account_binding.rb)."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.known import DEFAULT_KEY, KEY
from tests.selftest.embedded_canvas.calling import INSUFFICIENT, INVALID, REVOKED
from tests.selftest.embedded_canvas.driver import NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client
from tests.selftest.embedded_canvas.managing import BOGUS, bind, change


class TestUpdate:
    """`PUT` and `DELETE /api/v1/developer_keys/:id`."""

    def test_what_is_not_named_stays(self) -> None:
        """Only named columns change, and tokens stay alive."""
        state = canvas()
        row = change(state, allow_includes=False).json()

        assert (row["allow_includes"], row["name"], row["scopes"]) == (False, "Ally", list(SCOPES))
        assert client(state).get("/api/v1/accounts").status_code == 200

    def test_unknown_scopes_are_dropped(self) -> None:
        """Today's Canvas silently drops a scope that it does not have."""
        state = canvas()

        assert change(state, scopes=[*SCOPES, BOGUS]).json()["scopes"] == list(SCOPES)
        assert client(state).get("/api/v1/accounts").status_code == 200

    def test_old_canvas_refuses_unknown_scopes(self) -> None:
        """Old Canvas refuses the whole update, and saves nothing."""
        state = canvas(version="old")
        answer = change(state, name="Changed", scopes=[BOGUS])
        error = {"attribute": "scopes", "type": f"cannot contain {BOGUS}", "message": f"cannot contain {BOGUS}"}

        assert (answer.status_code, answer.json()) == (400, {"errors": {"scopes": [error]}})
        assert (state.tables.keys[KEY].name, client(state).get("/api/v1/accounts").status_code) == ("Ally", 200)

    def test_the_way_to_a_key(self) -> None:
        """A key is changed by its own path; it cannot be read by it, nor changed below an account."""
        by = client(canvas(), "admin")
        read = by.get(f"/api/v1/developer_keys/{KEY}")
        below = by.put(f"/api/v1/accounts/self/developer_keys/{KEY}", json={"developer_key": {"name": "x"}})

        assert (read.status_code, read.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert below.status_code == 422

    def test_a_scope_taken_off_ends_all_tokens(self) -> None:
        """All tokens of the key are revoked, and no other key's; adding the scope again revives none."""
        state = canvas()
        change(state, scopes=SCOPES[1:])
        change(state, scopes=SCOPES)

        assert client(state).get("/api/v1/accounts").json() == REVOKED
        assert client(state, "admin").get("/api/v1/accounts").status_code == 200

    def test_a_scope_put_on_is_on_no_old_token(self) -> None:
        """A token keeps the scopes that it was issued with, and stays alive."""
        state = canvas(missing_on_key=frozenset({SCOPES[0]}), missing_on_token=frozenset({SCOPES[0]}))
        change(state, scopes=SCOPES)

        assert client(state).get("/api/v1/accounts").json() == INSUFFICIENT

    def test_enforcement_is_at_once(self) -> None:
        """Switched off, a token may do everything immediately; switched on, only what its scopes allow."""
        state = canvas(missing_on_token=frozenset({SCOPES[0]}))

        change(state, require_scopes="false")
        assert client(state).get("/api/v1/accounts").status_code == 200
        change(state, require_scopes="true")
        assert client(state).get("/api/v1/accounts").status_code == 401

    def test_lti_keys_enforce_always(self) -> None:
        """A public-JWK key enforces scopes, whatever is requested."""
        assert change(canvas(key_kind="lti"), require_scopes=False).json()["require_scopes"] is True

    def test_events(self) -> None:
        """`deactivate` and `activate` disable and enable the key."""
        state = canvas()

        assert change(state, event="deactivate").json()["workflow_state"] == "inactive"
        assert client(state).get("/api/v1/accounts").status_code == 401
        assert change(state, event="activate").json()["workflow_state"] == "active"
        assert client(state).get("/api/v1/accounts").status_code == 200

    def test_delete(self) -> None:
        """A key is soft-deleted; then it is not found, before any right is checked."""
        state = canvas()
        path = f"/api/v1/developer_keys/{KEY}"

        assert client(state, "admin").delete(path).json()["workflow_state"] == "deleted"
        assert client(state, "admin").delete(path).json() == NOT_FOUND
        assert client(state).get("/api/v1/accounts").json() == INVALID

    def test_rights(self) -> None:
        """An unknown key is 404 for everybody; a known one is refused, and so is an inherited one."""
        state = canvas(enforce_scopes=False, role="teacher")

        assert client(state).put("/api/v1/developer_keys/999").json() == NOT_FOUND
        assert client(state).put("/api/v1/developer_keys/abc").json() == NOT_FOUND
        assert client(state).put(f"/api/v1/developer_keys/{KEY}").json() == NOT_PERMITTED
        assert client(state, "admin").delete(f"/api/v1/developer_keys/{DEFAULT_KEY}").json() == NOT_PERMITTED


class TestBinding:
    """Turning a key on and off for the account."""

    @pytest.mark.parametrize(("state", "status"), [("on", 200), ("off", 401), ("allow", 401)])
    def test_an_own_key(self, state: str, status: int) -> None:
        """The binding decides whether the key's tokens work; since it existed, the answer is 201."""
        of = canvas(key_state="off")
        answer = bind(of, state)

        assert (answer.status_code, answer.json()["workflow_state"]) == (201, state)
        assert client(of).get("/api/v1/accounts").status_code == status

    @pytest.mark.parametrize(
        ("owner_says", "root_says", "status"),
        [("on", "off", 200), ("off", "on", 401), ("allow", "on", 200), ("allow", "off", 401)],
    )
    def test_a_site_admins_key(self, owner_says: str, root_says: str, status: int) -> None:
        """Site admin's `on` or `off` wins; its `allow` lets the root account decide, whose binding is new."""
        of = canvas(key_owner="site-admin", key_state=owner_says)

        assert [bind(of, root_says).status_code, bind(of, root_says).status_code] == [200, 201]
        assert client(of).get("/api/v1/accounts").status_code == status

    def test_refusals(self) -> None:
        """An unknown state, key or account, a local ID, a sub-account and a consortium's key are refused."""
        of = canvas()

        assert bind(of, "maybe").status_code == 422
        assert bind(of, "on", key=999).json() == NOT_FOUND
        assert bind(of, "on", key=KEY % 10**13).json() == NOT_FOUND
        assert bind(of, "on", account="11").json() == NOT_FOUND
        assert bind(canvas(key_owner="other-account"), "off").json() == NOT_FOUND
        path = f"/api/v1/accounts/1/developer_keys/{KEY}/developer_key_account_bindings"
        assert client(of, "admin").post(path).status_code == 400
        teacher = client(canvas(enforce_scopes=False, role="teacher")).post(path)
        assert (teacher.status_code, teacher.json()) == (403, NOT_PERMITTED)
