"""scopes.html as a reader sees it: opened from disk in a browser, on screen and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.selftest.browser.opening import DARK, LIGHT, NARROW, PRINT, View, opened
from tests.selftest.browser.scopes_page import row_of, written
from tests.selftest.report.examples import PAGE, SCOPES, all_right, everything_missing, missing_on_key, two_things_wrong


def test_from_the_red_scope_to_its_remedy_and_evidence(browser: Browser, tmp_path: Path) -> None:
    """The red scope stands out; one click leads to its remedy, another opens Canvas's answer."""
    with opened(browser, written(tmp_path, two_things_wrong())) as page:
        row = row_of(page, PAGE)
        evidence = row.locator("xpath=following-sibling::tr[1]").locator("details")
        expect(row).to_contain_text("✗ missing")

        row.get_by_role("link", name="What to do: step 2").click()
        expect(page.locator("#step-2")).to_be_in_viewport()
        expect(page.locator("#step-2")).to_contain_text("Developer Keys > Anthology Ally > Edit, and select 1 scope:")
        expect(page.locator("#step-2 dl")).to_have_text(re.compile(rf"Section Pages\s+{re.escape(PAGE)}"))

        expect(evidence.locator("pre").first).to_be_hidden()
        evidence.locator("summary").click()
        expect(evidence.locator("pre").last).to_contain_text("Insufficient scopes on access token.")


@pytest.mark.parametrize("view", [LIGHT, NARROW], ids=["wide", "narrow"])
def test_the_outcome_is_seen_at_once(browser: Browser, tmp_path: Path, view: View) -> None:
    """Outcome and first step are on the first screen, whatever its width."""
    with opened(browser, written(tmp_path, two_things_wrong()), view) as page:
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        expect(page.locator("#step-1")).to_be_in_viewport()


def test_the_button_copies_the_missing_scopes(browser: Browser, tmp_path: Path) -> None:
    """One click copies all missing scopes, one per line; the page confirms it to eyes and screen readers."""
    with opened(browser, written(tmp_path, missing_on_key(*SCOPES[3:6]))) as page:
        page.get_by_role("button", name="Copy the 3 missing scopes").click()

        expect(page.get_by_role("status")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == "\n".join(SCOPES[3:6])


def test_if_copying_is_forbidden_the_text_is_selected(browser: Browser, tmp_path: Path) -> None:
    """If the browser forbids copying, the page shows the scopes selected and says which keys to press."""
    forbidden = "delete Navigator.prototype.clipboard; document.execCommand = () => false;"
    with opened(browser, written(tmp_path, missing_on_key(PAGE)), before=forbidden) as page:
        page.get_by_role("button", name="Copy the missing scope").click()

        expect(page.get_by_role("status")).to_contain_text("press Ctrl+C")
        expect(page.get_by_role("textbox", name="Missing scope")).to_be_focused()
        assert page.evaluate("getSelection().toString()") == PAGE


def test_without_scripts_only_the_button_is_lost(browser: Browser, tmp_path: Path) -> None:
    """Steps, table and evidence work without scripts; a button that would do nothing is hidden."""
    with opened(browser, written(tmp_path, two_things_wrong()), View(script=False)) as page:
        expect(page.get_by_role("button")).to_have_count(0)
        expect(page.locator("#step-2")).to_be_visible()
        summary = page.locator("summary", has_text=f"on {PAGE}")
        summary.click()
        expect(summary.locator("xpath=..").locator("pre").last).to_be_visible()


def test_dark_is_dark(browser: Browser, tmp_path: Path) -> None:
    """With the system set to dark, the page is dark."""
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    with opened(browser, written(tmp_path, all_right()), LIGHT) as page:
        light = page.evaluate(shade)
    with opened(browser, written(tmp_path, all_right()), DARK) as page:
        dark = page.evaluate(shade)

    assert max(dark) < 64 < 192 < min(light)


def test_print_has_what_paper_can_show(browser: Browser, tmp_path: Path) -> None:
    """Steps and table are printed, without button and closed evidence, and on white even in dark mode."""
    with opened(browser, written(tmp_path, everything_missing()), View(scheme="dark", medium="print")) as page:
        expect(page.locator("#step-1")).to_be_visible()
        expect(row_of(page, PAGE)).to_be_visible()
        expect(page.locator("#copy")).to_be_hidden()
        expect(page.locator("summary").first).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_opened_evidence_is_printed(browser: Browser, tmp_path: Path) -> None:
    """Evidence opened before printing is printed."""
    with opened(browser, written(tmp_path, two_things_wrong()), PRINT) as page:
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

        expect(page.locator("details pre").last).to_be_visible()
