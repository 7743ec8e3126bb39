"""Several runs side by side: the columns' names, what differs, and that text, Markdown and page say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from scopecheck.model.scopes_document import ScopesDocument
from scopecheck.model.verdict import RunResult
from scopecheck.report.side_by_side import Run, as_markdown, as_text, line_up, render, runs_of
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES
from tests.selftest.report.examples import (
    ALLY,
    PAGE,
    SCOPES,
    all_right,
    demonstrated,
    missing_on_key,
    two_things_wrong,
)
from tests.selftest.strategies import NASTY, runs

SCHOOL: Final = "school.test.instructure.com"
TAGS: Final = re.findall(
    r"\w+",
    "html head meta title link style body a header main footer p div span h1 input label table caption thead tbody tr "
    "th td code wbr",
)
"""All elements that a page has."""


def document(run: RunResult, *, night: int = 23, host: str = SCHOOL, account: str = "self") -> ScopesDocument:
    """The scopes.json of a run in some night, on some Canvas."""
    target = replace(run.target, base_url=f"https://{host}", account_id=account)
    return Subject(ALLY, replace(run, started_at=f"2026-11-{night}T21:00:00Z", target=target)).document


def lacking(found: ScopesDocument, *scopes: str) -> ScopesDocument:
    """The document without these scopes."""
    rows = [row for row in found.scopes if row.scope not in scopes]
    return replace(found, scopes=rows, counts={**found.counts, "granted": len(rows)})


def names(documents: Sequence[ScopesDocument]) -> list[str]:
    return [run.name for run in runs_of(documents)]


NIGHTS: Final = [document(all_right(), night=20), document(missing_on_key(PAGE), night=21), document(all_right())]


def test_nights_are_named_by_their_time_in_order() -> None:
    """Runs of one target stand in the order of time, however they are given; the embedded Canvas is one target."""
    embedded = [
        replace(found, target=replace(found.target, embedded=True, base_url=f"http://127.0.0.1:{port}"))
        for found, port in zip(NIGHTS, (4000, 5000, 6000), strict=True)
    ]
    times = [f"2026-11-{night} 21:00:00 UTC" for night in (20, 21, 23)]

    assert names(NIGHTS[::-1]) == times
    assert names(embedded) == times
    assert line_up(runs_of(NIGHTS)).sentence == f"3 runs of {SCHOOL}: 1 scope and 1 key check differ."


def test_canvases_are_named_by_host_and_by_more_where_needed() -> None:
    """They stand as given; the account and the time follow where hosts are alike, a number where all is."""
    first, other = document(all_right()), document(all_right(), host="other.example")
    branch = document(all_right(), account="7")

    assert names([other, first]) == ["other.example", SCHOOL]
    assert names([first, branch]) == [f"{SCHOOL}, account self", f"{SCHOOL}, account 7"]
    assert names([first, NIGHTS[0], other])[:2] == [
        f"{SCHOOL}, account self, 2026-11-23 21:00:00 UTC", f"{SCHOOL}, account self, 2026-11-20 21:00:00 UTC",
    ]  # fmt: skip
    assert names([first, first]) == ["2026-11-23 21:00:00 UTC (1)", "2026-11-23 21:00:00 UTC (2)"]


def test_what_a_profile_does_not_have_is_not_asked() -> None:
    """Rows are those of all profiles; not asked is no difference, but not tested under the same profile is one."""
    older = replace(lacking(document(all_right(), host="other.example"), SCOPES[0]), profile="older")
    unlike = line_up(runs_of([document(all_right()), older]))
    left_out = line_up(runs_of([document(all_right()), replace(older, profile="ally")]))
    cells = [table.groups[1].rows[0].cells for table in (unlike, left_out)]

    assert [row.name for group in unlike.groups for row in group.rows if row.is_scope] == SCOPES
    assert [str(cell) for cell in cells[0]] == ["✓ granted (exercised)", "– not asked"]
    assert [str(cell) for cell in cells[1]] == ["✓ granted (exercised)", "– not tested"]
    assert unlike.different == []
    assert [row.name for row in left_out.different] == [SCOPES[0]]


def test_a_scope_is_one_row_under_all_its_names() -> None:
    """The row has the name that the last run has."""
    older = document(all_right(), night=20)
    renamed = [replace(row, scope=row.scope.replace(":url_or_id", ":url")) for row in older.scopes]
    table = line_up(runs_of([replace(older, scopes=renamed), NIGHTS[2]]))

    assert [row.name for group in table.groups for row in group.rows if row.is_scope] == SCOPES
    assert table.sentence == f"2 runs of {SCHOOL}: nothing differs."


def test_a_run_that_tested_nothing_has_a_column() -> None:
    """It says why in its note, differs from nothing, and may lead to its own report."""
    runs = [*runs_of(NIGHTS[:1]), Run("down", None, "Exit code 4: no token.", "down/scopes.html")]
    page = html.document_fromstring(render(runs, "Two of them"))

    assert line_up(runs).different == []
    assert "2  down: nothing tested; Exit code 4: no token." in as_text(line_up(runs))
    assert page.xpath("string(//h1)") == "Two of them"
    assert page.xpath("string(//thead//a[@href='down/scopes.html'])") == "down"
    assert "Exit code 4: no token." in page.text_content()


def test_a_demonstration_never_looks_like_success() -> None:
    """A conformant run of the embedded Canvas is no green column."""
    (head, _) = line_up(runs_of([document(demonstrated(all_right())), NIGHTS[0]])).heads

    assert (head.outcome.word, head.outcome.tone) == ("demonstration, conformant", "unknown")
    assert head.facts["Canvas"].startswith("embedded, for demonstration (")


def test_the_text_says_once_what_differs_alike() -> None:
    """Runs are numbered, what they say is put together, and below stands what the numbers mean."""
    documents = [document(all_right(), night=night) for night in (20, 21)]
    documents += [document(two_things_wrong(), night=night) for night in (22, 23, 24)]
    text = as_text(line_up(runs_of([*documents, document(all_right(), night=25)])))

    assert text.startswith(f"6 runs of {SCHOOL}: 2 scopes and 2 key checks differ.\nIn all: Canvas: https://{SCHOOL};")
    assert f"\n  {PAGE}\n      ✓ granted (exercised): 1-2, 6\n      ✗ missing (scope-missing-on-key): 3-5\n" in text
    assert "\n   3  2026-11-22 21:00:00 UTC: not conformant; Scopes: 29 granted, 1 missing, 1\n" in text
    assert text.count("includes-not-allowed") == 2


def test_a_scope_is_never_cut() -> None:
    """One that is too long for a line goes on after a slash."""
    long = max(SCOPES, key=len)
    start, end = long.rsplit("/", 1)
    text = as_text(line_up(runs_of([document(all_right(), night=20), document(missing_on_key(long))])))

    assert len(long) > 78
    assert f"\n  {start}/\n    {end}\n      ✓ granted (exercised): 1\n" in text


@settings(deadline=None, max_examples=8)
@given(found=st.lists(runs(ALLY), min_size=2, max_size=4), texts=st.lists(st.sampled_from(NASTY), min_size=4))
def test_page_and_text_agree_with_the_documents(found: list[RunResult], texts: list[str]) -> None:
    """Each cell is the run's verdict, whatever the runs' texts are; no line exceeds 80 columns; markup stays text."""
    documents = [
        replace(document(run, host=text, account=text), profile=text) for run, text in zip(found, texts, strict=False)
    ]
    columns = [Run(f"{number}", each, texts[0]) for number, each in enumerate(documents)]
    table, text = line_up(columns), as_text(line_up(columns))
    page = html.document_fromstring(render(columns))
    shown = {
        row.xpath("string(th//code)") or row.xpath("string(th/text())").strip(): row
        for row in page.xpath("//tbody[tr/th[@scope='rowgroup']]/tr[not(@class='section')]")
    }
    verdicts = [{CHECK_TITLES[row.check]: row.verdict.value for row in each.key} for each in documents]
    verdicts = [
        {**checks, **{row.scope: row.verdict.value for row in each.scopes}}
        for checks, each in zip(verdicts, documents, strict=True)
    ]

    assert {*shown} == {name for each in verdicts for name in each}
    for name, row in shown.items():
        words = [cell.xpath("string(span[contains(@class, 'mark')])").split(maxsplit=1)[1] for cell in row.iter("td")]
        expected = [each.get(name, "").replace("-", " ") for each in verdicts]
        assert [("" if word.startswith("not ") and word != "not checked" else word) for word in words] == expected
    assert {row.name for row in table.different} == {
        name for name, row in shown.items() if "differs" in row.xpath("string(th)")
    }
    assert max(map(len, text.splitlines())) <= 80
    assert all(row.name in "".join(line.strip() for line in text.splitlines()) for row in table.different)
    assert {each.tag for each in page.iter() if isinstance(each.tag, str)} <= {*TAGS}


def test_the_page_is_one_file_that_loads_nothing() -> None:
    """Nothing makes a browser fetch anything, and its policy forbids it; each cell belongs to a row and a column."""
    page = html.document_fromstring(render(runs_of(NIGHTS)))
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")

    assert page.xpath("//@src | //script | //form | //iframe | //img") == []
    assert page.xpath("//link/@href") == ["data:,"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert len(page.xpath("//thead//th[@scope='col']")) == 3
    assert all(row.xpath("th/@scope") for row in page.xpath("//tbody/tr"))
    assert page.xpath("//caption")


@pytest.mark.parametrize("wide", [False, True])
def test_markdown_has_a_column_for_each_run(*, wide: bool) -> None:
    """A table of what differs, and a list of the runs under their numbers."""
    documents = [document(missing_on_key(PAGE) if night == 21 else all_right(), night=night) for night in range(20, 29)]
    table = line_up(runs_of(documents if wide else NIGHTS))
    page = html.fragment_fromstring(
        MarkdownIt("commonmark").enable("table").render(as_markdown(table)), create_parent=True
    )

    assert page.xpath("string(h2)") == table.sentence
    assert [row.xpath("string(td[1])") for row in page.xpath(".//tbody/tr")] == ["The key has all scopes", PAGE]
    assert len(page.xpath(".//thead//th")) == 1 + len(table.heads)
    assert len(page.xpath("ol/li")) == len(table.heads)
