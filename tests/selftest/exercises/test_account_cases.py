"""Accounts are read for real in both modes: what does not exist or may not be read is not conformant."""

from __future__ import annotations

import pytest

from scopecheck.model.verdict import Proof, Verdict
from tests.selftest.exercises.sweep import sweep

BELOW = {
    "url:GET|/api/v1/accounts/:id",
    "url:GET|/api/v1/accounts/:account_id/sub_accounts",
    "url:GET|/api/v1/accounts/:account_id/courses",
}


@pytest.mark.parametrize("mode", ["exercise", "probe"])
def test_an_account_that_does_not_exist(mode: str) -> None:
    """Every scope below the account is red, with one cause that names the setting."""
    found = sweep(mode, settings={"account_id": "999"})

    assert found.not_granted() == dict.fromkeys(BELOW, (Verdict.MISCONFIGURED, "account-not-found"))


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
