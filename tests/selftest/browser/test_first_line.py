"""The outcome of a demonstration, of probe mode and of a run that tested nothing, as a reader sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from scopecheck.model.exit_code import ExitCode
from scopecheck.report import HTML, Nothing, write_nothing
from tests.selftest.browser.opening import LIGHT, NARROW, View, opened
from tests.selftest.browser.scopes_page import written
from tests.selftest.browser.test_accessibility import violations
from tests.selftest.report.examples import WRITES, all_right, demonstrated, probed

WIDEST: Final = """Math.max(...[...document.querySelectorAll(".outcome *")].map((each) => {
    const range = document.createRange();
    range.selectNodeContents(each);
    return range.getBoundingClientRect().right;
}))"""

EDGE: Final = 'document.querySelector(".outcome").getBoundingClientRect().right'


def refused(folder: Path) -> Path:
    """The page of a run with wrong settings."""
    told = (
        "Some settings are wrong; nothing was sent.",
        "CANVAS_SANDBOX_COURSE_NAME is not set, but CANVAS_SANDBOX_COURSE_ID is; set it to that course's exact name.",
    )
    write_nothing(folder, Nothing("the run was refused", told, ExitCode.WRONG_SETTINGS, "2026-11-23T21:00:00Z"))
    return folder / HTML


PAGES: Final[dict[str, Callable[[Path], Path]]] = {
    "demonstration": lambda folder: written(folder, demonstrated(all_right())),
    "probe": lambda folder: written(folder, probed(WRITES)),
    "nothing": refused,
}


@pytest.mark.parametrize("view", [LIGHT, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_the_first_line_is_seen_whole(browser: Browser, tmp_path: Path, name: str, view: View) -> None:
    """Nothing of it is cut off or needs scrolling, however narrow the screen, and axe-core finds no violation."""
    with opened(browser, PAGES[name](tmp_path), view) as page:
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
        assert page.evaluate(WIDEST) <= page.evaluate(EDGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.width
        assert violations(page) == []


def test_a_demonstration_is_not_green(browser: Browser, tmp_path: Path) -> None:
    """Its outcome has another color than success has."""
    shown = []
    for number, run in enumerate((all_right(), demonstrated(all_right()))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with opened(browser, written(folder, run)) as page:
            shown.append(page.locator(".outcome").evaluate("(each) => getComputedStyle(each).backgroundColor"))

    assert shown[0] != shown[1]
