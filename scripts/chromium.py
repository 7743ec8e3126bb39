"""The system's own Chromium, headless: Playwright's downloads are not needed."""

from __future__ import annotations

import shutil
from typing import Final

from playwright.sync_api import Browser, Playwright

PROGRAMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
"""Names on the path, and where macOS and Windows have it."""
FLAGS: Final = (
    "--no-sandbox",  # Chromium's sandbox does not work as root, and CI containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """Chromium is not installed."""

    def __init__(self) -> None:
        super().__init__("Chromium is not installed; install it, for example with: apt-get install chromium.")


def launch(playwright: Playwright) -> Browser:
    """Start it; raises NoChromium if it is not installed."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        raise NoChromium
    return playwright.chromium.launch(executable_path=program, args=FLAGS)
