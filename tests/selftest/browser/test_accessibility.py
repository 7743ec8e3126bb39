"""scopes.html for everybody: with a keyboard, a screen reader or a narrow screen, and checked by axe-core."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, Page, expect

from scopecheck.report import side_by_side
from scopecheck.report.subject import Subject
from tests.selftest.browser.opening import DARK, NARROW, VIEWS, opened
from tests.selftest.browser.scopes_page import row_of, written
from tests.selftest.report.examples import ALLY, EXAMPLES, PAGE, QUIZ, all_right, two_things_wrong

RIGHTMOST = """Math.max(...[...document.querySelectorAll(".plain, .mark, code, pre, p")]
    .filter((each) => !each.closest(".only-heard"))
    .map((each) => each.getBoundingClientRect().right))"""


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize(
    ("name", "view"),
    [
        *(("two-things-wrong", view) for view in VIEWS),
        ("all-right", "light"),
        ("everything-missing", "dark"),
        ("dead-token", "dark"),
        ("wrong-key", "light"),
        ("outage", "narrow"),
    ],
)
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, name: str, view: str) -> None:
    """axe-core finds no violation, even with evidence open: contrast, names, roles, heading order."""
    with opened(browser, written(tmp_path, EXAMPLES[name]()), VIEWS[view]) as page:
        page.evaluate("[...document.querySelectorAll('details')].slice(-4).forEach((each) => { each.open = true; })")

        assert violations(page) == []


def test_axe_would_find_something(browser: Browser, tmp_path: Path) -> None:
    """The check above works: a page with poor contrast and a nameless button fails it."""
    path = tmp_path / "bad.html"
    path.write_text("<title>x</title><p style='color:#aaa;background:#fff'>Faint</p><button></button>", "utf-8")
    with opened(browser, path) as page:
        assert {"button-name", "color-contrast", "html-has-lang"} <= {name for name, _ in violations(page)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_narrow_screen_needs_no_horizontal_scrolling(browser: Browser, tmp_path: Path, name: str) -> None:
    """At 320 pixels everything fits, including open evidence."""
    with opened(browser, written(tmp_path, EXAMPLES[name]()), NARROW) as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW.width
        assert page.evaluate(RIGHTMOST) <= NARROW.width


def test_the_keyboard_reaches_everything(browser: Browser, tmp_path: Path) -> None:
    """Tab reaches the skip link, the copy button, the steps' links and the evidence; Enter works on each."""
    with opened(browser, written(tmp_path, two_things_wrong())) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the scopes")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to the scopes")).to_be_in_viewport(ratio=1)
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Copy the missing scope")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#step-1 a")).to_be_focused()
        page.keyboard.press("Enter")
        expect(row_of(page, "url:GET|/api/v1/courses/:id")).to_be_in_viewport()

        summary = page.locator("summary", has_text=f"on {PAGE}")
        summary.focus()
        page.keyboard.press("Enter")
        expect(summary.locator("xpath=..").locator("pre").last).to_be_visible()


def test_the_skip_link_leads_to_the_scopes(browser: Browser, tmp_path: Path) -> None:
    """Screen reader users get past the header in one step."""
    with opened(browser, written(tmp_path, two_things_wrong())) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator("#scopes")).to_be_focused()


def test_it_is_a_table_for_screen_readers(browser: Browser, tmp_path: Path) -> None:
    """Even when it looks like cards, rows and headers are announced as a table."""
    with opened(browser, written(tmp_path, all_right()), NARROW) as page:
        table = page.get_by_role("table", name="The 31 scopes that Anthology Ally needs")

        assert table.get_by_role("columnheader").all_text_contents()[:2] == ["Scope", "Verdict"]
        expect(table.get_by_role("rowheader", name=PAGE, exact=True)).to_have_count(1)


def test_many_nights_side_by_side(browser: Browser, tmp_path: Path) -> None:
    """On a narrow screen the table scrolls by itself, below its heads and beside its rows; axe-core finds nothing."""
    nights = [*[all_right()] * 4, two_things_wrong(), *[all_right()] * 3]
    documents = [
        Subject(ALLY, replace(run, started_at=f"2026-11-{night:02d}T21:00:00Z")).document
        for night, run in enumerate(nights, 1)
    ]
    path = tmp_path / "nights.html"
    path.write_text(side_by_side.render(side_by_side.runs_of(documents)), "utf-8")
    with opened(browser, path, replace(DARK, width=NARROW.width)) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW.width
        expect(page.get_by_role("rowheader", name=QUIZ)).to_have_count(1)
        page.get_by_label("Show only what differs").check()
        expect(page.get_by_role("rowheader", name=QUIZ)).to_have_count(0)
        assert violations(page) == []

        page.get_by_role("region").evaluate(
            "(wide) => { wide.scrollIntoView(); wide.scrollTo(wide.scrollWidth, wide.scrollHeight); }"
        )
        expect(page.get_by_role("rowheader", name=f"{PAGE} differs")).to_be_in_viewport()
        expect(page.get_by_role("columnheader", name="2026-11-08")).to_be_in_viewport()
        expect(page.get_by_role("columnheader", name="2026-11-01")).not_to_be_in_viewport()
