"""scopes.html, read back without a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from lxml import html

from scopecheck.model.verdict import RunResult
from scopecheck.report.html import render
from scopecheck.report.subject import Subject
from scopecheck.report.words import CHECK_TITLES, CHECKS
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
from tests.selftest.strategies import NASTY, runs


def read(run: RunResult) -> html.HtmlElement:
    return html.document_fromstring(render(Subject(ALLY, run)))


def words(element: html.HtmlElement | None) -> str:
    """The text of an element that must be there."""
    assert element is not None
    return " ".join(element.text_content().split())


def scope_rows(page: html.HtmlElement) -> list[html.HtmlElement]:
    rows: list[html.HtmlElement] = page.xpath("//table[contains(@class, 'matrix')]/tbody/tr[@id]")
    return rows


@settings(deadline=None, max_examples=25)
@given(run=runs(ALLY))
def test_it_agrees_with_the_document(run: RunResult) -> None:
    """Outcome, key checks and scopes match scopes.json, whatever texts Canvas returned."""
    subject = Subject(ALLY, run)
    page = html.document_fromstring(render(subject))
    judged = {row.scope: row for row in subject.document.scopes}

    assert words(page.find(".//h1")) == subject.headline.sentence
    for row, check in zip(page.xpath("//table[@class='key']/tbody/tr"), subject.document.key, strict=True):
        assert words(row[0]) == CHECK_TITLES[check.check]
        assert words(row[1]).startswith(f"{CHECKS[check.verdict].sign} {CHECKS[check.verdict].word}")
    for row, scope in zip(scope_rows(page), SCOPES, strict=True):
        here = judged[scope].canvas_name if scope in judged else None
        assert words(row[0]) == (f"{scope}On this Canvas: {here}" if here else scope)
        assert row[1].xpath("string(span[contains(@class, 'mark')])").split(maxsplit=1)[1] == (
            judged[scope].verdict if scope in judged else "not tested"
        )


@pytest.mark.parametrize("text", NASTY)
def test_markup_stays_text(text: str) -> None:
    """A title or an answer with `<script>` in it stays text wherever it appears."""
    tame, wild = (two_things_wrong(), two_things_wrong())
    wild = replace(
        wild,
        notes=[text],
        target=replace(wild.target, course_id=text, canvas_version=text),
        scopes=[
            replace(
                result,
                message=text,
                evidence=[
                    replace(e, request=text, sent=text, body=text, headers={text: text}) for e in result.evidence
                ],
            )
            for result in wild.scopes
        ],
    )
    known = {element.tag for element in read(tame).iter()} | {"h4", "pre"}

    page = read(wild)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= known
    assert len(page.findall(".//script")) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_requests_nothing(name: str) -> None:
    """Nothing in it makes a browser fetch anything, and its own policy forbids it."""
    page = read(EXAMPLES[name]())
    policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")

    assert page.xpath("//@src | //@srcset | //@background | //@poster | //object | //iframe | //form | //img") == []
    assert page.xpath("//link/@href") == ["data:,"]
    assert "url(" not in page.findtext(".//style", "")
    assert "@import" not in page.findtext(".//style", "")
    assert policy.startswith("default-src 'none';")


def test_its_policy_allows_its_own_script_and_style_alone() -> None:
    """The policy names the script and the style by hash."""
    text = render(Subject(ALLY, all_right()))
    for tag in ("style", "script"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert found
        digest = base64.b64encode(hashlib.sha256(found.group(1).encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in text or f"{tag}-src 'sha256-{digest}'" in text


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_ids_are_unique_and_its_links_have_targets(name: str) -> None:
    """Each link within the page has a target."""
    page = read(EXAMPLES[name]())
    ids = page.xpath("//@id")

    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href[starts-with(., '#')]")} <= set(ids)


def test_what_to_do_comes_first_in_the_order_of_the_key_screen() -> None:
    """Includes are above the sections on the key screen, so they come first; a section's boxes are listed."""
    page = read(two_things_wrong())
    steps = [words(step) for step in page.xpath("//ol[@class='steps']/li")]

    assert page.xpath("string(//main//h2)") == "What to do"
    assert steps[0].startswith(
        "In Canvas, open Admin > Developer Keys > Anthology Ally > Edit: select Allow Include Parameters and save."
    )
    assert steps[1].startswith("In Canvas, open Admin > Developer Keys > Anthology Ally > Edit, and select 1 scope:")
    assert f"Section Pages {PAGE}" in steps[1]


def test_the_missing_scopes_can_be_copied() -> None:
    """The text has one scope per line, in the profile's order."""
    page = read(missing_on_key(*reversed(SCOPES[3:6])))

    assert page.xpath("string(//textarea)").split() == SCOPES[3:6]
    assert words(page.get_element_by_id("copy")) == "Copy the 3 missing scopes"


def test_a_red_row_has_its_remedy_and_evidence() -> None:
    """A missing scope's row says what Canvas answered, links to the remedy, and has the exchange in a closed fold."""
    row = next(row for row in scope_rows(read(two_things_wrong())) if words(row[0]) == PAGE)

    assert row.get("class") == "wrong"
    assert "Insufficient scopes on access token." in words(row[5])
    assert row.xpath(".//a[@href='#step-2']")
    evidence = row.getnext()
    assert evidence is not None
    assert f"select {PAGE} and save" in words(evidence.find(".//details"))
    assert evidence.xpath("string(.//details//pre[last()])").startswith('{"errors"')


@pytest.mark.parametrize("run", [dead_token(), outage()], ids=["dead-token", "outage"])
def test_one_cause_is_said_once(run: RunResult) -> None:
    """A dead token or an outage is reported at the top, and not again with each scope."""
    page = read(run)
    said = words(page).count(" ".join(run.notes[0].split()))
    as_cause = words(page.find(".//header")).count(" ".join(run.notes[0].split()))

    assert said == as_cause
    assert len(page.xpath("//ol[@class='steps']/li")) == 1


def test_tables_say_what_they_are() -> None:
    """Each table has a caption, and each header cell has a scope attribute."""
    page = read(all_right())

    assert len(page.xpath("//table")) == len(page.xpath("//table/caption")) == 2
    assert page.xpath("//th[not(@scope)]") == []
    assert page.xpath("string(/html/@lang)") == "en"
