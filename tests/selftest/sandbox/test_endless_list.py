"""A list whose every page names a next one ends all the same."""

from __future__ import annotations

import httpx
import pytest

from scopecheck.sandbox.existing import MOST_PAGES, SandboxError, find
from scopecheck.transport.client import CanvasClient

BASE = "https://canvas.test"


def test_a_list_has_a_last_page() -> None:
    """After the most pages that are read, the command says so and what to do."""
    pages: list[httpx.Request] = []

    def next_page(request: httpx.Request) -> httpx.Response:
        pages.append(request)
        link = f'<{BASE}/api/v1/accounts/self/sub_accounts?page={len(pages)}>; rel="next"'
        return httpx.Response(200, json=[], headers={"link": link})

    with pytest.raises(SandboxError, match=f"within {MOST_PAGES} pages"):
        find(CanvasClient(BASE, transport=httpx.MockTransport(next_page)), "self")

    assert len(pages) == MOST_PAGES
