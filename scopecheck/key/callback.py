"""A loopback listener for a redirect URI on this machine: it takes the one answer that the browser brings."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
main {{ max-width: 40em; margin: 4em auto; padding: 0 1em; font: 1.1em/1.5 system-ui, sans-serif; }}
</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""
_ANSWERED: Final = ("Done", "Canvas has answered. See the terminal for the result; you can close this window.")
_ELSEWHERE: Final = ("Nothing here", "This address only waits for Canvas to answer an authorization.")


class CallbackError(Exception):
    """Listening on the redirect URI's port failed; the message says why, and what to do."""


def leads_here(redirect_uri: str) -> bool:
    """Whether a redirect URI leads to a port of this machine, over plain http."""
    try:
        parts = urlsplit(redirect_uri)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and bool(parts.port)
    except ValueError:
        return False


LOOPBACK: Final = {"localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1", "::1": "::1"}
"""The names of this machine, with the address to listen on."""


class Callback:
    """Listens until the answer arrives or it is closed. Raises CallbackError."""

    def __init__(self, redirect_uri: str) -> None:
        parts = urlsplit(redirect_uri)
        address = LOOPBACK[str(parts.hostname)]
        try:
            self._server = _Server(address, int(parts.port or 0), parts.path or "/")
        except OSError as error:
            raise CallbackError(
                f"Cannot listen on port {parts.port} of CANVAS_REDIRECT_URI ({error.strerror}); stop the program that "
                "uses it, or add a redirect URI with another port to the key."
            ) from None
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def wait(self, seconds: float) -> str | None:
        """The path and query that the browser came back with; None if it did not come in time."""
        self._server.arrived.wait(seconds)
        return self._server.answer

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    # Threads, because browsers open spare connections that stay silent.
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: str, port: int, path: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.path = path
        self.answer: str | None = None
        self.arrived = threading.Event()
        super().__init__((address, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the browser just went away."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10
    server_version = "scopecheck"
    sys_version = ""

    def do_GET(self) -> None:  # the standard library's name
        parts = urlsplit(self.path)
        expected = parts.path == self.server.path and not {"code", "error"}.isdisjoint(parse_qs(parts.query))
        if expected and self.server.answer is None:
            self.server.answer = self.path
        self._show(200, *_ANSWERED) if expected else self._show(404, *_ELSEWHERE)
        if expected:
            self.server.arrived.set()

    def _show(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # the standard library's name
        """Say nothing: the address holds the code."""
