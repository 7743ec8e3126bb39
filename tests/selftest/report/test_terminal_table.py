"""The results in a terminal."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings

from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import RunResult, Verdict
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import WIDTH, progress_line, short, summary
from tests.selftest.report.examples import (
    ALLY,
    EXAMPLES,
    PAGE,
    SCOPES,
    all_right,
    dead_token,
    missing_on_key,
    outage,
    two_things_wrong,
)
from tests.selftest.strategies import runs

ESCAPE = re.compile(r"\x1b\[[\d;]*m")
ROW = re.compile(
    r"^[✓✗!?–] (granted|missing|misconfigured|unproved|not tested) +(exercised|probed|known gap)? *(\S+ /.*)$"
)


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_it_agrees_with_the_document(run: RunResult) -> None:
    """Verdict and proof of each scope match scopes.json, beside this Canvas's name where that is known."""
    subject = Subject(ALLY, run)
    judged = {row.scope: row for row in subject.document.scopes}
    rows = [found.groups() for line in summary(subject).splitlines() if (found := ROW.match(line))]

    for (verdict, proof, name), scope in zip(rows, SCOPES, strict=True):
        row = judged.get(scope)
        assert name == short((row and row.canvas_name) or run.names.get(scope) or scope, 52)
        assert (verdict, proof) == ((row.verdict, row.proof) if row else ("not tested", None))


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_it_fits_and_has_no_control_characters(run: RunResult) -> None:
    """No line is longer than 80 columns, and no text from Canvas controls the terminal."""
    for line in summary(Subject(ALLY, run)).splitlines():
        assert len(line) <= WIDTH
        assert line.isprintable() or not re.search(r"[\x00-\x1f\x7f-\x9f]", line)


@pytest.mark.parametrize("name", EXAMPLES)
def test_color_adds_nothing_but_color(name: str) -> None:
    """Without its colors the colored table equals the plain one."""
    subject = Subject(ALLY, EXAMPLES[name]())

    assert ESCAPE.sub("", summary(subject, color=True)) == summary(subject)
    assert "\x1b" in summary(subject, color=True)
    assert "\x1b" not in summary(subject)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_outcome_comes_last(name: str) -> None:
    """The last paragraph says how the run ended."""
    subject = Subject(ALLY, EXAMPLES[name]())
    last = summary(subject).rstrip().split("\n\n")[-1]

    assert " ".join(last.split()).startswith(f"{subject.headline.sign.sign} {subject.headline.sentence}")


def test_shortened_scopes_stay_different() -> None:
    """When shortened for the table, no two scopes look alike."""
    names = [short(scope, 52) for scope in SCOPES]

    assert len(set(names)) == len(SCOPES)
    assert max(map(len, names)) <= 52
    assert [name for name in names if "…" in name] == ["GET /courses/…/blueprint_subscriptions/…/migrations"]


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (80, "PUT /courses/:course_id/pages/:url_or_id"),
        (39, "PUT /courses/…/pages/:url_or_id"),
        (30, "PUT /courses/…/pages/…"),
        (12, "PUT /course…"),
    ],
)
def test_scopes_are_shortened_at_their_parameters(room: int, expected: str) -> None:
    """The parts that distinguish scopes are kept as long as they fit."""
    assert short(PAGE, room) == expected


def test_what_to_do_says_each_thing_once() -> None:
    """The remedies follow the table, with the boxes and scopes that they apply to."""
    text = summary(Subject(ALLY, two_things_wrong()))

    assert " ".join(text.split()).count("select Allow Include Parameters") == 1
    assert f"    section Pages\n    [ ] {PAGE}\n" in text
    assert "    for url:GET|/api/v1/courses/:id\n" in text


def test_long_scopes_to_tick_fit_too() -> None:
    """A scope that is too long is shown without its prefix."""
    text = summary(Subject(ALLY, missing_on_key(SCOPES[8])))

    assert "    [ ] GET /courses/…/blueprint_subscriptions/:subscription_id/migrations\n" in text


def test_one_cause_is_said_once() -> None:
    """A dead token is reported once."""
    assert summary(Subject(ALLY, dead_token())).count("  The token was revoked.\n") == 1


def test_what_several_checks_share_is_said_once() -> None:
    """An outage has the same message for every key check; it is shown once."""
    text = " ".join(summary(Subject(ALLY, outage())).split())

    assert text.count("No call got a usable answer") == 1


def test_a_known_gap_is_marked() -> None:
    """An excused scope shows that it is a known gap."""
    run = missing_on_key(PAGE)
    gap = Gap(PAGE, Verdict.MISSING, "not used here", date(2027, 1, 1))
    text = summary(Subject(ALLY, run, find_gaps((gap,), run, date(2026, 1, 1))))

    assert "✗ missing        known gap  PUT /courses/:course_id/pages/:url_or_id" in text
    assert "What to do" not in text


def test_a_baseline_shows_what_changed() -> None:
    """With a baseline it says what is newly failing."""
    before = Subject(ALLY, all_right()).document
    text = summary(Subject(ALLY, missing_on_key(PAGE), baseline=before))

    assert "Changes since 2026-11-23T21:00:00Z:\n  newly failing:\n" in text
    assert f"    {PAGE}\n      granted (exercised) -> missing (scope-missing-on-key)\n" in text


def test_progress_shows_count_verdict_and_scope() -> None:
    """Each case has one line in the same layout."""
    granted, *_ = all_right().scopes
    missing = missing_on_key(PAGE).scopes[SCOPES.index(PAGE)]

    assert progress_line(granted, 1, 31) == "[ 1/31] ✓ granted       GET /accounts"
    assert progress_line(missing, 31, 31) == "[31/31] ✗ missing       PUT /courses/:course_id/pages/:url_or_id"
    assert progress_line(granted, 1, 31, color=True) == "[ 1/31] \x1b[32m✓ granted      \x1b[0m GET /accounts"
