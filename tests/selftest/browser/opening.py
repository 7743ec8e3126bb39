"""A page opened from disk as a reader would, and watched: its requests and its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request


@dataclass(frozen=True)
class View:
    """How a page is viewed."""

    width: int = 1280
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    medium: Literal["screen", "print"] = "screen"
    script: bool = True


LIGHT: Final = View()
DARK: Final = View(scheme="dark")
NARROW: Final = View(width=320)
"""The width at which WCAG 2.2 (1.4.10) requires that a page needs no horizontal scrolling."""
PRINT: Final = View(width=720, medium="print")
VIEWS: Final = {"light": LIGHT, "dark": DARK, "narrow": NARROW, "print": PRINT}


@contextmanager
def opened(browser: Browser, path: Path, view: View = LIGHT, *, before: str = "") -> Iterator[Page]:
    """The opened page; at the end it must have requested only itself, without an error.

    `before` is a script that runs before the page's own.
    """
    context = browser.new_context(
        viewport={"width": view.width, "height": view.height},
        color_scheme=view.scheme,
        java_script_enabled=view.script,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.emulate_media(media=view.medium, color_scheme=view.scheme)
    if before:
        page.add_init_script(before)
    asked, errors = _watch(page)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert {address.partition("#")[0] for address in asked if not address.startswith(("data:", "blob:"))} == {
        path.as_uri()
    }
    assert errors == []


def _watch(page: Page) -> tuple[list[str], list[str]]:
    asked: list[str] = []
    errors: list[str] = []

    def request(made: Request) -> None:
        asked.append(made.url)

    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def error(met: Error) -> None:
        errors.append(str(met))

    page.on("request", request)
    page.on("console", console)
    page.on("pageerror", error)
    return asked, errors
