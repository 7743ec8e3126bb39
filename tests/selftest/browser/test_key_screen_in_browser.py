"""A demonstration in a real browser: a box is unchecked, and a run then shows that scope red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from dotenv import dotenv_values
from playwright.sync_api import Browser, Page, expect

from scopecheck.commands.demo import commands
from scopecheck.embedded_canvas.key_screen.screen import PATH, KeyScreen
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.browser.opening import LIGHT, NARROW, View
from tests.selftest.commands.authorizing import PAGE, authorize
from tests.selftest.commands.consenting import User
from tests.selftest.commands.running import serve
from tests.selftest.endtoend.runs import leading_to, run


@pytest.fixture
def canvas() -> Iterator[EmbeddedCanvas]:
    """A Canvas with the key screen, as `demo` serves it."""
    with serve(throttle=False) as running:
        running.put_page(PATH, KeyScreen(running.canvas, commands(running.credentials.redirect_uri)).answer)
        yield running


def opened(browser: Browser, canvas: EmbeddedCanvas, view: View) -> Page:
    """The key screen in a tab; a browser without JavaScript has to do."""
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height}, color_scheme=view.scheme, java_script_enabled=view.script
    )
    page = context.new_page()
    page.goto(canvas.url + PATH)
    return page


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def test_an_unchecked_box_is_red_in_the_next_run(
    browser: Browser, canvas: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All tokens end; the page's command gets a new one without the scope, which Canvas refuses and the run names."""
    token = canvas.credentials.access_token
    assert asked(canvas, token).status_code == 200
    page = opened(browser, canvas, View(script=False))
    page.get_by_role("group", name="Pages").get_by_role("checkbox", name=PAGE, exact=True).uncheck()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Saved: all tokens of this key have ended")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Saved: all tokens")).to_be_focused()
    expect(page.get_by_role("row", name="Ally Integration")).to_contain_text("ended")
    assert asked(canvas, token).json() == {"errors": [{"message": "Revoked access token."}]}

    command = page.locator("kbd").first.inner_text()
    assert command == f"{commands('').authorize} --without-missing"
    for name, value in leading_to(canvas).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CANVAS_CLIENT_SECRET", canvas.credentials.client_secret)
    typed = User(types=[str])
    ran = authorize(tmp_path, typed, *command.partition(" authorize ")[2].split(), "--yes")
    assert ran.code == 0, ran.words

    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("row", name="alive")).to_contain_text("all but 1")
    expect(page.get_by_role("listitem").filter(has_text="Run the check: this scope is red")).to_contain_text(PAGE)
    fresh = next(each.token for each in canvas.tables.tokens.values() if each.id > 1000)
    assert refused(canvas, fresh).json()["errors"] == [{"message": "Insufficient scopes on access token."}]

    refresh = str(dotenv_values(tmp_path / ".env")["CANVAS_REFRESH_TOKEN"])
    settings = {**leading_to(canvas), "CANVAS_ACCESS_TOKEN": "", "CANVAS_REFRESH_TOKEN": refresh}
    settings["CANVAS_CLIENT_SECRET"] = canvas.credentials.client_secret
    ended = run(tmp_path / "reports", "-n", "0", settings=settings)
    assert {scope: verdict for scope, (verdict, _) in ended.not_granted.items()} == {PAGE: "missing"}, ended.output


def asked(canvas: EmbeddedCanvas, token: str) -> httpx.Response:
    return httpx.get(f"{canvas.url}/api/v1/accounts", headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def refused(canvas: EmbeddedCanvas, token: str) -> httpx.Response:
    """Canvas's answer to a call that takes the scope."""
    return httpx.put(
        f"{canvas.url}/api/v1/courses/1/pages/x", headers={"Authorization": f"Bearer {token}"}, trust_env=False
    )


@pytest.mark.parametrize("view", [LIGHT, View(width=NARROW.width, scheme="dark")], ids=["light", "dark and narrow"])
def test_it_is_for_everybody(browser: Browser, canvas: EmbeddedCanvas, view: View) -> None:
    """axe-core finds no violation before and after saving by keyboard, and nothing needs scrolling sideways."""
    page = opened(browser, canvas, view)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    assert violations(page) == []

    page.get_by_role("checkbox", name="url:GET|/api/v1/courses/:course_id/pages", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Saved: all tokens")).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= view.width
    assert said == []
