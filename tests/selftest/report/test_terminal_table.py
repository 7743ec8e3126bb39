"""The results in a terminal."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scopecheck.model.clean import cleaned
from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import RunResult, Verdict
from scopecheck.report.columns import columns
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.screen import Screen
from scopecheck.report.subject import Subject
from scopecheck.report.terminal import Detail, progress_line, short, summary, whole
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
    r"^[✓✗!?–] (granted|missing|misconfigured|unproved|not tested) *(exercised|probed|known gap)? *(?:\n  )?(\S+ /.*)$",
    re.MULTILINE,
)


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_it_agrees_with_the_document(run: RunResult) -> None:
    """Verdict and proof of each scope match scopes.json, beside this Canvas's name where that is known."""
    subject = Subject(ALLY, run)
    judged = {row.scope: row for row in subject.document.scopes}
    rows = [found.groups() for found in ROW.finditer(summary(subject))]

    for (verdict, proof, name), scope in zip(rows, SCOPES, strict=True):
        row = judged.get(scope)
        assert name == whole((row and row.canvas_name) or run.names.get(scope) or scope)
        assert (verdict, proof) == ((row.verdict, row.proof) if row else ("not tested", None))


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY), width=st.sampled_from([40, 60, 80, 120]), detail=st.sampled_from(Detail))
def test_it_fits_and_has_no_control_characters(run: RunResult, width: int, detail: Detail) -> None:
    """No line is wider than the terminal, but for a scope or path in it; and no text from Canvas controls it."""
    subject = Subject(ALLY, cleaned(run))
    saved = "\n".join(str(failure.saved_as) for failure in subject.run.cleanup.failed)
    for line in summary(subject, Screen(width), detail).splitlines():
        beside, _, last = line.rpartition(" ")
        assert columns(line) <= width or line.strip() in saved or ("/" in last and columns(beside) < 30)
        assert line.isprintable() or not re.search(r"[\x00-\x1f\x7f-\x9f]", line)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("detail", [Detail.ALL, Detail.CAUSES])
def test_no_scope_is_cut(width: int, detail: Detail) -> None:
    """However narrow the terminal, each scope is there as a whole, at the end of a line."""
    subject = Subject(ALLY, missing_on_key(*SCOPES[7:10]))
    shown = [line.rpartition("  ")[2] for line in summary(subject, Screen(width), detail).splitlines()]

    assert {whole(scope) for scope in SCOPES} <= set(shown)
    assert {f"[ ] {scope}" for scope in SCOPES[7:10]} <= set(shown)


@pytest.mark.parametrize("name", EXAMPLES)
def test_color_adds_nothing_but_color(name: str) -> None:
    """Without its colors the colored table equals the plain one."""
    subject = Subject(ALLY, EXAMPLES[name]())

    assert ESCAPE.sub("", summary(subject, Screen(color=True))) == summary(subject)
    assert "\x1b" in summary(subject, Screen(color=True))
    assert "\x1b" not in summary(subject)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_outcome_comes_last(name: str) -> None:
    """The last paragraph says how the run ended."""
    subject = Subject(ALLY, EXAMPLES[name]())
    last = summary(subject).rstrip().split("\n\n")[-1]

    assert " ".join(last.split()).startswith(f"{subject.headline.sign.sign} {subject.headline.sentence}")


def test_shortened_scopes_stay_different() -> None:
    """Where there is only one line for a scope, no two look alike."""
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
    """A scope that is too long for its line is shown whole all the same: people search for it on the key screen."""
    text = summary(Subject(ALLY, missing_on_key(SCOPES[8])))

    assert f"    [ ] {SCOPES[8]}\n" in text


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
    assert progress_line(granted, 1, 31, Screen(color=True)) == "[ 1/31] \x1b[32m✓ granted\x1b[0m       GET /accounts"


def test_a_finished_case_is_never_cut() -> None:
    """Its scope has a line of its own where it does not fit, and its cause is told if more is asked for."""
    missing = missing_on_key(SCOPES[8]).scopes[8]

    assert progress_line(missing, 9, 31, Screen(60), Detail.CAUSES) == (
        f"[ 9/31] ✗ missing       (scope-missing-on-key)\n  {whole(SCOPES[8])}"
    )


def test_quiet_shows_only_what_is_wrong() -> None:
    """Of a run that passed one sentence; else what is wrong, and what to do; with `-qq` the outcome only."""
    right, wrong = Subject(ALLY, all_right()), Subject(ALLY, missing_on_key(PAGE))
    quiet = summary(wrong, detail=Detail.WRONG)

    assert summary(right, detail=Detail.WRONG) == f"✓ {right.headline.sentence}\n"
    assert "GET /accounts" not in quiet
    assert "✓ ok" not in quiet
    assert quiet.startswith("verdict          proof      scope\nPages\n✗ missing                   PUT /courses")
    assert "What to do\n 1. In Canvas" in quiet
    assert summary(wrong, detail=Detail.OUTCOME) == f"✗ {wrong.headline.sentence}\n"


def test_quiet_does_not_repeat_one_cause_for_each_scope() -> None:
    """Nor does it call wrong what is excused."""
    gap = Gap(PAGE, Verdict.MISSING, "not used here", date(2027, 1, 1))
    run = missing_on_key(PAGE)
    excused = Subject(ALLY, run, find_gaps((gap,), run, date(2026, 1, 1)))

    assert "unproved  " not in summary(Subject(ALLY, dead_token()), detail=Detail.WRONG).partition("Key and token")[0]
    assert summary(excused, detail=Detail.WRONG).splitlines()[0].startswith("✓ ")


def test_verbose_shows_causes_and_what_was_found() -> None:
    """Below each scope."""
    missing = missing_on_key(PAGE)
    text = summary(Subject(ALLY, missing), detail=Detail.CAUSES)
    found = missing.scopes[SCOPES.index(PAGE)]

    assert f"{found.cause}: {found.message.split()[0]}" in text
    assert missing.scopes[0].message.split()[0] in text.partition("GET /accounts\n")[2].splitlines()[0]


def test_a_report_is_a_link_where_links_are_shown(tmp_path: Path) -> None:
    """To its address, with blanks and accents escaped; the path itself is shown whole, on its own line if need be."""
    path = tmp_path / "Übersicht der Läufe" / "scopes.html"
    narrow = list(Screen(40).located("Reports", path, "open it"))
    [*_, linked] = Screen(40, links=True).located("Reports", path, "open it")

    assert narrow == ["Reports (open it):", str(path)]
    assert linked == f"\x1b]8;;{path.as_uri()}\a{path}\x1b]8;;\a"
    assert "%C3%9Cbersicht%20der%20L%C3%A4ufe/scopes.html" in linked
    assert list(Screen(2 * len(str(path))).located("Reports", path, "open it")) == [f"Reports: {path} (open it)"]


@pytest.mark.parametrize(("width", "used"), [(20, 80), (39, 80), (60, 60), (100, 100), (300, 120)])
def test_the_width_is_the_terminal_s(width: int, used: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is nonsense, or wider than anybody reads; terminals that would show links as text get none."""
    for name, links in (("dumb", False), ("linux", False), ("xterm", True)):
        monkeypatch.setenv("TERM", name)
        assert Screen.of(width, color=True, links=True) == Screen(used, color=True, links=links)
    assert not Screen.of(width, color=True, links=False).links
