"""The life of codes and tokens (lib/canvas/oauth/token.rb, access_token.rb)."""

from __future__ import annotations

import base64
import hashlib

import pytest

from scopecheck.embedded_canvas.known import ADMINISTRATOR, INTEGRATION_USER, KEY
from tests.selftest.embedded_canvas.calling import INSUFFICIENT, INVALID, REVOKED
from tests.selftest.embedded_canvas.driver import SCOPES, canvas, client
from tests.selftest.embedded_canvas.exchanging import TOKEN, accounts, exchange, redeem, with_code


class TestCode:
    """Exchanging a code for a token."""

    @pytest.mark.parametrize(
        ("version", "of_user", "more"),
        [("new", {"fake_student": False}, {"canvas_region": "unknown"}), ("old", {}, {})],
    )
    def test_what_is_issued(self, version: str, of_user: dict[str, bool], more: dict[str, str]) -> None:
        """The answer has the user and both strings but no scopes; the grant type may be absent."""
        state = canvas(version=version)
        issued = redeem(state, with_code(state, SCOPES[0]), grant_type=None).json()
        user = {
            "id": INTEGRATION_USER,
            "name": "Ally Integration",
            "global_id": str(10**13 + INTEGRATION_USER),
            "effective_locale": "en",
            **of_user,
        }

        assert accounts(state, issued.pop("access_token")).status_code == 200
        assert exchange(state, refresh_token=issued.pop("refresh_token")).status_code == 200
        assert issued == {"token_type": "Bearer", "user": user, "expires_in": 3600, **more}

    def test_keys_whose_tokens_do_not_expire(self) -> None:
        """`expires_in` is there only if the key's tokens expire."""
        state = canvas(auto_expire_tokens=False)

        assert "expires_in" not in redeem(state, with_code(state, *SCOPES)).json()

    def test_the_token_keeps_the_codes_scopes(self) -> None:
        """A token has the scopes that were requested, fewer than the key's; `scope` has no effect here."""
        state = canvas()
        text = redeem(state, with_code(state, SCOPES[0]), scope=" ".join(SCOPES)).json()["access_token"]
        course = client(state, token=None).get("/api/v1/courses/1001", headers={"Authorization": f"Bearer {text}"})

        assert accounts(state, text).status_code == 200
        assert course.json() == INSUFFICIENT

    @pytest.mark.parametrize(("wish", "after"), [(None, 200), ("0", 200), ("1", 401), ("true", 401)])
    def test_replace_tokens(self, wish: str | None, after: int) -> None:
        """On request the user's other tokens of this key are revoked, and nobody else's."""
        state = canvas()
        redeem(state, with_code(state, *SCOPES), replace_tokens=wish)
        answer = client(state).get("/api/v1/accounts")

        assert answer.status_code == after
        assert (answer.json() == REVOKED) is (after == 401)
        assert client(state, "admin").get("/api/v1/accounts").status_code == 200

    def test_a_key_that_replaces_tokens(self) -> None:
        """A key can be set to revoke the user's other tokens every time."""
        state = canvas()
        state.tables.keys[KEY].replace_tokens = True
        redeem(state, with_code(state, *SCOPES))

        assert client(state).get("/api/v1/accounts").json() == REVOKED

    def test_who_only_wants_to_know_the_user_gets_no_token(self) -> None:
        """The scope `/auth/userinfo` alone returns the user and no token."""
        state = canvas(enforce_scopes=False)
        issued = redeem(state, with_code(state, "/auth/userinfo")).json()

        assert (issued["access_token"], issued["user"]["id"]) == (None, INTEGRATION_USER)
        assert "refresh_token" not in issued

    @pytest.mark.parametrize(("verifier", "status"), [("right", 200), ("wrong", 400)])
    def test_pkce(self, verifier: str, status: int) -> None:
        """A code verifier must hash to the challenge."""
        state = canvas()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(b"right").digest()).decode().rstrip("=")
        answer = redeem(state, with_code(state, *SCOPES, challenge=challenge), code_verifier=verifier)

        assert answer.status_code == status
        assert answer.json().get("error") == (None if status == 200 else "invalid_grant")


