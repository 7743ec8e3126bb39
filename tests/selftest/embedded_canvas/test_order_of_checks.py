"""Which problem is reported first if there are several, and what Canvas says besides the body."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.embedded_canvas.http import Request
from scopecheck.embedded_canvas.known import COLLEAGUE, INTEGRATION_USER
from scopecheck.embedded_canvas.throttle import identity
from tests.selftest.embedded_canvas.calling import (
    INSUFFICIENT,
    INVALID,
    INVALID_AS_USER,
    UNSCOPED,
    outcome,
    with_header,
)
from tests.selftest.embedded_canvas.driver import COURSE, NOT_FOUND, NOT_PERMITTED, SCOPES, canvas, client


class TestOrder:
    """Throttle, route, token, key, scope, right."""

    def test_no_route(self) -> None:
        """An unknown path or verb is an HTML page, whatever the token: 404, or 422 for writes."""
        unknown, unwritable = with_header(canvas(), "Bearer x", "/api/v1/nothing"), client(canvas()).patch(COURSE)

        assert (unknown.status_code, unknown.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert (unwritable.status_code, unwritable.headers["content-type"]) == (422, "text/html; charset=utf-8")

    def test_the_throttle_comes_first(self) -> None:
        """A full bucket is a 403 in plain text before the token is checked, even for an unknown token."""
        answer = with_header(canvas(throttle=True, bucket_size=49), "Bearer x")

        assert (answer.status_code, answer.text) == (403, "403 Forbidden (Rate Limit Exceeded)\n")
        assert "x-request-cost" not in answer.headers

    @pytest.mark.parametrize(
        ("state", "body"),
        [
            ({"token_state": "permanently-expired", "key_state": "off"}, "Expired access token."),
            ({"token_state": "revoked", "key_workflow": "deleted"}, "Revoked access token."),
            ({"key_state": "off", "missing_on_token": frozenset(SCOPES)}, "Invalid access token."),
            ({"missing_on_token": frozenset(SCOPES), "role": "student"}, "Insufficient scopes on access token."),
        ],
    )
    def test_state_of_token_then_key_then_scope_then_right(self, state: dict[str, Any], body: str) -> None:
        """The checks are expiry, revocation, key, scope, right, in this order."""
        assert client(canvas(**state)).get("/api/v1/accounts/1").json()["errors"][0]["message"] == body

    @pytest.mark.parametrize("path", ["/api/v1/courses/0/pages/x", "/api/v1/courses/1001/pages/nothing"])
    def test_the_scope_comes_before_the_record(self, path: str) -> None:
        """A missing scope is reported before anything is looked up or written."""
        of = canvas(missing_on_token=frozenset(SCOPES))
        before = of.tables.digest()

        assert client(of).put(path, json={"wiki_page": {"body": "x"}}).json() == INSUFFICIENT
        assert of.tables.digest() == before

    @pytest.mark.parametrize(
        ("path", "lacking", "having"),
        [
            # the URL's course or account is looked up to find the account that the key must be on for
            ("/api/v1/courses/0/pages", NOT_FOUND, NOT_FOUND),
            ("/api/v1/accounts/0/terms", NOT_FOUND, NOT_FOUND),
            ("/api/v1/accounts/0", NOT_FOUND, NOT_FOUND),
            # `courses/:id` itself has no context
            ("/api/v1/courses/0", INSUFFICIENT, NOT_FOUND),
        ],
    )
    def test_a_key_of_another_account_is_the_exception(self, path: str, lacking: object, having: object) -> None:
        """For a key of another account the URL's context is looked up before the scope check."""
        of = canvas(key_owner="other-account", missing_on_token=frozenset(SCOPES))

        assert client(of).get(path).json() == lacking
        assert client(canvas(key_owner="other-account")).get(path).json() == having
        assert client(of).get(COURSE).json() == INSUFFICIENT

    @pytest.mark.parametrize("owner", ["root-account", "site-admin"])
    def test_other_owners_are_not(self, owner: str) -> None:
        """For keys of the root account and of site admin the scope is checked first."""
        of = canvas(key_owner=owner, missing_on_token=frozenset(SCOPES))

        assert client(of).get("/api/v1/courses/0/pages").json() == INSUFFICIENT

    def test_masquerading_comes_after_the_scope(self) -> None:
        """`as_user_id` is checked after the scope and before the right."""
        of = canvas()

        assert client(of).get(UNSCOPED, params={"as_user_id": "x"}).json() == INSUFFICIENT
        assert outcome(client(of).get(COURSE, params={"as_user_id": "x"})) == (401, INVALID_AS_USER, None)


