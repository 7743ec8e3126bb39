"""`/login/oauth2/auth` as in oauth2_provider_controller.rb: its answers, and an endpoint that gives them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote_plus

import httpx

from scopecheck.key.preflight import CANARY
from tests.selftest.embedded_canvas.driver import BASE

CALLBACK: Final = "https://prod.ally.test/api/v2/7/auth/canvas/callback"
CLIENT: Final = "10000000000042"


def refusal(error: str, description: str = "", to: str = CALLBACK) -> httpx.Response:
    """A redirect with an error, as Canvas writes it: keys in alphabetical order, spaces as plus signs."""
    suffix = f"&error_description={quote_plus(description)}" if description else ""
    return httpx.Response(302, headers={"Location": f"{to}?error={error}{suffix}&state=scope-conformance"})


def away(location: str) -> httpx.Response:
    """A redirect."""
    return httpx.Response(302, headers={"Location": location})


@dataclass
class Endpoint:
    """`/login/oauth2/auth` of a Canvas with one enforcing key, with the checks in Canvas's order."""

    missing: Collection[str] = ()
    lists: bool = True
    """Whether a refusal lists the scopes; before about 2020 it was a 400 without a list."""
    longest_list: int = 100_000
    """Characters after which something between here and Canvas cuts the list off."""
    knows_prompt: bool = True
    down_from: int | None = None
    """The number of the first request for which Canvas is down."""
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.down_from is not None and len(self.asked) >= self.down_from:
            return httpx.Response(503, text="<html>Down for maintenance</html>")
        query = request.url.params
        if query["client_id"] != CLIENT:
            return httpx.Response(401, json={"error": "invalid_client", "error_description": "unknown client"})
        wanted = query["scope"].split()
        refused = [scope for scope in wanted if scope in self.missing or scope == CANARY]
        if refused and not self.lists:
            return httpx.Response(400, json={"error": "invalid_scope", "error_description": "A requested scope is …"})
        if refused:
            listed = ", ".join(refused)[: self.longest_list]
            return refusal("invalid_scope", f"The following scopes were requested, but not granted: {listed}")
        if not self.knows_prompt:
            return httpx.Response(302, headers={"Location": f"{BASE}/login"})
        return refusal("login_required", "nobody is logged in")
