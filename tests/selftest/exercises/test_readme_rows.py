"""Each row of the documents' table of key, token and endpoint has its verdict, on today's Canvas and that of 2022."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from tests.selftest.exercises.sweep import SCOPES, sweep

SCOPE = "url:PUT|/api/v1/courses/:course_id/assignments/:id"
PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
OLDER_PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url"
OK = (CheckVerdict.OK, None)

Red = dict[str, tuple[Verdict, str | None]]


def lacking(version: str, scope: str) -> frozenset[str]:
    """The scope under the name that this Canvas has for it."""
    return frozenset({OLDER_PAGE if version == "old" and scope == PAGE else scope})


@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize("mode", ["exercise", "probe"])
class TestRows:
    """The rows in their order."""

    def test_all_good(self, version: str, mode: str) -> None:
        """Nothing is red."""
        found = sweep(mode, version=version)

        assert found.not_granted() == {}
        assert {result.verdict for result in found.setup.key} == {CheckVerdict.OK}

    @pytest.mark.parametrize("scope", [SCOPE, PAGE])
    def test_not_ticked(self, version: str, mode: str, scope: str) -> None:
        """Neither key nor token has the scope: exactly this one is missing on the key."""
        of = lacking(version, scope)
        found = sweep(mode, version=version, missing_on_key=of, missing_on_token=of)

        assert found.not_granted() == {scope: (Verdict.MISSING, "scope-missing-on-key")}
        assert found.check(KeyCheck.SCOPES_ON_KEY) == (CheckVerdict.FAILED, "scope-missing-on-key")

    @pytest.mark.parametrize("scope", [SCOPE, PAGE])
    def test_older_token(self, version: str, mode: str, scope: str) -> None:
        """The key has the scope, the token does not: authorize again; the key needs no change."""
        found = sweep(mode, version=version, missing_on_token=lacking(version, scope))

        assert found.not_granted() == {scope: (Verdict.MISSING, "token-not-reauthorized")}
        assert found.check(KeyCheck.SCOPES_ON_KEY) == OK

    @pytest.mark.parametrize("scope", [SCOPE, PAGE])
    def test_just_cleared(self, version: str, mode: str, scope: str) -> None:
        """The token still works, and the key lacks the scope."""
        found = sweep(mode, version=version, missing_on_key=lacking(version, scope))

        assert found.not_granted() == {}
        assert found.check(KeyCheck.SCOPES_ON_KEY) == (CheckVerdict.FAILED, "scope-missing-on-key")

    @pytest.mark.parametrize(
        ("state", "check"),
        [
            ({"enforce_scopes": False}, (CheckVerdict.FAILED, "scopes-not-enforced")),
            ({"token_state": "personal"}, (CheckVerdict.FAILED, "token-from-another-key")),
        ],
    )
    def test_not_enforced(
        self, version: str, mode: str, state: dict[str, Any], check: tuple[CheckVerdict, str]
    ) -> None:
        """Whatever passes proves nothing."""
        assert sweep(mode, version=version, **state).check(KeyCheck.SCOPES_ENFORCED) == check

    def test_dead(self, version: str, mode: str) -> None:
        """One cause for all 31, which are unproved."""
        found = sweep(mode, version=version, token_state="unknown")

        assert found.not_granted() == dict.fromkeys(SCOPES, (Verdict.UNPROVED, "token-expired"))


@pytest.mark.parametrize("version", ["old", "new"])
def test_the_endpoint_fails(version: str) -> None:
    """A teacher administers nothing: the account's scopes are granted and do not work."""
    found = sweep(version=version, role="teacher")
    red: Red = found.not_granted()

    assert set(red.values()) == {(Verdict.MISCONFIGURED, "user-lacks-permission")}
    assert {scope for scope in red if "/accounts" in scope} >= {
        "url:GET|/api/v1/accounts", "url:GET|/api/v1/accounts/:id"
    }  # fmt: skip