class TestMasquerading:
    """Acting as another user."""

    def test_an_admin_may(self) -> None:
        """An admin can act as another user, with that user's rights only."""
        by = client(canvas(), "admin")

        assert by.get("/api/v1/users/self", params={"as_user_id": COLLEAGUE}).json()["id"] == COLLEAGUE
        assert by.get("/api/v1/accounts/1/scopes", params={"as_user_id": COLLEAGUE}).json() == NOT_PERMITTED

    @pytest.mark.parametrize(
        ("state", "wanted"), [({"role": "teacher"}, COLLEAGUE), ({"denied": frozenset({"become_user"})}, COLLEAGUE)]
    )
    def test_others_may_not(self, state: dict[str, Any], wanted: int) -> None:
        """Users who may not act as others get a 401 with a plain string, but can act as themselves."""
        of = canvas(enforce_scopes=False, **state)

        assert client(of).get(COURSE, params={"as_user_id": wanted}).json() == INVALID_AS_USER
        for own in ("self", str(INTEGRATION_USER)):
            assert client(of).get("/api/v1/users/self", params={"as_user_id": own}).json()["id"] == INTEGRATION_USER

    def test_nobody_may_not(self) -> None:
        """Without a token nobody can act as anybody."""
        assert client(canvas(), token=None).get(COURSE, params={"as_user_id": 103}).json() == INVALID_AS_USER


class TestHeaders:
    """What Canvas says besides the body."""

    @pytest.mark.parametrize(
        ("query", "headers", "whose"),
        [
            ("", {"authorization": "Bearer x", "cookie": "canvas_session=1"}, ("token", "x")),
            ("access_token=x", {}, ("token", "x")),
            ("", {"authorization": "Basic x", "cookie": "a=b; canvas_session=1"}, ("session", "1")),
            ("", {"cookie": "a=b"}, ("address", "loopback")),
        ],
    )
    def test_whose_bucket(self, query: str, headers: dict[str, str], whose: tuple[str, str]) -> None:
        """A token, known or not, has its own bucket; otherwise a browser's session, otherwise the address."""
        assert identity(Request("GET", COURSE, query, headers)) == whose

    def test_a_session_is_told_no_cost(self) -> None:
        """Everybody gets cost and remainder, except browsers that are identified by their session."""
        by = client(canvas(), token=None)

        assert {"x-request-cost", "x-rate-limit-remaining"} <= with_header(canvas(), "Bearer x").headers.keys()
        assert "x-request-cost" not in by.get("/login", headers={"Cookie": "canvas_session=1"}).headers

    def test_error_reports(self) -> None:
        """By default the refusal of a missing scope has an error report's number; no other refusal has one."""
        of = canvas(error_report_ids=True, denied=frozenset({"read"}))
        by = client(of)

        assert CanvasConfig().error_report_ids
        assert by.get(UNSCOPED).json() == INSUFFICIENT | {"error_report_id": 1}
        assert by.get("/api/v1/courses/0").json() == NOT_FOUND
        assert with_header(of, "Bearer x").json() == INVALID
        assert by.get("/api/v1/accounts/1").json() == NOT_PERMITTED

    def test_malformed_json(self) -> None:
        """A body that claims to be JSON and is not is a 400 before the user is looked up."""
        headers = {"Content-Type": "application/json"}

        assert client(canvas(), token=None).put(COURSE, content=b"{", headers=headers).status_code == 400

    def test_a_crash_comes_instead_of_anything(self) -> None:
        """An unhandled error is a 500 with the report's number."""
        of = canvas(faults=(Fault("500"),))

        assert client(of).get(COURSE).json()["errors"][0]["error_code"] == "internal_server_error"
