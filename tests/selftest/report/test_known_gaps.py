"""Known gaps: read from a file, and strict both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scopecheck.config.known_gaps_file import GapsError, load_gaps
from scopecheck.model import causes
from scopecheck.model.known_gap import Gap, GapsFound
from scopecheck.model.scope import Scope
from scopecheck.model.verdict import Cleanup, FailedRestore, RunResult, Verdict
from scopecheck.report.known_gaps import conformant, find_gaps
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY, PAGE, QUIZ, all_right, dead_token, missing_on_key, with_scopes, wrong

OLDER_PAGE = PAGE.replace(":url_or_id", ":url")
UNTIL = date(2027, 6, 30)
GAP = Gap(QUIZ, Verdict.MISSING, "no quizzes here", UNTIL)
EXAMPLE = Path(__file__).resolve().parents[3] / "fixtures" / "known-gaps.example.toml"


def found(run: RunResult, *gaps: Gap, today: date = UNTIL) -> GapsFound:
    return find_gaps(gaps, run, today)


def test_an_expected_gap_is_a_success() -> None:
    """A run whose only problem is a known gap is conformant, including the key check that reports the same."""
    run = missing_on_key(QUIZ)
    subject = Subject(ALLY, run, found(run, GAP))

    assert not run.conformant
    assert subject.conformant
    assert subject.document.conformant
    assert subject.document.counts[Verdict.MISSING] == 1
    assert subject.actions == []
    assert subject.missing == []
    assert str(subject.headline) == "All good except for 1 known gap: 30 of 31 scopes are granted."


def test_another_problem_stays_one() -> None:
    """A known gap excuses only its own scope."""
    run = missing_on_key(PAGE, QUIZ)
    subject = Subject(ALLY, run, found(run, GAP))

    assert not subject.conformant
    assert subject.missing == [PAGE]


@pytest.mark.parametrize(
    ("run", "gap", "today", "problem"),
    [
        (all_right(), GAP, UNTIL, "but it is granted now; remove it from the known gaps."),
        (missing_on_key(QUIZ), replace(GAP, verdict=Verdict.MISCONFIGURED), UNTIL, "but it is missing, not misconf"),
        (missing_on_key(QUIZ), GAP, UNTIL + timedelta(days=1), "only until 2027-06-30; fix the scope or give"),
    ],
    ids=["gone", "another verdict", "past its date"],
)
def test_a_gap_that_is_not_as_expected_fails_the_run(run: RunResult, gap: Gap, today: date, problem: str) -> None:
    """Strict both ways: a gap that is gone, has another verdict, or is past its date is a failure."""
    gaps = found(run, gap, today=today)
    (told,) = gaps.problems

    assert told.startswith(f"{QUIZ} is a known gap (no quizzes here)")
    assert problem in told
    assert gaps.excused == {}
    assert not conformant(run, gaps)
    assert "1 known gap not as expected" in Subject(ALLY, run, gaps).headline.sentence


def test_a_crash_is_not_an_expected_gap() -> None:
    """A case that ended without a verdict does not count as an expected `unproved`."""
    run = with_scopes(
        all_right(),
        lambda row: wrong(row, Verdict.UNPROVED, causes.WORKER_CRASHED) if str(row.scope) == QUIZ else None,
    )

    assert "ended without a verdict; run again." in found(run, replace(GAP, verdict=Verdict.UNPROVED)).problems[0]


def test_a_gap_that_was_not_tested_is_neither() -> None:
    """A filtered run says nothing about gaps that it did not test, and is not conformant anyway."""
    run = replace(all_right(), scopes=[result for result in all_right().scopes if result.scope != QUIZ])

    assert found(run, GAP) == GapsFound({}, ())
    assert not conformant(run, found(run, GAP))


@pytest.mark.parametrize(
    "run", [dead_token(), replace(missing_on_key(QUIZ), cleanup=Cleanup(0, [FailedRestore("page", "got 500")]))]
)
def test_other_problems_are_not_excused(run: RunResult) -> None:
    """A known gap hides neither a dead token nor a change that could not be undone."""
    assert not conformant(run, found(run, GAP))


def test_the_example_can_be_used() -> None:
    """The example file is valid, with verdicts for two scopes of quizzes."""
    gaps = load_gaps(EXAMPLE, ALLY)

    assert [gap.verdict for gap in gaps] == [Verdict.MISSING, Verdict.MISSING]
    assert all("quizzes" in gap.scope for gap in gaps)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


GOOD = f'scope = "{QUIZ}"\nverdict = "missing"\nreason = "none here"\nuntil = 2027-06-30\n'


@pytest.mark.parametrize("until", ["2027-06-30", '"2027-06-30"'])
def test_a_date_may_stand_in_quotes(tmp_path: Path, until: str) -> None:
    """A date in quotes is also a date."""
    path = written(tmp_path / "gaps.toml", f"[[gap]]\n{GOOD}".replace("2027-06-30", until))

    assert load_gaps(path, ALLY) == (Gap(QUIZ, Verdict.MISSING, "none here", UNTIL),)


@pytest.mark.parametrize("name", [PAGE, OLDER_PAGE])
@pytest.mark.parametrize("profile", [PAGE, OLDER_PAGE])
def test_a_gap_may_have_any_name_of_its_scope(tmp_path: Path, name: str, profile: str) -> None:
    """Written with the older or the newer name, it excuses the scope that the profile has under either."""
    has = replace(
        ALLY,
        requirements=tuple(
            replace(each, scope=Scope.parse(profile)) if str(each.scope) == PAGE else each for each in ALLY.requirements
        ),
    )
    [gap] = load_gaps(written(tmp_path / "gaps.toml", f"[[gap]]\n{GOOD}".replace(QUIZ, name)), has)
    run = missing_on_key(PAGE)
    renamed = replace(
        run, scopes=[replace(each, scope=profile) if each.scope == PAGE else each for each in run.scopes],
        missing_on_key=[profile],
    )  # fmt: skip

    assert gap.scope == profile
    assert conformant(renamed, found(renamed, gap))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"[[gap]]\n{GOOD}[[gap]]\n{GOOD}".replace(QUIZ, PAGE, 1).replace(QUIZ, OLDER_PAGE), "is listed twice"),
        ("[[gap]", "the known gaps are not valid TOML"),
        ("[gap]\n" + GOOD, "gap is not a list of tables"),
        ("[[gaps]]\n" + GOOD, "gaps is not a known name"),
        ("[[gap]]\n" + GOOD.replace(QUIZ, "url:GET|/api/v1/nothing"), "is not a scope of profile ally"),
        ("[[gap]]\n" + GOOD.replace("missing", "granted"), "verdict is 'granted'"),
        ("[[gap]]\n" + GOOD.replace('"none here"', '""'), "reason is missing"),
        ("[[gap]]\n" + GOOD.replace('"none here"', "7"), "reason is 7"),
        ("[[gap]]\n" + GOOD.replace("2027-06-30", "2027-06-30T12:00:00"), "until is datetime.datetime"),
        ("[[gap]]\n" + GOOD.replace("2027-06-30", '"next summer"'), "until is 'next summer'"),
        ("[[gap]]\n" + GOOD.replace("until = 2027-06-30\n", ""), "until is missing"),
        ("[[gap]]\n" + GOOD + "owner = 'me'\n", "owner is not a field of a gap"),
        (f"[[gap]]\n{GOOD}[[gap]]\n{GOOD}", "is listed twice"),
    ],
)
def test_one_mistake_one_sentence(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake in a file gets one sentence: what is wrong, where, and what to do."""
    path = written(tmp_path / "gaps.toml", text)
    with pytest.raises(GapsError) as refused:
        load_gaps(path, ALLY)
    (told,) = refused.value.problems

    assert problem in told
    assert str(path) in told
    assert "; " in told
    assert told.endswith(".")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """All mistakes in a file are reported in one run."""
    path = written(tmp_path / "gaps.toml", '[[gap]]\nscope = "x"\nverdict = "granted"\n')
    with pytest.raises(GapsError) as refused:
        load_gaps(path, ALLY)

    assert len(refused.value.problems) == 4


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that does not exist is named."""
    with pytest.raises(GapsError, match=r"the known gaps cannot be read: .*nowhere.toml"):
        load_gaps(tmp_path / "nowhere.toml", ALLY)
