"""Behind a proxy that strips Canvas's headers, a user's language decides nothing about token and scope."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from tests.selftest.exercises.sweep import Sweep, sweep
from tests.selftest.key.key_states import ADMIN
from tests.selftest.setups.faults import REFRESH

DENIED: Final[list[tuple[str, dict[str, Any]]]] = [
    ("a teacher", {"role": "teacher"}),
    ("a student", {"role": "student"}),
    ("an administrator who may not edit pages", {"denied": frozenset({"manage_wiki_update"})}),
]


def found(language: str, mode: str, state: dict[str, Any]) -> Sweep:
    """A sweep of a Canvas of 2022 behind such a proxy."""
    return sweep(mode, version="old", proxy_strips_headers=True, language=language, **state)


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize("language", ["es", "xx"])
@pytest.mark.parametrize("state", [row[1] for row in DENIED], ids=[row[0] for row in DENIED])
def test_a_refused_role_is_not_a_dead_token(state: dict[str, Any], language: str, mode: str) -> None:
    """What English would show as a refused role is that or unproved with a reason that blames the words."""
    english, other = found("en", mode, state), found(language, mode, state)

    assert other.setup.dead is None
    assert other.check(KeyCheck.TOKEN_ALIVE) == (CheckVerdict.OK, None)
    assert set(other.not_granted().values()) <= {
        (Verdict.MISCONFIGURED, "user-lacks-permission"),
        (Verdict.UNPROVED, "refused-in-unknown-words"),
    }
    assert set(other.not_granted()) >= set(english.not_granted())
    assert other.untouched


@pytest.mark.parametrize("language", ["en", "es", "xx"])
@pytest.mark.parametrize("state", ["expired", "revoked", "unknown"])
def test_a_dead_token_is_one(state: str, language: str) -> None:
    """Its refusal is English everywhere."""
    assert found(language, "probe", {"token_state": state}).setup.dead is not None


@pytest.mark.parametrize("language", ["en", "es", "xx"])
def test_a_missing_scope_is_one(language: str) -> None:
    """So is a scope's."""
    scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
    lacking = frozenset({scope})
    sweeping = found(language, "exercise", {"missing_on_key": lacking, "missing_on_token": lacking})

    assert sweeping.not_granted() == {scope: (Verdict.MISSING, "scope-missing-on-key")}


@pytest.mark.parametrize("language", ["es", "xx"])
def test_the_administrator_s_token_vouches_for_nobody(language: str) -> None:
    """That Canvas accepts the administrator's token does not revive a dead one."""
    sweeping = sweep(
        "probe", version="old", proxy_strips_headers=True, language=language, token_state="unknown", settings=ADMIN
    )

    assert sweeping.setup.dead is not None
    assert not sweeping.setup.signs.accepts


def test_a_tab_that_is_off_in_an_unknown_language_is_no_outage() -> None:
    """Its one sentence shows nothing here, but Canvas has answered everything else: nobody is sent to look for it."""
    found = sweep(disabled_tabs=frozenset({"pages", "quizzes"}), language="xx", proxy_strips_headers=True).not_granted()

    assert found
    assert set(found.values()) == {(Verdict.UNPROVED, "refused-in-unknown-words")}


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_a_refreshed_token_shows_whose_it_is(mode: str) -> None:
    """So an administrator's token can read the role, and what is off there is named; of a pasted one neither."""
    state: dict[str, Any] = {"role": "ally", "denied": frozenset({"become_user"})}
    one = sweep(mode, proxy_strips_headers=True, settings={**ADMIN, **REFRESH}, **state)
    other = sweep(mode, proxy_strips_headers=True, settings=ADMIN, **state)
    alone = sweep(mode, proxy_strips_headers=True, **state)

    assert one.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.FAILED, "user-lacks-permission")
    assert one.setup.user_id == "10000000000101"
    assert other.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.UNPROVED, "token-user-unnamed")
    assert alone.check(KeyCheck.USER_ADMINISTERS) == (CheckVerdict.OK, None)
    assert alone.setup.limits == ["the role's other permissions were not read"]
    [said] = [each.message for each in alone.setup.key if each.check is KeyCheck.USER_ADMINISTERS]
    assert said.endswith(
        "and CANVAS_REFRESH_TOKEN, since no answer names the token's user (X-Canvas-User-Id is missing)."
    )
