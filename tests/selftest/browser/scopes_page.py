"""scopes.html of a run, written to be opened, and the row of a scope in it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

from scopecheck.model.verdict import RunResult
from scopecheck.report import html
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY


def written(folder: Path, run: RunResult) -> Path:
    path = folder / "scopes.html"
    path.write_text(html.render(Subject(ALLY, run)), "utf-8")
    return path


def row_of(page: Page, scope: str) -> Locator:
    return page.locator(".matrix tbody tr", has=page.get_by_role("rowheader", name=scope, exact=True)).first
