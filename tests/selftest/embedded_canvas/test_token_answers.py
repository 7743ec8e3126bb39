"""Every way to refuse a token: status, body, header (authentication_methods.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import INTEGRATION_USER, KEY
from scopecheck.embedded_canvas.moments import now
from tests.selftest.embedded_canvas.calling import (
    BEARER,
    INSUFFICIENT,
    INVALID,
    REVOKED,
    UNAUTHENTICATED,
    UNSCOPED,
    outcome,
    with_header,
)
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client


class TestAnswers:
    """What each refusal looks like."""

    @pytest.mark.parametrize(
        ("state", "body"),
        [
            ({"token_state": "unknown"}, INVALID),
            ({"token_state": "expired"}, INVALID),
            ({"token_state": "revoked"}, REVOKED),
            ({"token_state": "revoked", "version": "old"}, INVALID),
            ({"token_state": "permanently-expired", "version": "old"}, INVALID),
            ({"key_state": "off"}, INVALID),
            ({"key_state": "allow"}, INVALID),
            ({"key_workflow": "inactive"}, INVALID),
            ({"key_workflow": "deleted"}, INVALID),
        ],
    )
    def test_dead_tokens(self, state: dict[str, Any], body: dict[str, Any]) -> None:
        """If a token or its key is dead the answer is a 401 with Canvas's realm, in the version's wording."""
        assert outcome(client(canvas(**state)).get(COURSE)) == (401, body, BEARER)

    def test_permanent_expiry_says_when(self) -> None:
        """New Canvas says when a token expired for good."""
        status, body, realm = outcome(client(canvas(token_state="permanently-expired")).get(COURSE))

        assert (status, realm) == (401, BEARER)
        assert body["errors"][0]["message"] == "Expired access token."
        assert body["errors"][0]["expired_at"] < now().isoformat()

    @pytest.mark.parametrize("header", ["", "bearer {}", "BEARER {}", "Token {}", "Basic {}"])
    def test_no_token(self, header: str) -> None:
        """Only a header that starts with exactly `Bearer` is a token."""
        of = canvas()

        answer = with_header(of, header.format(of.credentials.access_token), "/api/v1/accounts")
        assert outcome(answer) == (401, UNAUTHENTICATED, BEARER)

    def test_a_parameter_is_a_token_too(self) -> None:
        """The parameter `access_token` works, and a wrong one is refused."""
        of = canvas()

        assert client(of, token=None).get(f"{COURSE}?access_token={of.credentials.access_token}").status_code == 200
        assert outcome(client(of, token=None).get(f"{COURSE}?access_token=x")) == (401, INVALID, BEARER)

    @pytest.mark.parametrize("text", ["aaa.bbb.ccc", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
    def test_strings_like_a_jwt_fall_through(self, text: str) -> None:
        """A text that only looks like a JWT is an unknown token."""
        assert outcome(with_header(canvas(), f"Bearer {text}")) == (401, INVALID, BEARER)

    @pytest.mark.parametrize(("column", "value"), [("pseudonym", "suspended"), ("pseudonym", "none")])
    def test_users_without_log_in(self, column: str, value: str) -> None:
        """A user without an active login here has no valid token."""
        of = canvas()
        setattr(of.tables.users[INTEGRATION_USER], column, value)

        assert outcome(client(of).get(COURSE)) == (401, INVALID, BEARER)

    def test_tokens_without_user_or_approval(self) -> None:
        """A token whose user is gone, or that is pending, is invalid."""
        gone, pending = canvas(), canvas()
        del gone.tables.users[INTEGRATION_USER]
        pending.tables.tokens[201].workflow_state = "pending"

        assert outcome(client(gone).get(COURSE)) == (401, INVALID, BEARER)
        assert outcome(client(pending).get(COURSE)) == (401, INVALID, BEARER)

    def test_a_missing_scope_has_no_realm(self) -> None:
        """A missing scope is a 401 without WWW-Authenticate."""
        assert outcome(client(canvas()).get(UNSCOPED)) == (401, INSUFFICIENT, None)

    @pytest.mark.parametrize("state", ["deleted", "creation_pending"])
    def test_unavailable_users_are_nobody(self, state: str) -> None:
        """An unavailable user counts as anonymous, after the scope check."""
        of = canvas()
        of.tables.users[INTEGRATION_USER].workflow_state = state

        assert outcome(client(of).get("/api/v1/accounts")) == (401, UNAUTHENTICATED, BEARER)
        assert outcome(client(of).get(UNSCOPED)) == (401, INSUFFICIENT, None)

    @pytest.mark.parametrize(("version", "status"), [("new", 403), ("old", 401)])
    def test_lack_of_a_right(self, version: str, status: int) -> None:
        """A user without the right gets a 403, on old Canvas a 401, without a realm."""
        of = canvas(version=version, denied=frozenset({"read"}))

        assert outcome(client(of).get("/api/v1/accounts/1")) == (status, NOT_PERMITTED, None)

    def test_records_that_are_not_there(self) -> None:
        """A missing record is a 404."""
        assert outcome(client(canvas()).get("/api/v1/courses/0")) == (404, NOT_FOUND, None)


class TestOwnToken:
    """`GET /api/v1/users/self/tokens/:id`."""

    @pytest.mark.parametrize("name", ["201", "1~emb"])
    def test_a_token_shows_its_scopes(self, name: str) -> None:
        """A token is found by its ID or its first five characters, and shows its scopes."""
        of = canvas(missing_on_token=frozenset({SCOPES[0]}))
        of.tables.tokens[201].scopes.append("url:GET|/api/v1/users/:user_id/tokens/:id")
        row = client(of).get(f"/api/v1/users/self/tokens/{name}").json()

        assert (row["id"], row["app_name"]) == (201, of.tables.keys[KEY].name)
        assert row["scopes"] == [*SCOPES[1:], "url:GET|/api/v1/users/:user_id/tokens/:id"]

    def test_other_tokens_are_not_shown(self) -> None:
        """Another user's token is not found, and another user is not readable."""
        by = client(canvas(enforce_scopes=False, role="teacher"))

        assert by.get("/api/v1/users/self/tokens/202").json() == NOT_FOUND
        assert by.get("/api/v1/users/self/tokens/1~xxx").json() == NOT_FOUND
        assert by.get("/api/v1/users/103/tokens/202").json() == NOT_PERMITTED
        assert by.get("/api/v1/users/999").json() == NOT_FOUND
