"""When scopes are enforced, and when includes are stripped (authentication_methods.rb)."""

from __future__ import annotations

import pytest

from scopecheck.embedded_canvas.known import DEFAULT_KEY
from tests.selftest.embedded_canvas.calling import INSUFFICIENT, UNSCOPED, with_header
from tests.selftest.embedded_canvas.driver import BASE, COURSE, SCOPES, canvas, client


class TestEnforcement:
    """When scopes are enforced, and when not."""

    def test_only_where_the_key_enforces(self) -> None:
        """A key that does not enforce scopes lets everything through, whatever the token's scopes."""
        of = canvas(enforce_scopes=False, missing_on_token=frozenset(SCOPES))

        assert client(of).get(UNSCOPED).status_code == 200

    def test_personal_tokens_are_never_checked(self) -> None:
        """A personal token belongs to the default key, which enforces nothing."""
        of = canvas(token_state="personal")

        assert of.tables.tokens[201].key_id == DEFAULT_KEY
        assert client(of).get(UNSCOPED).status_code == 200

    def test_the_tokens_list_counts_not_the_keys(self) -> None:
        """A scope on the token works even if the key lacks it; a scope on the key alone does not."""
        of = canvas(missing_on_key=frozenset({SCOPES[0]}))

        assert client(of).get("/api/v1/accounts").status_code == 200

    def test_head_counts_as_get(self) -> None:
        """HEAD is covered by the scope of GET."""
        assert client(canvas()).head(COURSE).status_code == 200
        assert client(canvas(missing_on_token=frozenset(SCOPES))).head(COURSE).status_code == 401

    @pytest.mark.parametrize(("verb", "path"), [("POST", "/api/graphql"), ("GET", "/login/session_token")])
    def test_what_has_no_scope_is_closed(self, verb: str, path: str) -> None:
        """GraphQL and session tokens have no scope; keys that enforce scopes never get there, others do."""
        query = {"query": "{ __typename }"}

        assert client(canvas()).request(verb, path, json=query).json() == INSUFFICIENT
        assert client(canvas(enforce_scopes=False)).request(verb, path, json=query).json() in (
            {"data": {"__typename": "Query"}},
            {"session_url": f"{BASE}/"},
        )

    def test_tokens_count_in_the_api_only(self) -> None:
        """On Canvas's own pages a token is ignored."""
        assert with_header(canvas(), "Bearer x", "/login").status_code == 200


class TestIncludes:
    """Includes without Allow Include Parameters."""

    @pytest.mark.parametrize("query", ["include[]=syllabus_body&include[]=uuid", "include[]=syllabus_body"])
    def test_lists_are_stripped(self, query: str) -> None:
        """The answer is a normal 200 without the included member."""
        assert "syllabus_body" in client(canvas()).get(f"{COURSE}?{query}").json()
        answer = client(canvas(allow_includes=False)).get(f"{COURSE}?{query}")
        assert (answer.status_code, "syllabus_body" in answer.json()) == (200, False)

    def test_a_key_that_does_not_enforce_strips_nothing(self) -> None:
        """Includes are stripped only if scopes are enforced."""
        of = canvas(allow_includes=False, enforce_scopes=False)

        assert "syllabus_body" in client(of).get(f"{COURSE}?include[]=syllabus_body").json()
