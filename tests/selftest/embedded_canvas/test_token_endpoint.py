"""How `/login/oauth2/token` refuses (lib/canvas/oauth/grant_types, request_error.rb)."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from scopecheck.embedded_canvas.known import ADMIN_KEY, ADMINISTRATOR, CREDENTIALS
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import AccessToken, AuthorizationCode
from tests.selftest.embedded_canvas.driver import SCOPES, canvas, client
from tests.selftest.embedded_canvas.exchanging import TOKEN, exchange, redeem, with_code


class TestRefusals:
    """Each refusal, and the order of checks: grant type, client, secret, grant."""

    @pytest.mark.parametrize(
        ("changed", "status", "error", "description"),
        [
            ({"grant_type": None, "client_id": "9"}, 400, "unsupported_grant_type",
             "grant_type is not supported"),
            ({"grant_type": "password", "client_id": "9"}, 400, "unsupported_grant_type",
             "grant_type is not supported"),
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
        """Every refusal has its status, error and description; those about the client also have a realm."""
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
        """A refresh token dies with its token; old Canvas calls that an invalid request."""
        answer = exchange(canvas(token_state=state, version=version))

        assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert answer.json()["error_description"] == "refresh_token not found"

    @pytest.mark.parametrize("workflow", ["inactive", "deleted"])
    def test_inactive_keys_are_unknown(self, workflow: str) -> None:
        """An inactive or deleted key counts as unknown."""
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
        """If the key has lost one of the code's scopes, the answer is an HTML page and no token."""
        state = canvas(missing_on_key=frozenset({SCOPES[0]}))
        before = len(state.tables.tokens)
        answer = redeem(state, with_code(state, *SCOPES))

        assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
        assert len(state.tables.tokens) == before


class TestClient:
    """How a client identifies itself."""

    def test_http_basic(self) -> None:
        """ID and secret may come by HTTP Basic; parameters win."""
        pair = f"{CREDENTIALS.client_id}:{CREDENTIALS.client_secret}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

        assert exchange(canvas(), basic, client_id=None, client_secret=None).status_code == 200
        assert exchange(canvas(), basic, client_secret="x").json()["error_description"] == "invalid client"

    def test_json(self) -> None:
        """The parameters may come as JSON, with the ID as a number."""
        of = canvas()
        body = {
            "client_id": int(CREDENTIALS.client_id),
            "client_secret": CREDENTIALS.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": CREDENTIALS.refresh_token,
        }

        assert client(of, token=None).post(TOKEN, json=body).status_code == 200

    @pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic w6Q", "Bearer x"])
    def test_other_headers_name_no_client(self, header: str) -> None:
        """A header that is not valid HTTP Basic is ignored."""
        answer = exchange(canvas(), {"Authorization": header}, client_id=None)

        assert answer.json()["error_description"] == "unknown client"
