"""An embedded Canvas on a real socket, and clients of it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.embedded_canvas.driver import SCOPES

ACCOUNTS = "/api/v1/accounts"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Saves each client from loading certificates, which plain HTTP does not need."""


@contextmanager
def running(**state: Any) -> Iterator[EmbeddedCanvas]:
    """A Canvas on a socket, with the throttle off by default."""
    with EmbeddedCanvas(CanvasConfig(**{"scopes": SCOPES, "throttle": False, **state})) as canvas:
        yield canvas


def caller(of: EmbeddedCanvas, timeout: float = 10.0) -> httpx.Client:
    """A client with the token, over real connections."""
    return httpx.Client(
        base_url=of.url,
        headers={"Authorization": f"Bearer {of.credentials.access_token}"},
        timeout=timeout,
        trust_env=False,
        verify=NO_TLS,
    )


def port(of: EmbeddedCanvas) -> int:
    """The port that it listens on."""
    return httpx.URL(of.url).port or 0


def in_parallel(client: httpx.Client, count: int) -> list[httpx.Response]:
    """`count` requests, all started before the first is answered (given some latency)."""
    answers: list[httpx.Response] = []
    ready = threading.Barrier(count)

    def ask() -> None:
        ready.wait()
        answers.append(client.get(ACCOUNTS))

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
