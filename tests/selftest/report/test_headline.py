"""The first line of every report: what was tested, what was found, and what green leaves open."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import jsonschema
import pytest
from lxml import html as lxml_html

from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import CheckVerdict, Cleanup, KeyCheck, RunResult, Verdict
from scopecheck.pytest_plugin import allure_results
from scopecheck.report import HTML, Subject, html, markdown, terminal
from scopecheck.report.allure.config import allure_config
from scopecheck.report.headline import DEMONSTRATION, limits
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.scopes_json import SCHEMA, encode
from scopecheck.report.words import Tone
from tests.selftest.report.examples import (
    ALLY,
    EXAMPLES,
    NOTE,
    PAGE,
    QUIZ,
    SCOPES,
    WRITES,
    all_right,
    check,
    demonstrated,
    missing_on_key,
    outage,
    probed,
    with_checks,
)
from tests.selftest.report.test_known_gaps import GAP, UNTIL

SO: Final = ", so the run is not conformant"
SCOPE_CHECK: Final = "All 31 scopes pass Canvas's scope check; "


def said(run: RunResult, *gaps: Gap) -> str:
    """The headline's sentence."""
    return Subject(ALLY, run, find_gaps(gaps, run, UNTIL)).headline.sentence


def test_what_may_still_take_effect_is_no_success() -> None:
    """A run that leaves a change unsettled says so in its first line, in HTML and on the terminal too."""
    subject = Subject(ALLY, replace(all_right(), cleanup=Cleanup(8, unsettled=["page x: body"])))

    assert subject.headline.sentence.startswith("Problems found: 1 change that may still take effect")
    assert "page x: body" in lxml_html.document_fromstring(html.render(subject)).text_content()
    assert "Not settled yet: page x: body" in terminal.summary(subject)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_report_of_a_demonstration_begins_with_it(name: str, tmp_path: Path) -> None:
    """Terminal, Markdown, HTML, Allure and scopes.json say first that nothing is known about the user's Canvas."""
    subject = Subject(ALLY, demonstrated(EXAMPLES[name]()))
    page = lxml_html.document_fromstring(html.render(subject))
    document = json.loads(encode(subject.document))
    allure_results.complete(tmp_path, subject, tmp_path / HTML)
    last = " ".join(terminal.summary(subject).split("\n\n")[-1].split())

    assert terminal.announcement(NOTE).startswith(DEMONSTRATION)
    assert last.startswith(f"{subject.headline.sign.sign} {DEMONSTRATION}")
    assert markdown.render(subject).splitlines()[0].startswith(f"# {subject.headline.sign.sign} {DEMONSTRATION}")
    assert page.findtext(".//h1", "").startswith(DEMONSTRATION)
    assert page.findtext(".//title", "").startswith(DEMONSTRATION)
    assert (tmp_path / "environment.properties").read_text("ascii").startswith(f"Canvas\\ scopes = {DEMONSTRATION}")
    assert allure_config(subject.document, tmp_path)["name"].startswith("Demonstration, nothing is known about your")
    assert list(document)[:3] == ["schema", "headline", "demonstration"]
    assert document["headline"].startswith(DEMONSTRATION)
    assert document["demonstration"] is True
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    for text in (terminal.summary(subject), markdown.render(subject), page.text_content()):
        assert NOTE in " ".join(text.replace("\\", "").split())
        assert "All good" not in text
        assert "has all 31 scopes" not in text


def test_a_demonstration_does_not_look_like_success() -> None:
    """Its sign is neither a tick nor green; one with problems is as red as any."""
    good, bad = Subject(ALLY, demonstrated(all_right())), Subject(ALLY, demonstrated(missing_on_key(PAGE)))

    assert good.conformant
    assert (good.headline.sign.sign, good.headline.sign.tone) == ("–", Tone.UNKNOWN)
    assert good.headline.sentence == f"{DEMONSTRATION} All 31 scopes are granted."
    assert (bad.headline.sign.sign, bad.headline.sign.tone) == ("✗", Tone.BAD)
    assert "Problems found: 1 scope missing" in bad.headline.sentence


def test_another_canvas_is_no_demonstration() -> None:
    """A run against a configured Canvas says nothing of one, in no report."""
    subject = Subject(ALLY, all_right())

    assert subject.headline.sentence == "All good: Anthology Ally has all 31 scopes it needs."
    assert "demonstration" not in json.loads(encode(subject.document))
    for text in (terminal.summary(subject), markdown.render(subject), html.render(subject)):
        assert "emonstration" not in text


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (probed(WRITES), SCOPE_CHECK + "10 writes were not tried (probe mode)."),
        (probed(SCOPES), SCOPE_CHECK + "10 writes and 21 reads were not tried (probe mode)."),
        (probed({PAGE}, "exercise"), SCOPE_CHECK + "1 write was not tried (only probed)."),
        (probed({SCOPES[0]}, "exercise"), SCOPE_CHECK + "1 read was not tried (only probed)."),
        (replace(all_right(), limits=["only sub-account 42 was read"]),
         "All 31 scopes are granted; only sub-account 42 was read."),
        (replace(probed({PAGE}), limits=["one", "two"]), SCOPE_CHECK + "1 write was not tried (probe mode); one; two."),
        (demonstrated(probed(WRITES)), f"{DEMONSTRATION} {SCOPE_CHECK}10 writes were not tried (probe mode)."),
    ],
    ids=["writes", "all", "one write", "one read", "a limit", "several limits", "demonstration"],
)  # fmt: skip
def test_green_says_what_it_leaves_open(run: RunResult, sentence: str) -> None:
    """What was only probed, and every other limit of the run, stands in the sentence itself."""
    subject = Subject(ALLY, run)

    assert subject.conformant
    assert subject.headline.sentence == sentence
    assert ("set CANVAS_SANDBOX_COURSE_ID" in subject.headline.beside) == (
        run.mode == "probe" and not run.target.embedded
    )