class TestRefresh:
    """Refreshing a token."""

    def test_the_old_string_ends(self) -> None:
        """The new string works, the old one is dead; the refresh token stays and is not sent again."""
        state = canvas()
        issued = exchange(state).json()

        assert "refresh_token" not in issued
        assert accounts(state, issued["access_token"]).status_code == 200
        assert client(state).get("/api/v1/accounts").json() == INVALID
        assert exchange(state).status_code == 200
        assert accounts(state, issued["access_token"]).json() == INVALID

    def test_row_and_scopes_stay(self) -> None:
        """The token's ID and scopes stay, whatever the key has by now."""
        state = canvas(missing_on_token=frozenset({SCOPES[0]}))
        token = accounts(state, exchange(state).json()["access_token"])

        assert token.json() == INSUFFICIENT
        assert state.tables.tokens[201].scopes == list(SCOPES[1:])

    def test_an_hour_later(self) -> None:
        """A refresh renews an expired token."""
        state = canvas(token_state="expired")

        assert client(state).get("/api/v1/accounts").json() == INVALID
        assert accounts(state, exchange(state).json()["access_token"]).status_code == 200

    def test_enforcement_switched_on_over_no_scopes(self) -> None:
        """A token without scopes can be refreshed after its key enforces scopes, but is refused everywhere."""
        state = canvas()
        state.tables.tokens[201].scopes = []
        fresh = exchange(state)

        assert fresh.status_code == 200
        assert accounts(state, fresh.json()["access_token"]).json() == INSUFFICIENT

    def test_enforcement_switched_on_over_other_scopes(self) -> None:
        """A token with a scope that the key lacks gets a string that was never saved; the old one still works."""
        state = canvas(missing_on_key=frozenset({SCOPES[-1]}))
        fresh = exchange(state)

        assert fresh.status_code == 200
        assert accounts(state, fresh.json()["access_token"]).json() == INVALID
        assert client(state).get("/api/v1/accounts").status_code == 200


class TestEnd:
    """Deleting a token."""

    @pytest.mark.parametrize("scopes", [SCOPES, ()])
    def test_a_token_ends_itself_whatever_its_scopes(self, scopes: tuple[str, ...]) -> None:
        """The answer is an empty object; afterwards token and refresh token are dead."""
        state = canvas(scopes=scopes)

        assert (answer := client(state).delete(TOKEN)).status_code == 200
        assert answer.json() == {}
        assert client(state).get("/api/v1/accounts").json() == REVOKED
        assert exchange(state).json()["error_description"] == "refresh_token not found"

    def test_a_dead_token_cannot(self) -> None:
        """A dead token is refused, as everywhere."""
        assert client(canvas(token_state="revoked")).delete(TOKEN).json() == REVOKED

    @pytest.mark.parametrize(("version", "status"), [("new", 401), ("old", 400)])
    def test_nothing_to_end(self, version: str, status: int) -> None:
        """Without a token there is nothing to delete; new Canvas requires a user first."""
        assert client(canvas(version=version), token=None).delete(TOKEN).status_code == status


@pytest.mark.parametrize("version", ["new", "old"])
def test_who_acts_as_the_user_is_named(version: str) -> None:
    """A token that somebody got while acting as its user shows both, when it is issued and in each answer."""
    of = canvas(masquerading=True, version=version)
    issued = exchange(of).json()
    answer = accounts(of, issued["access_token"])

    assert (issued["user"]["id"], issued["real_user"]["id"]) == (INTEGRATION_USER, ADMINISTRATOR)
    assert answer.headers["x-canvas-user-id"] == issued["user"]["global_id"]
    assert answer.headers["x-canvas-real-user-id"] == issued["real_user"]["global_id"]


def test_a_user_who_acts_alone_is_named_alone() -> None:
    """Else there is neither the member nor the header."""
    of = canvas()
    issued = exchange(of).json()

    assert "real_user" not in issued
    assert "x-canvas-real-user-id" not in accounts(of, issued["access_token"]).headers
