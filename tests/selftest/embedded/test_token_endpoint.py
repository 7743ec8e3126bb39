"""`/login/oauth2/token` (oauth2_provider_controller.rb, lib/canvas/oauth)."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import httpx
import pytest

from embedded_canvas.app import Canvas
from embedded_canvas.seed import ADMIN_KEY, ADMINISTRATOR, CREDENTIALS, INTEGRATION_USER, KEY
from embedded_canvas.state import AccessToken, AuthorizationCode, now
from tests.selftest.embedded.driver import SCOPES, canvas, client

TOKEN = "/login/oauth2/token"
INVALID_TOKEN = {"errors": [{"message": "Invalid access token."}]}
REVOKED = {"errors": [{"message": "Revoked access token."}]}


def exchange(of: Canvas, headers: dict[str, str] | None = None, /, **changed: str | None) -> httpx.Response:
    """Refresh Ally's token, with some parameters changed or (None) left out."""
    form = {
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "grant_type": "refresh_token",
        "refresh_token": CREDENTIALS.refresh_token,
        **changed,
    }
    given = {name: value for name, value in form.items() if value is not None}
    return client(of, token=None).post(TOKEN, data=given, headers=headers)


def with_code(of: Canvas, *scopes: str, challenge: str | None = None, age: timedelta = timedelta()) -> str:
    """A code that the integration user gave to Ally."""
    code = AuthorizationCode("c0de", KEY, INTEGRATION_USER, list(scopes), now() - age, challenge)
    of.tables.codes[code.code] = code
    return code.code


def redeem(of: Canvas, code: str = "c0de", **changed: str | None) -> httpx.Response:
    """Exchange a code."""
    form: dict[str, str | None] = {"grant_type": "authorization_code", "refresh_token": None, "code": code, **changed}
    return exchange(of, None, **form)


def accounts(of: Canvas, token: str) -> httpx.Response:
    """A call with a token."""
    return client(of, token=None).get("/api/v1/accounts", headers={"Authorization": f"Bearer {token}"})


class TestRefusals:
    """Each refusal, and their order: grant type, client, secret, grant."""

    @pytest.mark.parametrize(
        ("changed", "status", "error", "description"),
        [
            ({"grant_type": None, "client_id": "9"}, 400, "unsupported_grant_type",
             "The grant_type you requested is not currently supported"),
            ({"grant_type": "password", "client_id": "9"}, 400, "unsupported_grant_type",
             "The grant_type you requested is not currently supported"),
            ({"client_id": "9", "client_secret": "x"}, 401, "invalid_client", "unknown client"),
            ({"client_id": "x", "client_secret": "x"}, 401, "invalid_client", "unknown client"),
            ({"client_id": None}, 401, "invalid_client", "unknown client"),
            ({"client_secret": "x", "refresh_token": "x"}, 401, "invalid_client", "invalid client"),
            ({"client_secret": None}, 401, "invalid_client", "invalid client"),
            ({"refresh_token": None}, 400, "invalid_request",
             "You must provide the refresh_token parameter when using the refresh_token grant type"),
            ({"refresh_token": "x"}, 400, "invalid_grant", "refresh_token not found"),
            ({"refresh_token": "of-another-key"}, 400, "invalid_grant", "incorrect client"),
            ({"grant_type": "authorization_code"}, 400, "invalid_request",
             "You must provide the code parameter when using the authorization_code grant type"),
            ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant",
             "authorization_code not found"),
            ({"grant_type": "authorization_code", "code": "of-another-key"}, 400, "invalid_grant",
             "incorrect client"),
            ({"grant_type": "client_credentials"}, 400, "invalid_request",
             "assertion method not supported for this grant_type"),
        ],
    )  # fmt: skip
    def test_refusals(self, changed: dict[str, str | None], status: int, error: str, description: str) -> None:
        """Every refusal has its status, error and description; those of the client also Canvas's OAuth realm."""
        state = canvas()
        other = "of-another-key"
        state.tables.tokens[300] = AccessToken(300, "t", ADMINISTRATOR, ADMIN_KEY, [], other)
        state.tables.codes[other] = AuthorizationCode(other, ADMIN_KEY, ADMINISTRATOR, [], now())
        answer = exchange(state, None, **changed)

        assert (answer.status_code, answer.json()) == (status, {"error": error, "error_description": description})
        assert answer.headers.get("www-authenticate") == ("Canvas OAuth 2.0" if status == 401 else None)

    @pytest.mark.parametrize("state", ["revoked", "permanently-expired", "unknown"])
    @pytest.mark.parametrize(("version", "error"), [("new", "invalid_grant"), ("old", "invalid_request")])
    def test_dead_refresh_tokens(self, state: str, version: str, error: str) -> None:
        """A refresh token dies with its token, and old Canvas calls that an invalid request."""
        answer = exchange(canvas(token_state=state, version=version))

        assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert answer.json()["error_description"] == "refresh_token not found"

    @pytest.mark.parametrize("workflow", ["inactive", "deleted"])
    def test_inactive_keys_are_unknown(self, workflow: str) -> None:
        """An inactive or deleted key is as if unknown."""
        assert exchange(canvas(key_workflow=workflow)).json()["error_description"] == "unknown client"

    @pytest.mark.parametrize(("age", "status"), [(9, 200), (10, 400)])
    def test_a_code_lives_ten_minutes(self, age: int, status: int) -> None:
        """A code that is ten minutes old is not found."""
        state = canvas()

        assert redeem(state, with_code(state, *SCOPES, age=timedelta(minutes=age))).status_code == status

    def test_a_code_works_once(self) -> None:
        """A used code is not found."""
        state = canvas()
        code = with_code(state, *SCOPES)

        assert redeem(state, code).status_code == 200
        assert redeem(state, code).json()["error_description"] == "authorization_code not found"

    def test_the_key_lost_a_scope_meanwhile(self) -> None:
        """A code with a scope that the key no longer carries ends in an HTML page, and no token."""
        state = canvas(missing_on_key=frozenset({SCOPES[0]}))
        before = len(state.tables.tokens)
        answer = redeem(state, with_code(state, *SCOPES))

        assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert len(state.tables.tokens) == before


