"""scopes.md, read back by a third-party Markdown parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from lxml import html
from markdown_it import MarkdownIt

from scopecheck.model.known_gap import GapsFound
from scopecheck.model.verdict import Cleanup, FailedRestore, RunResult
from scopecheck.report.markdown import render
from scopecheck.report.markdown_text import code, paragraph, prose
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES
from tests.selftest.report.examples import ALLY, EXAMPLES, PAGE, all_right, missing_on_key, two_things_wrong
from tests.selftest.strategies import NASTY, runs, texts

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(text: str) -> html.HtmlElement:
    return html.fragment_fromstring(READER.render(text), create_parent="main")


def body(table: html.HtmlElement) -> list[html.HtmlElement]:
    return [row for row in table.iter("tr") if row.find("td") is not None]


def cells(row: html.HtmlElement) -> list[str]:
    return [cell.text_content() for cell in row.iter("td")]


def plain(text: str) -> str:
    return " ".join(text.split())


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_it_agrees_with_the_document(run: RunResult) -> None:
    """Outcome, key checks and scopes match scopes.json, whatever texts Canvas returned."""
    subject = Subject(ALLY, run)
    page = read(render(subject))
    key, scopes = (table for table in page.iter("table"))

    assert page.findtext("h1") == f"{subject.headline.sign.sign} {subject.headline.sentence}"
    assert [cells(row)[0] for row in body(key)] == [CHECK_TITLES[row.check] for row in subject.document.key]
    judged = {row.scope: row for row in subject.document.scopes}
    for row, requirement in zip(body(scopes), ALLY.requirements, strict=True):
        section, scope, verdict, *_ = cells(row)
        document_row = judged.get(str(requirement.scope))
        here = document_row.canvas_name if document_row else None
        named = f"{requirement.scope} (on this Canvas {here})" if here else str(requirement.scope)
        assert (section, scope) == (requirement.section, named)
        assert verdict.split(maxsplit=1)[1] == (document_row.verdict if document_row else "not tested")


@given(text=texts)
def test_prose_is_read_as_written(text: str) -> None:
    """No markup in a text takes effect: it reads as before, on one line."""
    subject = "".join(character for character in text if character.isprintable() or character.isspace())

    assert plain(read(f"x {prose(subject)}").text_content()) == plain(f"x {subject}")
    assert plain(read(paragraph(subject)).text_content()) == plain(subject)


@pytest.mark.parametrize("text", ["a`b", "``", "x|y", "`|`"])
def test_code_is_read_as_written(text: str) -> None:
    """Code keeps its backticks, and in a table its bars."""
    table = read(f"| a |\n| --- |\n| {code(text, cell=True)} |")

    assert read(code(text)).findtext(".//code") == text
    assert table.findtext(".//td/code") == text


@pytest.mark.parametrize("text", NASTY)
def test_no_markup_comes_through(text: str) -> None:
    """A title with `<script>` or Markdown in it stays text."""
    run = replace(two_things_wrong(), notes=[text])
    run = replace(run, scopes=[replace(result, message=text) for result in run.scopes])
    page = read(render(Subject(ALLY, run)))

    assert {element.tag for element in page.iter()} <= {
        "main", "h1", "h2", "p", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "blockquote",
    }  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_outcome_is_the_first_line(name: str) -> None:
    """The first line says how the run ended."""
    subject = Subject(ALLY, EXAMPLES[name]())

    assert render(subject).splitlines()[0] == f"# {subject.headline.sign.sign} {subject.headline.sentence}"


def test_what_to_do_comes_before_the_tables() -> None:
    """What to do comes first, as a numbered list with the scopes to select."""
    page = read(render(Subject(ALLY, two_things_wrong())))
    headings = [heading.text for heading in page.iter("h2")]
    steps = page.find("ol")

    assert headings == ["What to do", "Key and token", "Scopes"]
    assert steps is not None
    assert len(steps) == 2
    assert "select Allow Include Parameters" in steps[0].text_content()
    assert steps[1].findtext(".//li//code") == PAGE


def test_nothing_to_do_is_not_mentioned() -> None:
    """A run without problems has no list of things to do."""
    assert "What to do" not in render(Subject(ALLY, all_right()))


def test_a_baseline_shows_what_changed() -> None:
    """With a baseline it says what is newly failing."""
    before = Subject(ALLY, all_right()).document
    text = render(Subject(ALLY, missing_on_key(PAGE), baseline=before))
    change = next(table for table in read(text).iter("table"))

    assert cells(body(change)[0]) == [
        "newly failing", PAGE, "granted (exercised)", "missing (scope-missing-on-key)",
    ]  # fmt: skip


def test_known_gaps_and_failed_restores_are_reported() -> None:
    """A wrong known gap and a change that could not be undone each have a section."""
    run = replace(all_right(), cleanup=Cleanup(8, [FailedRestore("page x", "got 500", "journal/1.json")]))
    text = render(Subject(ALLY, run, GapsFound({}, (f"{PAGE} is a known gap until {date(2026, 1, 1)}",))))

    assert "## Known gaps" in text
    assert "- page x: got 500 The old value is saved in `journal/1.json`." in text


def test_what_may_still_take_effect_is_reported() -> None:
    """It has a section that names it, and says what to do and when."""
    run = replace(all_right(), cleanup=Cleanup(8, unsettled=["page x: body"]))
    text = render(Subject(ALLY, run))

    assert "## Not settled yet" in text
    assert "Run again in two minutes" in text
    assert "- page x: body" in text
    assert "may still take effect" in text.splitlines()[0]
