"""The Allure report as a reader sees it: one file, opened from disk."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from playwright.sync_api import Browser, Page, expect

from scopecheck.report.allure.page import generate, without_analytics
from tests.selftest.browser.opening import View, opened
from tests.selftest.endtoend.runs import Finished, run
from tests.selftest.report.examples import PAGE, QUIZ

pytestmark = pytest.mark.xdist_group("allure-report")

VIEW = View(width=1280, height=1400)
GAPS = f"""
[[gap]]
scope = "{QUIZ}"
verdict = "missing"
reason = "no classic quizzes here"
until = 2999-12-31
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run with one missing scope and one known gap; its report is made twice, for a history."""
    if not shutil.which("node"):
        wanted = "no Node is installed, for example by: apt-get install nodejs npm"
        if os.environ.get("CI"):
            pytest.fail(wanted)
        pytest.skip(wanted)
    reports = tmp_path_factory.mktemp("reports")
    gaps = reports / "gaps.toml"
    gaps.write_text(GAPS, "utf-8")
    ended = run(reports, "-n", "0", "--without-scope", PAGE, "--without-scope", QUIZ, f"--canvas-known-gaps={gaps}")
    assert ended.code == 1, ended.output
    for _ in range(2):
        generate(reports / "allure-results", reports)
    return ended


def case_of(page: Page, scope: str) -> None:
    """Open the case of a scope."""
    page.get_by_placeholder("Search tests").fill(scope)
    page.get_by_text(scope, exact=True).last.click()


def test_it_names_the_red_scope_its_remedy_and_its_evidence(browser: Browser, found: Finished) -> None:
    """From the list of cases two clicks lead to the remedy, and a third to Canvas's answer."""
    with opened(browser, found.reports / "allure-report" / "index.html", VIEW) as page:
        expect(page.get_by_text("Canvas scopes for ally: not conformant")).to_be_visible()
        case_of(page, PAGE)

        expect(page.get_by_text("What to do: In Canvas, open Admin > Developer Keys").last).to_be_visible()
        expect(page.frame_locator("iframe").get_by_text("Saves the text of a page that an instructor")).to_be_visible()
        page.get_by_text("PUT /api/v1/courses/", exact=False).filter(has_text=": 401").last.click()
        expect(page.get_by_text('{"errors": [{"message": "Insufficient scopes').first).to_be_visible()


def test_its_categories_are_the_causes(browser: Browser, found: Finished) -> None:
    """The Categories tab names the cause in words, with the scope below it."""
    with opened(browser, found.reports / "allure-report" / "index.html", VIEW) as page:
        page.get_by_text("Categories", exact=True).first.click()

        expect(
            page.get_by_text("missing (scope-missing-on-key): The developer key does not carry the scope.")
        ).to_be_visible()
        expect(page.get_by_text(PAGE, exact=True).first).to_be_visible()


def test_it_shows_where_the_run_went(browser: Browser, found: Finished) -> None:
    """Target, mode, profile and client ID are at the top."""
    with opened(browser, found.reports / "allure-report" / "index.html", VIEW) as page:
        for value in (found.document["target"]["base_url"], "Anthology Ally (ally)", "exercise", "Developer key ID"):
            expect(page.get_by_text(value).first).to_be_visible()


def test_it_contains_the_matrix(browser: Browser, found: Finished) -> None:
    """scopes.html is attached to the report as a whole, and displayed in it."""
    with opened(browser, found.reports / "allure-report" / "index.html", VIEW) as page:
        page.get_by_text("Global Attachments").click()
        page.get_by_text("scopes.html").click()

        expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_contain_text("Problems found")


def test_a_known_gap_is_marked(browser: Browser, found: Finished) -> None:
    """A known gap is marked as such, with its reason."""
    with opened(browser, found.reports / "allure-report" / "index.html", VIEW) as page:
        case_of(page, QUIZ)

        expect(page.frame_locator("iframe").get_by_text("Known gap until 2999-12-31: no classic")).to_be_visible()


def test_history_grows(found: Finished) -> None:
    """Each report adds its run to the history, with stable IDs."""
    lines = (found.reports / "history" / "allure.jsonl").read_text("utf-8").splitlines()
    first, second = (json.loads(line)["testResults"] for line in lines)

    assert set(first) == set(second)
    assert len(first) == len(found.allure)


def test_it_does_not_report_its_readers(found: Finished) -> None:
    """The tool's analytics are removed, and nothing else is."""
    page = (found.reports / "allure-report" / "index.html").read_text("utf-8")
    tag = (
        '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>\n'
        "<script>\n  function gtag(){dataLayer.push(arguments);}\n</script>"
    )

    assert "googletagmanager" not in page
    assert "gtag(" not in page
    assert without_analytics(f"<script>a()</script>{tag}<script>b()</script>") == (
        "<script>a()</script><script>b()</script>"
    )
