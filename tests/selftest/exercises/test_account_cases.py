"""Accounts are read for real in both modes: what does not exist or may not be read is not conformant."""

from __future__ import annotations

import pytest

from scopecheck.model.verdict import CheckVerdict, KeyCheck, Proof, Verdict
from tests.selftest.exercises.sweep import ALLY, sweep
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

    assert {scope: len(found.results[scope].evidence) for scope in BELOW} == dict.fromkeys(BELOW, 1)
