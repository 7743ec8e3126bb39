"""What GitHub shows beside the job: one annotation for each scope that is not granted, as its runner reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest

from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import FailedRestore, RunResult, Verdict
from scopecheck.report.github import MOST, about, error
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY, EXAMPLES, PAGE, QUIZ, SCOPES, all_right, missing_on_key

TODAY = date(2026, 1, 1)


def shown(run: RunResult, *gaps: Gap) -> list[tuple[str, str]]:
    """Title and text of each annotation, as GitHub's runner takes the lines apart (ActionCommand.cs)."""
    lines = list(about(Subject(ALLY, run, find_gaps(gaps, run, TODAY))))
    found = [re.fullmatch(r"::error title=([^:,\r\n]*)::([^\r\n]*)", line) for line in lines]
    return [(unquote(match[1]), unquote(match[2])) for match in found if match] if all(found) else []


def test_all_right_has_none() -> None:
    """A conformant run shows nothing."""
    assert list(about(Subject(ALLY, all_right()))) == []


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"all-right"}))
def test_every_other_run_has_some(name: str) -> None:
    """Each is one line that GitHub can read, and there are never more than it keeps."""
    assert 1 <= len(shown(EXAMPLES[name]())) <= MOST


def test_each_scope_has_one() -> None:
    """It says which scope, why, and what to do; the key check that fails with it comes after the scopes."""
    first, second, check = shown(missing_on_key(PAGE, QUIZ))

    assert (first[0], second[0]) == (f"missing: {PAGE}", f"missing: {QUIZ}")
    assert "\nWhat to do: " in first[1]
    assert check[0] == "failed: The key has all scopes"


def test_one_cause_is_said_once() -> None:
    """31 scopes that one dead token fails are one annotation."""
    ((title, text),) = shown(EXAMPLES["dead-token"]())

    assert title == "None of the 31 scopes could be tested."
    assert "The token was revoked." in text


def test_too_many_end_with_how_many_there_are() -> None:
    """GitHub drops what is too much without a word, so the last one says how much more there is."""
    found = shown(missing_on_key(*SCOPES[:12]))

    assert len(found) == MOST
    assert [title for title, _ in found[:-1]] == [f"missing: {scope}" for scope in SCOPES[:9]]
    assert found[-1][0] == "4 more problems"


def test_known_gaps_and_what_was_not_restored() -> None:
    """An excused scope is not shown; a gap that is none, and a change that was not undone, are."""
    gap = Gap(QUIZ, Verdict.MISSING, "none here", date(2027, 1, 1))
    assert [title for title, _ in shown(missing_on_key(PAGE, QUIZ), gap)][:-1] == [f"missing: {PAGE}"]
    assert shown(missing_on_key(QUIZ), gap) == []

    cleanup = replace(all_right().cleanup, failed=[FailedRestore("page x: body", "Canvas said no.")], unsettled=["a"])
    found = shown(replace(all_right(), cleanup=cleanup), gap)
    assert [title for title, _ in found] == ["Known gap", "Not restored: page x: body", "Not settled yet: a"]


def test_escaping() -> None:
    """Nothing in a text ends its annotation or begins another."""
    assert error("a: b, 5%\r\n", "c: d, 5%\r\n::error::e") == (
        "::error title=a%3A b%2C 5%25%0D%0A::c: d, 5%25%0D%0A::error::e"
    )
