"""Accounts are read for real in both modes: what does not exist or may not be read is not conformant."""

from __future__ import annotations

from typing import Any, Final

import pytest

from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.exercises.between import Signed
from tests.selftest.exercises.sweep import ALLY, BASE, sweep
from tests.selftest.exercises.test_scope_name_cases import subject

BELOW = {
    "url:GET|/api/v1/accounts/:id",
    "url:GET|/api/v1/accounts/:account_id/sub_accounts",
    "url:GET|/api/v1/accounts/:account_id/courses",
}

TERMS = "url:GET|/api/v1/accounts/:account_id/terms"


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_an_account_that_does_not_exist(mode: str) -> None:
    """Every scope below the account is red, terms among them, with one cause that names the setting."""
    found = sweep(mode, settings={"account_id": "999"})

    assert found.not_granted() == dict.fromkeys({*BELOW, TERMS}, (Verdict.MISCONFIGURED, "account-not-found"))
    assert [action.cause for action in subject(found, ALLY).actions] == ["account-not-found"]


def test_an_account_that_does_not_exist_is_one_step_without_a_course_too() -> None:
    """Then courses of the account would show whether includes work."""
    found = sweep(settings={"account_id": "999", "course_id": None, "course_name": None})

    assert found.check(KeyCheck.INCLUDES_ALLOWED) == (CheckVerdict.UNPROVED, "account-not-found")
    assert [action.cause for action in subject(found, ALLY).actions] == ["account-not-found"]


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize(("account", "calls"), [("self", 1), ("1", 1), ("11", 2)])
def test_terms_are_the_root_account_s(account: str, calls: int, version: str) -> None:
    """A sub-account has none, and says so: then those of its root are read."""
    result = sweep(settings={"account_id": account}, version=version).results[TERMS]

    assert result.proof is Proof.EXERCISED
    assert len(result.evidence) == calls


SUB: Final = "url:GET|/api/v1/accounts/:account_id/sub_accounts"


def below(*parents: int | None) -> list[dict[str, Any]]:
    """Accounts 31, 32 and so on, by the accounts that they lie directly below."""
    return [{"id": 31 + place, "name": "A", "parent_account_id": each} for place, each in enumerate(parents)]


@pytest.mark.parametrize("mode", ["exercise", "probe"])
@pytest.mark.parametrize(
    ("account", "rows", "granted"),
    [
        ("self", [], True),
        ("self", below(1, 31, 1), True),
        ("self", below(32, 1), True),
        ("1", below(1, 31), True),
        ("1~1", below(1, 10000000000031), True),
        ("10000000000001", below(1), True),
        ("self", below(None), False),
        ("1", below(1, None), False),
        ("self", below(11, 31), False),
        ("1", below(1, 11), False),
        ("31", below(31), False),
    ],
)
def test_sub_accounts_lie_below_the_account(account: str, rows: Any, mode: str, *, granted: bool) -> None:
    """Each below the one that was asked for or another of the list: the list of all accounts is no proof."""
    listing = r"GET /api/v1/accounts/[^/]+/sub_accounts"
    found = sweep(mode, between=lambda canvas: Signed(canvas, listing, rows), only=(SUB,),
                  settings={"account_id": account})  # fmt: skip

    assert found.not_granted() == ({} if granted else {SUB: (Verdict.UNPROVED, "misdirected-answer")})


def test_the_whole_of_sub_accounts_need_not_be_on_one_page() -> None:
    """What an account lies below may be on the next page."""
    path = "/api/v1/accounts/self/sub_accounts"
    more = {"Link": f'<{BASE}{path}?page=2>; rel="next"'}
    found = sweep(between=lambda canvas: Signed(canvas, f"GET {path}", below(11), headers=more), only=(SUB,))

    assert found.not_granted() == {}


def test_terms_are_in_their_wrapper() -> None:
    """A bare list of objects with a name is one of something else."""
    rows = [{"id": 1, "name": "A"}]
    found = sweep(between=lambda canvas: Signed(canvas, "GET /api/v1/accounts/self/terms", rows), only=(TERMS,))

    assert found.not_granted() == {TERMS: (Verdict.UNPROVED, "unexpected-answer")}


def test_accounts_are_no_courses() -> None:
    """Courses name the account that they lie in."""
    scope = "url:GET|/api/v1/accounts/:account_id/courses"
    rows = [{"id": 1, "name": "A", "workflow_state": "active", "parent_account_id": None}]
    found = sweep(between=lambda canvas: Signed(canvas, "GET /api/v1/accounts/self/courses", rows), only=(scope,))

    assert found.not_granted() == {scope: (Verdict.UNPROVED, "unexpected-answer")}


def test_terms_need_no_scope_but_their_own() -> None:
    """Whether the account is there is asked of the terms themselves."""
    scope = "url:GET|/api/v1/accounts/:id"
    lacking = frozenset({scope})
    found = sweep(settings={"account_id": "11"}, missing_on_key=lacking, missing_on_token=lacking)

    assert set(found.not_granted()) == {scope}


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_evidence_of_accounts_shows_no_content(mode: str) -> None:
    """Of accounts and their courses the evidence has members, types and counts: names are nobody's business."""
    found = sweep(mode)
    bodies = [
        exchange.body for scope, result in found.results.items() if "/accounts" in scope for exchange in result.evidence
    ]

    assert any('"name": text' in body for body in bodies)
    assert not any("Ally sandbox" in body or "<p>" in body for body in bodies)


def test_a_quiz_that_is_locked_for_its_reader_is_exercised() -> None:
    """An administrator who is not enrolled sees every quiz as locked, and can edit it all the same."""
    scope = "url:PUT|/api/v1/courses/:course_id/quizzes/:id"

    assert sweep(version="old").results[scope].proof is Proof.EXERCISED


def test_a_call_is_in_the_evidence_once() -> None:
    """What a case looks at twice was sent once, and is shown once."""
    found = sweep("probe")

    expected = {**dict.fromkeys(BELOW, 1), SUB: 2}

    assert {scope: len(found.results[scope].evidence) for scope in BELOW} == expected, "SUB: and which account self is"
