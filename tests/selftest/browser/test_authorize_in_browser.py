"""The whole authorization in a real browser: login, consent, and back to the listening command."""

from __future__ import annotations

import re
import webbrowser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from dotenv import dotenv_values
from playwright.sync_api import Browser, Page, expect

from scopecheck.config.definitions import SETTINGS
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.running import Ran, run, serve
from tests.selftest.free_port import free_port


@pytest.fixture
def page(browser: Browser) -> Page:
    """An empty tab without anybody logged in."""
    return browser.new_context().new_page()


def authorize(canvas: EmbeddedCanvas, root: Path, redirect_uri: str, page: Page, button: str) -> Ran:
    """Run the command; its user logs in and clicks this button in the page."""

    def click_through(url: str) -> bool:
        known = canvas.credentials
        page.goto(url)
        page.get_by_label("User name").fill(known.login)
        page.get_by_label("Password").fill(known.password)
        page.get_by_role("button", name="Log In").click()
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Done")
        return True

    with pytest.MonkeyPatch.context() as patched:
        for setting in SETTINGS:
            patched.delenv(setting.variable, raising=False)
        patched.delenv("PYTHON_DOTENV_DISABLED", raising=False)
        patched.setenv("CANVAS_CLIENT_SECRET", canvas.credentials.client_secret)
        patched.setattr(webbrowser, "open", click_through)
        return run(
            root, "authorize", "--yes", "--canvas-base-url", canvas.url, "--canvas-client-id",
            canvas.credentials.client_id, "--canvas-redirect-uri", redirect_uri,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("button", "code", "said"),
    [("Authorize", 0, "Authorized by Ally Integration."), ("Cancel", 1, "clicked Cancel instead of Authorize")],
)
def test_in_a_real_browser(button: str, code: int, said: str, page: Page, tmp_path: Path) -> None:
    """The browser ends up on the command's accessible page, and the command has the token, or says why not."""
    here = f"http://localhost:{free_port()}/callback"
    with serve(redirect_uris=(here,)) as canvas:
        ran = authorize(canvas, tmp_path, here, page, button)

    assert ran.code == code, ran.words
    assert said in ran.words
    assert ("CANVAS_REFRESH_TOKEN" in dotenv_values(tmp_path / ".env")) == (code == 0)
    assert re.fullmatch(rf"{here}\?(code|error)=.*", page.url)
    assert page.title() == "Done"
    assert Axe().run(page).response["violations"] == []
