"""The overview of many Canvases, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from scopecheck.model.fleet_document import Ending, FleetDocument, TargetOutcome
from scopecheck.report.fleet.page import overview
from tests.selftest.browser.opening import VIEWS, opened
from tests.selftest.browser.test_accessibility import RIGHTMOST, violations

LONG = "In Canvas, open Admin > Developer Keys, select url:PUT|/api/v1/courses/:course_id/pages/:url_or_id and save."


def outcome(name: str, code: int, remedy: str | None = None) -> TargetOutcome:
    counts = {"granted": 31 - code, "missing": code} if code < 2 else None
    return TargetOutcome(
        name, "https://school.test.instructure.com", code, Ending.BY_ITSELF, 8.0, "Something was found.", code == 0,
        counts, remedy, name, f"{name}/scopes.html", f"{name}/run.log",
    )  # fmt: skip


@pytest.mark.parametrize("view", ["light", "narrow"])
def test_everybody_can_read_it_and_each_row_leads_to_its_report(browser: Browser, tmp_path: Path, view: str) -> None:
    """axe-core finds no violation, nothing is wider than the screen, and a link finds a folder with an accent in it."""
    targets = [outcome("right", 0), outcome("Schule-Ü #1", 1, LONG), outcome("wrong", 4)]
    (tmp_path / "index.html").write_text(overview(FleetDocument(1, 4, False, "2026-01-01T00:00:00Z", 90.0, 4, targets)))
    (tmp_path / "Schule-Ü #1").mkdir()
    (tmp_path / "Schule-Ü #1" / "scopes.html").write_text("<title>Its report</title>")
    with opened(browser, tmp_path / "index.html", VIEWS[view]) as page:
        assert violations(page) == []
        assert page.evaluate(RIGHTMOST) <= VIEWS[view].width
        expect(page.get_by_role("rowheader", name="right")).to_have_count(1)
        address = page.get_by_role("link", name="Schule-Ü #1").evaluate("(each) => each.href")
        assert page.context.new_page().goto(address) is not None
        assert page.context.pages[1].title() == "Its report"
