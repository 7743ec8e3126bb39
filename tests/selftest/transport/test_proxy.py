"""A proxy from the environment is gone through on the way to a Canvas, and never to one on this very machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final

import pytest

from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient, Patience

VARIABLES: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class Server(HTTPServer):
    """Target and proxy in one: a request through a proxy asks for a whole address, a direct one for a path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Answers every GET with an empty list."""

    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, which the environment names as the proxy for everything."""
    with Server() as running:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{running.server_port}")
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(base_url: str) -> None:
    """One request to this target."""
    client = CanvasClient(base_url, patience=Patience(timeout=10, attempts=1))
    client.send(Call("GET", "/x"))
    client.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_directly(server: Server, host: str) -> None:
    """The embedded Canvas and a Canvas in development are reached though a proxy is set: none leads back here."""
    ask(f"http://{host}:{server.server_port}")

    assert server.asked == ["/x"]


def test_nor_is_its_other_address_proxied(server: Server) -> None:
    """The same for loopback in IPv6, where nobody listens."""
    ask(f"http://[::1]:{server.server_port}")

    assert server.asked == []


def test_any_other_canvas_is_asked_through_the_proxy(server: Server) -> None:
    """Many institutions let nothing out but through their proxy."""
    ask("http://canvas.test")

    assert server.asked == ["http://canvas.test/x"]