class TestClient:
    """How a client says who it is."""

    def test_http_basic(self) -> None:
        """Id and secret may come by HTTP Basic; parameters win."""
        pair = f"{CREDENTIALS.client_id}:{CREDENTIALS.client_secret}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

        assert exchange(canvas(), basic, client_id=None, client_secret=None).status_code == 200
        assert exchange(canvas(), basic, client_secret="x").json()["error_description"] == "invalid client"

    @pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic w6Q", "Bearer x"])
    def test_other_headers_name_no_client(self, header: str) -> None:
        """What is no HTTP Basic names nobody."""
        answer = exchange(canvas(), {"Authorization": header}, client_id=None)

        assert answer.json()["error_description"] == "unknown client"


class TestCode:
    """A code becomes a token."""

    @pytest.mark.parametrize(("version", "more"), [("new", {"fake_student": False}), ("old", {})])
    def test_what_is_issued(self, version: str, more: dict[str, bool]) -> None:
        """The answer names the user and both strings, and not the scopes; the grant type may be absent."""
        state = canvas(version=version)
        issued = redeem(state, with_code(state, SCOPES[0]), grant_type=None).json()
        user = {
            "id": INTEGRATION_USER,
            "name": "Ally Integration",
            "global_id": str(10**13 + INTEGRATION_USER),
            "effective_locale": "en",
            **more,
        }

        assert accounts(state, issued.pop("access_token")).status_code == 200
        assert exchange(state, refresh_token=issued.pop("refresh_token")).status_code == 200
        assert issued == {"token_type": "Bearer", "user": user, "canvas_region": "unknown", "expires_in": 3600}

    def test_keys_whose_tokens_do_not_expire(self) -> None:
        """`expires_in` is there only where the key's tokens expire."""
        state = canvas(auto_expire_tokens=False)

        assert "expires_in" not in redeem(state, with_code(state, *SCOPES)).json()

    def test_the_token_keeps_the_codes_scopes(self) -> None:
        """A token has the scopes that were asked for, fewer than the key's; `scope` here changes nothing."""
        state = canvas()
        text = redeem(state, with_code(state, SCOPES[0]), scope=" ".join(SCOPES)).json()["access_token"]
        course = client(state, token=None).get("/api/v1/courses/1001", headers={"Authorization": f"Bearer {text}"})

        assert accounts(state, text).status_code == 200
        assert course.json() == {"errors": [{"message": "Insufficient scopes on access token."}]}

    @pytest.mark.parametrize(("wish", "after"), [(None, 200), ("0", 200), ("1", 401), ("true", 401)])
    def test_replace_tokens(self, wish: str | None, after: int) -> None:
        """On wish the user's other tokens of this key are revoked, and nobody else's."""
        state = canvas()
        redeem(state, with_code(state, *SCOPES), replace_tokens=wish)
        answer = client(state).get("/api/v1/accounts")

        assert answer.status_code == after
        assert answer.json() == REVOKED or after == 200
        assert client(state, "admin").get("/api/v1/accounts").status_code == 200

    def test_a_key_that_replaces_tokens(self) -> None:
        """A key can be set to revoke the user's other tokens each time."""
        state = canvas()
        state.tables.keys[KEY].replace_tokens = True
        redeem(state, with_code(state, *SCOPES))

        assert client(state).get("/api/v1/accounts").json() == REVOKED

    def test_who_only_wants_to_know_the_user_gets_no_token(self) -> None:
        """The scope `/auth/userinfo` alone gives the user and no string."""
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
    """A refresh gives the same token a new string."""

    def test_the_old_string_ends(self) -> None:
        """The new string works, the old one is unknown, the refresh token stays and is not sent again."""
        state = canvas()
        issued = exchange(state).json()

        assert "refresh_token" not in issued
        assert accounts(state, issued["access_token"]).status_code == 200
        assert client(state).get("/api/v1/accounts").json() == INVALID_TOKEN
        assert exchange(state).status_code == 200
        assert accounts(state, issued["access_token"]).json() == INVALID_TOKEN

    def test_row_and_scopes_stay(self) -> None:
        """The token's number and scopes are what they were, whatever the key has by now."""
        state = canvas(missing_on_token=frozenset({SCOPES[0]}))
        token = accounts(state, exchange(state).json()["access_token"])

        assert token.json() == {"errors": [{"message": "Insufficient scopes on access token."}]}
        assert state.tables.tokens[201].scopes == list(SCOPES[1:])

    def test_an_hour_later(self) -> None:
        """A token that expired after its hour is renewed by a refresh."""
        state = canvas(token_state="expired")

        assert client(state).get("/api/v1/accounts").json() == INVALID_TOKEN
        assert accounts(state, exchange(state).json()["access_token"]).status_code == 200

    def test_enforcement_switched_on_over_no_scopes(self) -> None:
        """A token without scopes is refreshed by a key that enforces them now, and refused everywhere."""
        state = canvas()
        state.tables.tokens[201].scopes = []
        fresh = exchange(state)

        assert fresh.status_code == 200
        assert accounts(state, fresh.json()["access_token"]).json() == {
            "errors": [{"message": "Insufficient scopes on access token."}]
        }

    def test_enforcement_switched_on_over_other_scopes(self) -> None:
        """A token with a scope that the key lacks gets a string that was never saved; the old one goes on working."""
        state = canvas(missing_on_key=frozenset({SCOPES[-1]}))
        fresh = exchange(state)

        assert fresh.status_code == 200
        assert accounts(state, fresh.json()["access_token"]).json() == INVALID_TOKEN
        assert client(state).get("/api/v1/accounts").status_code == 200


class TestEnd:
    """A token ends itself."""

    @pytest.mark.parametrize("scopes", [SCOPES, ()])
    def test_a_token_ends_itself_whatever_its_scopes(self, scopes: tuple[str, ...]) -> None:
        """The answer is an empty object; then token and refresh token are dead."""
        state = canvas(scopes=scopes)

        assert (answer := client(state).delete(TOKEN)).status_code == 200
        assert answer.json() == {}
        assert client(state).get("/api/v1/accounts").json() == REVOKED
        assert exchange(state).json()["error_description"] == "refresh_token not found"

    def test_a_dead_token_cannot(self) -> None:
        """A token that is dead is refused as anywhere."""
        assert client(canvas(token_state="revoked")).delete(TOKEN).json() == REVOKED

    @pytest.mark.parametrize(("version", "status"), [("new", 401), ("old", 400)])
    def test_nothing_to_end(self, version: str, status: int) -> None:
        """Without a token there is nothing to end; new Canvas asks for a user first."""
        assert client(canvas(version=version), token=None).delete(TOKEN).status_code == status