def test_probing_beside_a_sandbox_course_names_the_mode() -> None:
    """With a sandbox course set, only CANVAS_MODE=probe keeps the writes from being tried."""
    run = probed(WRITES)
    subject = Subject(ALLY, replace(run, target=all_right().target))

    assert subject.headline.beside == "To try them, unset CANVAS_MODE, or set it to exercise (exercise mode)."


def test_key_checks_that_were_not_made_are_told() -> None:
    """Without CANVAS_CLIENT_ID the key itself was not asked about; includes that nobody needs are no gap."""
    skipped = {name: check(name, CheckVerdict.NOT_CHECKED, "Not checked.") for name in KeyCheck}
    key = {name: skipped[name] for name in (KeyCheck.KEY_KNOWN, KeyCheck.KEY_ON)}
    includes = with_checks(all_right(), {KeyCheck.INCLUDES_ALLOWED: skipped[KeyCheck.INCLUDES_ALLOWED]})
    needless = replace(ALLY, key=replace(ALLY.key, allow_includes=False))

    assert said(with_checks(all_right(), key)) == "All 31 scopes are granted; 2 key checks were not made."
    assert said(includes) == "All 31 scopes are granted; 1 key check was not made."
    assert limits(needless, includes) == []


def test_red_names_its_limits_beside_the_problems() -> None:
    """A write that was not tried is told where another scope is missing, too."""
    head = Subject(ALLY, probed(WRITES, run=missing_on_key(PAGE))).headline

    assert head.sentence == "Problems found: 1 scope missing and 1 key check failed."
    assert head.beside == "Also: 9 writes were not tried (probe mode)."


def test_known_gaps_and_limits_are_both_told() -> None:
    """A gap does not hide what was not tried."""
    run = probed(WRITES, run=missing_on_key(QUIZ))
    sentence = (
        "Except for 1 known gap: 30 of 31 scopes pass Canvas's scope check; 9 writes were not tried (probe mode)."
    )

    assert said(run, GAP) == sentence.replace("Except", "All good except")
    assert said(demonstrated(run), GAP) == f"{DEMONSTRATION} {sentence}"


@pytest.mark.parametrize(
    ("run", "number", "part", "sentence"),
    [
        (all_right, 3, "-k pages", f"Only 3 of 31 scopes were tested (-k pages){SO}: 3 granted."),
        (all_right, 1, "", f"Only 1 of 31 scopes was tested{SO}: 1 granted."),
        (lambda: missing_on_key(*SCOPES[:2]), 3, "-m x",
         f"Only 3 of 31 scopes were tested (-m x){SO}: 1 granted, 2 scopes missing, and 1 key check failed."),
        (outage, 2, "", f"Only 2 of 31 scopes were tested{SO}: 2 scopes not proved and 9 key checks not proved."),
        (lambda: missing_on_key(PAGE), 0, "-k no", f"No scope was tested (-k no){SO}: 1 key check failed."),
        (all_right, 0, "-k no", f"Nothing was tested (-k no): 31 scopes without a verdict{SO}."),
    ],
)  # fmt: skip
def test_a_part_says_which(run: Callable[[], RunResult], number: int, part: str, sentence: str) -> None:
    """A run of a part says how many of the scopes it tested, what selected them, and that it is not conformant."""
    whole = run()
    subject = Subject(ALLY, replace(whole, scopes=whole.scopes[:number], part=part))

    assert subject.headline.sentence == sentence
    assert subject.headline.sign.tone is not Tone.GOOD
    assert not subject.conformant
    assert "without a filter" in subject.headline.beside


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (2, f"Only 2 of 31 scopes were tested{SO}: 2 granted and 1 key check failed."),
        (0, f"No scope was tested{SO}: 1 key check failed."),
    ],
)
def test_an_option_that_ended_the_run_is_named(number: int, sentence: str) -> None:
    """Where an option stopped it there may be no filter to leave out; failed key checks count in any case."""
    whole = missing_on_key(PAGE)
    run = replace(whole, scopes=whole.scopes[:number], stopped="--maxfail=2")
    ended = "Option --maxfail=2 ended the run before all scopes were tested. Run without it"

    assert said(run) == sentence
    assert Subject(ALLY, run).headline.beside == f"{ended} to test all."
    assert Subject(ALLY, replace(run, part="-k x")).headline.beside == f"{ended} and without a filter to test all."


def test_a_part_of_known_gaps_only() -> None:
    """Where all that was tested is a known gap, nothing is granted and nothing is wrong."""
    run = missing_on_key(QUIZ)
    run = replace(run, scopes=[result for result in run.scopes if result.verdict is Verdict.MISSING])

    assert said(run, GAP) == "Only 1 of 31 scopes was tested, so the run is not conformant: 1 known gap."


def test_an_early_end_is_told() -> None:
    """A run that was interrupted says so, whether it judged some scopes, none, or all."""
    whole = replace(all_right(), ended="it was interrupted; run it again")
    some, none = replace(whole, scopes=whole.scopes[:5]), replace(whole, scopes=[])

    assert Subject(ALLY, some).headline.beside == "The run ended early: it was interrupted; run it again."
    assert said(none) == "Nothing was tested: it was interrupted; run it again."
    assert said(whole) == "All 31 scopes are granted; the run ended early."
