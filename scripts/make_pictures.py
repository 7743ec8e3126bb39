"""Make the README's pictures: scopes.html of two runs against the embedded Canvas, shown in a browser."""

from __future__ import annotations

import subprocess  # starts this project's own runs, with arguments as a list
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from scripts.chromium import NoChromium, launch

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
SIZE: Final = (1080, 790)
RUNS: Final = {
    "all-right": (0, []),
    "two-things-wrong": (
        1,
        [
            "--without-scope=url:PUT|/api/v1/courses/:course_id/pages/:url_or_id",
            "--embedded=allow_includes=false",
        ],
    ),
}
"""For each picture the required exit code of its run, and the options that break its key."""


def report(folder: Path, expected: int, wrong: list[str]) -> Path:
    """The scopes.html of a run with these options."""
    command = [sys.executable, "-m", "pytest", "-n", "0", f"--canvas-reports={folder}", *wrong]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # see import
    if done.returncode != expected:
        sys.exit(f"A run for a picture ended with exit code {done.returncode}, not {expected}:\n{done.stdout[-2000:]}")
    return folder / "scopes.html"


def main() -> None:
    """Write all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoChromium as error:
            sys.exit(str(error))
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        for name, (expected, wrong) in RUNS.items():
            page.goto(report(Path(folder) / name, expected, wrong).as_uri())
            page.screenshot(path=PICTURES / f"{name}.png")
            print(PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
