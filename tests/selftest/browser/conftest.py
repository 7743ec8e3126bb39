"""One Chromium for each test process; without one the tests are skipped, except in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.chromium import NoChromium, launch

pytest.register_assert_rewrite("tests.selftest.browser.opening")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except NoChromium as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(error))
        yield started
        started.close()
