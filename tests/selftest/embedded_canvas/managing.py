"""Managing developer keys as an administrator, for the tests of their API."""

from __future__ import annotations

from typing import Any

import httpx

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.known import KEY
from tests.selftest.embedded_canvas.driver import client

KEYS = "/api/v1/accounts/self/developer_keys"
BOGUS = "url:GET|/api/v1/no/such/route"


def make(of: Canvas, **columns: Any) -> httpx.Response:
    """Create a key as the administrator."""
    return client(of, "admin").post(KEYS, json={"developer_key": columns})


def change(of: Canvas, **columns: Any) -> httpx.Response:
    """Update Ally's key as the administrator."""
    return client(of, "admin").put(f"/api/v1/developer_keys/{KEY}", json={"developer_key": columns})


def bind(of: Canvas, state: str, key: int = KEY, account: str = "self") -> httpx.Response:
    """Set a key's binding as the administrator."""
    path = f"/api/v1/accounts/{account}/developer_keys/{key}/developer_key_account_bindings"
    return client(of, "admin").post(path, data={"developer_key_account_binding[workflow_state]": state})
