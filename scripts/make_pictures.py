"""Make the README's pictures: scopes.html of two runs, shown in a browser.

The embedded Canvas is set as any other is, since a report of a run without settings is that of a demonstration.
"""

from __future__ import annotations

import os
import subprocess  # starts this project's own runs, with arguments as a list
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scripts.chromium import NoChromium, launch

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
SIZE: Final = (1080, 790)
PAGE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
RUNS: Final = {
    "all-right": (0, CanvasConfig()),
    "two-things-wrong": (
        1,
        CanvasConfig(missing_on_key=frozenset({PAGE}), missing_on_token=frozenset({PAGE}), allow_includes=False),
    ),
}
"""For each picture the required exit code of its run, and the Canvas with its key."""


def report(folder: Path, expected: int, config: CanvasConfig) -> Path:
    """The scopes.html of a run against this Canvas."""
    scopes = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)
    with EmbeddedCanvas(replace(config, scopes=scopes)) as canvas:
        known = canvas.credentials
        settings = {
            "CANVAS_BASE_URL": canvas.url,
            "CANVAS_CLIENT_ID": known.client_id,
            "CANVAS_REDIRECT_URI": known.redirect_uri,
            "CANVAS_ACCESS_TOKEN": known.access_token,
            "CANVAS_SANDBOX_COURSE_ID": known.course_id,
            "CANVAS_SANDBOX_COURSE_NAME": known.course_name,
        }
        command = [sys.executable, "-m", "pytest", "-n", "0", f"--canvas-reports={folder}"]
        done = subprocess.run(  # noqa: S603  # see import
            command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )
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
        for name, (expected, config) in RUNS.items():
            page.goto(report(Path(folder) / name, expected, config).as_uri())
            page.screenshot(path=PICTURES / f"{name}.png")
            print(PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
