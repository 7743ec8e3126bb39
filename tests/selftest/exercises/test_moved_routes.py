"""A route that Canvas has under another path, which the administrator's list of scopes alone shows."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.canvas.scope_names import box
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.exercises.sweep import ALLY, sweep
from tests.selftest.exercises.test_scope_name_cases import subject
from tests.selftest.key.key_states import ADMIN, NO_PREFLIGHT

QUIZ: Final = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"
READ: Final = "url:GET|/api/v1/courses/:course_id/assignments/:id"
SUB_ACCOUNTS: Final = "url:GET|/api/v1/accounts/:account_id/sub_accounts"
MOVED: Final = {
    QUIZ: QUIZ.replace("/quizzes/", "/classic_quizzes/"),
    READ: READ.replace("/assignments/", "/tasks/"),
    SUB_ACCOUNTS: SUB_ACCOUNTS.replace("/sub_accounts", "/accounts_below"),
}
ELSEWHERE: Final = {QUIZ: "url:PUT|/api/v1/courses/:course_id/assignments/:assignment_id/quiz"}
"""A path whose last parameter may mean another record."""
RIGHT: Final = (CheckVerdict.OK, None)


@pytest.mark.parametrize("settings", [ADMIN, {**ADMIN, **NO_PREFLIGHT}], ids=["preflight", "record"])
@pytest.mark.parametrize("scope", MOVED)
def test_it_is_exercised_where_it_is(scope: str, settings: dict[str, Any]) -> None:
    """Key check and scope agree: the key has it, and it is granted under its name here, and really called."""
    found = sweep(scopes_renamed={scope: MOVED[scope]}, settings=settings)
    result = found.results[scope]

    assert found.check(KeyCheck.SCOPES_ON_KEY) == RIGHT
    assert found.not_granted() == {}
    assert (result.proof, result.canvas_name) == (Proof.EXERCISED, MOVED[scope])
    assert any(MOVED[scope].split("/")[-2 if ":" in MOVED[scope].split("/")[-1] else -1] in each.request
               for each in result.evidence)  # fmt: skip
    assert found.untouched


def test_in_probe_mode_it_is_probed_where_it_is() -> None:
    """The harmless call goes to the path that the scope covers."""
    found = sweep("probe", scopes_renamed={QUIZ: MOVED[QUIZ]}, settings=ADMIN)

    assert found.results[QUIZ].proof is Proof.PROBED
    assert "/classic_quizzes/" in found.results[QUIZ].evidence[-1].request


def test_it_is_probed_where_the_path_asks_for_something_else() -> None:
    """Nothing is written to a record that may be another."""
    found = sweep(scopes_renamed=ELSEWHERE, settings=ADMIN)
    result = found.results[QUIZ]

    assert found.check(KeyCheck.SCOPES_ON_KEY) == RIGHT
    assert found.not_granted() == {}
    assert result.proof is Proof.PROBED
    assert "this Canvas has the endpoint under another path, " in result.message
    assert {each.request.split("/")[-1] for each in result.evidence} == {"quiz"}
    assert found.untouched


@pytest.mark.parametrize("renamed", [{QUIZ: MOVED[QUIZ]}, ELSEWHERE], ids=["callable", "not callable"])
@pytest.mark.parametrize(
    ("state", "cause"), [("missing_on_key", "scope-missing-on-key"), ("missing_on_token", "token-not-reauthorized")]
)
def test_where_it_lacks_both_say_so(state: str, cause: str, renamed: dict[str, str]) -> None:
    """One step, with this Canvas's name."""
    lacking: dict[str, Any] = {state: frozenset({QUIZ}), "missing_on_token": frozenset({QUIZ})}
    found = sweep(scopes_renamed=renamed, settings=ADMIN, **lacking)
    told = subject(found, ALLY)

    assert found.not_granted() == {QUIZ: (Verdict.MISSING, cause)}
    assert [action.cause for action in told.actions] == [cause]
    assert told.missing == [box(QUIZ, found.setup.names).name] == [renamed[QUIZ]]


def test_without_the_list_it_lacks() -> None:
    """Nobody can know the other path then: key check and scope agree on that."""
    found = sweep(scopes_renamed={QUIZ: MOVED[QUIZ]})

    assert found.check(KeyCheck.SCOPES_ON_KEY) == (CheckVerdict.FAILED, "scope-missing-on-key")
    assert found.not_granted() == {QUIZ: (Verdict.MISSING, "scope-missing-on-key")}
