"""The embedded Canvas on a socket: loopback, a free port, HTTP/1.1 with keep-alive.

It uses the standard library's threading server, which is up in milliseconds and answers faster than a run asks.
Latency sleeps in the connection's own thread.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, TypeAlias

from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.known import Credentials
from scopecheck.embedded_canvas.tables import Tables, Write

Page: TypeAlias = Callable[[Request], Response]
"""What answers the requests for one path in Canvas's place."""


class EmbeddedCanvas:
    """A running Canvas. Stop it, or use it as a context manager."""

    def __init__(self, config: CanvasConfig, port: int = 0) -> None:
        """Start it on a port, or on a free one if that is 0. Raises OSError if the port is taken."""
        self.canvas = Canvas(config)
        self._server = _Server(self.canvas, port)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="embedded-canvas", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def credentials(self) -> Credentials:
        """What a client needs to use it."""
        return self.canvas.credentials

    @property
    def tables(self) -> Tables:
        """Its data."""
        return self.canvas.tables

    @property
    def requests(self) -> int:
        """How many requests it has received."""
        return self.canvas.requests

    @property
    def writes(self) -> tuple[Write, ...]:
        """The requests with a writing verb that it has answered, oldest first."""
        return tuple(self.canvas.tables.writes)

    def put_page(self, path: str, page: Page) -> None:
        """Serve a page of the caller's at a path, which Canvas then never sees."""
        self._server.pages[path] = page

    def stop(self) -> None:
        """Stop serving, free the port and close kept connections."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, canvas: Canvas, port: int) -> None:
        self.canvas = canvas
        self.pages: dict[str, Page] = {}
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a new connection in its own thread."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """A connection has ended."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that are still open, including those that a fault keeps silent."""
        self.stopping.set()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that went away; anything else is a bug in this Canvas."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "EmbeddedCanvas"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value.strip() for name, value in self.headers.items()}
        body = self.rfile.read(length) if length else b""
        answer = self.server.pages.get(path, self.server.canvas.handle)(
            Request(self.command, path, query, headers, body)
        )
        if isinstance(answer, Broken):
            self._break(answer)
        else:
            self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _send(self, answer: Response) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _break(self, broken: Broken) -> None:
        self.close_connection = True
        self.server.stopping.wait(broken.hang)
        with contextlib.suppress(OSError):  # the client may have given up
            self.wfile.write(broken.partial)
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # the standard library's name
        """Print nothing, so that the user sees only the run's own output."""
