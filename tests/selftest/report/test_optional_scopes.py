"""Optional scopes that are missing: named with what is lost, and no fault; anything else of theirs is one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import jsonschema
import pytest
from lxml import html

from scopecheck.model import causes
from scopecheck.model.known_gap import Gap
from scopecheck.model.profile import OptionalGroup
from scopecheck.model.verdict import RunResult, Verdict
from scopecheck.report.github import about
from scopecheck.report.html import render
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.markdown import render as markdown
from scopecheck.report.scopes_json import SCHEMA, encode
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import summary
from tests.selftest.commands.running import run as command
from tests.selftest.report.examples import ALLY, PAGE, QUIZ, SCOPES, all_right, missing_on_key, with_scopes, wrong

QUIZZES: Final = OptionalGroup("quizzes", "Quizzes are not checked.", (QUIZ,))
PROFILE: Final = replace(ALLY, optional=(QUIZZES,))
TODAY: Final = date(2026, 1, 1)


def subject(run: RunResult, *gaps: Gap) -> Subject:
    return Subject(PROFILE, run, find_gaps(gaps, run, TODAY, PROFILE.optional))


def test_a_missing_optional_scope_is_no_fault() -> None:
    """The run is conformant, nothing is to do, and the first line counts and names what is missing."""
    found = subject(missing_on_key(QUIZ))

    assert found.conformant
    assert (found.actions, found.missing, list(about(found))) == ([], [], [])
    assert str(found.headline) == (
        "All good except for 1 missing optional scope (quizzes): 30 of 31 scopes are granted."
    )


def test_another_missing_scope_is_a_fault() -> None:
    """An optional group excuses its own scopes alone, in the steps too."""
    found = subject(missing_on_key(PAGE, QUIZ))

    assert not found.conformant
    assert found.missing == [PAGE]
    assert QUIZ not in str(found.actions)


@pytest.mark.parametrize(
    ("verdict", "cause"),
    [(Verdict.MISCONFIGURED, causes.USER_LACKS_PERMISSION), (Verdict.UNPROVED, causes.RUN_OUT_OF_TIME)],
)
def test_an_optional_scope_that_is_there_has_to_work(verdict: Verdict, cause: causes.Cause) -> None:
    """Who selected the scope wants it: only `missing` is no fault."""
    run = with_scopes(all_right(), lambda row: wrong(row, verdict, cause) if str(row.scope) == QUIZ else None)

    assert not subject(run).conformant


def test_a_key_without_any_scope_is_a_fault() -> None:
    """Even where every scope is optional, a key that has none of them is good for nothing."""
    every = OptionalGroup("everything", "Nothing works.", tuple(SCOPES))
    run = missing_on_key(*SCOPES)

    assert not Subject(ALLY, run, find_gaps((), run, TODAY, [every])).conformant


def test_a_known_gap_of_an_optional_scope_stays_one() -> None:
    """What an institution says of a scope goes before what the profile says: strict both ways."""
    gap = Gap(QUIZ, Verdict.MISSING, "none here", TODAY)
    late = replace(gap, until=date(2025, 1, 1))

    assert subject(missing_on_key(QUIZ), gap).headline.sentence.startswith("All good except for 1 known gap:")
    assert not subject(missing_on_key(QUIZ), late).conformant


def test_every_report_says_what_is_lost() -> None:
    """In the terminal, in Markdown and in HTML, with the scope; the key check that fails for it is called optional."""
    found = subject(missing_on_key(QUIZ))
    page = " ".join(html.document_fromstring(render(found)).text_content().split())

    for text in (" ".join(summary(found).split()), markdown(found), page):
        assert "ithout these optional scopes" in text
        assert "Quizzes are not checked." in text
        assert "optional" in text
        assert "known gap" not in text.lower()


def test_the_document_has_the_group() -> None:
    """`optional` names the group of a missing scope, by the published schema; no other row has it."""
    found = json.loads(encode(subject(missing_on_key(QUIZ, PAGE)).document))

    jsonschema.validate(found, json.loads(SCHEMA.read_text()))
    assert {row["scope"]: row["optional"] for row in found["scopes"] if "optional" in row} == {QUIZ: "quizzes"}


def test_preflight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without an optional group is right, says what is lost, and is wrong once the group is asked for."""
    for name in ("CANVAS_BASE_URL", "CANVAS_OPTIONAL_GROUPS", "CANVAS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    asked = (
        "preflight",
        "--canvas-profile",
        "hypothesis",
        "--without-scope",
        "url:GET|/api/v1/courses/:course_id/folders",
    )
    ran = command(tmp_path, *asked)
    needed = command(tmp_path, *asked, "--canvas-optional-groups", "groups,folders")

    assert (ran.code, needed.code) == (0, 1)
    assert "10 of 11 scopes (the rest are optional)" in ran.words
    assert "Without these optional scopes (folders): The course's files are not shown by their folders." in ran.words
    assert "1 of 11 scopes missing" in needed.words
