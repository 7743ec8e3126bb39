"""Sockets that keep a call's deadline: httpx's own timeouts are for one read or write, so a drip would never end.

httpcore has connections made by a network backend; this one looks at the deadline of the thread's call before every
step, and again four times a second while it lasts, so that an interrupt shortens it.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore
import httpx

from scopecheck.transport.budget import Deadline

_LOOK_S: Final = 0.25
"""How often a wait looks whether it has to end."""


class _Current(threading.local):
    """The deadline of the call that the thread is making."""

    deadline: Deadline | None = None


_CURRENT: Final = _Current()


@contextmanager
def until(deadline: Deadline) -> Iterator[None]:
    """A block in which the thread's connections keep to a deadline."""
    _CURRENT.deadline = deadline
    try:
        yield
    finally:
        _CURRENT.deadline = None


def keep_deadlines(client: httpx.Client) -> None:
    """Have every connection of a client, through a proxy or not, keep to its call's deadline."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            # Neither httpx nor its transport takes a backend; httpcore does.
            transport._pool._network_backend = _Backend(transport._pool._network_backend)


def _left(timeout: float | None, error: type[Exception]) -> float:
    """Seconds that a step may take; raises `error` where there are none."""
    deadline = _CURRENT.deadline
    left = deadline.left if deadline else float("inf")
    if left <= 0:
        raise error("the call's time is used up")
    return min(left, float("inf") if timeout is None else timeout)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come; waits in short turns."""
        gives_up = time.monotonic() + _left(timeout, httpcore.ReadTimeout)
        while True:
            wait = _left(gives_up - time.monotonic(), httpcore.ReadTimeout)
            try:
                return self._stream.read(max_bytes, max(0.001, min(_LOOK_S, wait)))
            except httpcore.ReadTimeout:
                if time.monotonic() >= gives_up:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write everything; a piece at a time, for the time of one is limited, not that of all."""
        for start in range(0, len(buffer), _PIECE):
            left = _left(timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _PIECE], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(_in_time(lambda: self._stream.start_tls(ssl_context, server_hostname, left), left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


_PIECE: Final = 65_536
"""Bytes of one write."""


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(
            _in_time(lambda: self._backend.connect_tcp(host, port, left, local_address, socket_options), left)
        )

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


def _in_time(connect: Callable[[], httpcore.NetworkStream], left: float) -> httpcore.NetworkStream:
    """Connect in a thread that can be left behind: looking a name up knows no timeout, and each address has its own."""
    attempt = _Attempt(connect)
    gives_up = time.monotonic() + left
    while not attempt.done.wait(min(_LOOK_S, max(0.0, gives_up - time.monotonic()))):
        if time.monotonic() >= gives_up or _left(None, httpcore.ConnectTimeout) <= 0:
            attempt.leave()
            raise httpcore.ConnectTimeout("no connection in time")
    return attempt.result()


class _Attempt:
    """A connection being made."""

    def __init__(self, connect: Callable[[], httpcore.NetworkStream]) -> None:
        self.done = threading.Event()
        self._connect = connect
        self._left = False
        self._stream: httpcore.NetworkStream | None = None
        self._error: Exception | None = None
        self._turn = threading.Lock()
        threading.Thread(target=self._run, name="connect", daemon=True).start()

    def leave(self) -> None:
        """Nobody waits any longer: close the connection, if it comes to one."""
        with self._turn:
            self._left = True
            if self._stream:
                self._stream.close()

    def result(self) -> httpcore.NetworkStream:
        """The connection. Raises what making it raised."""
        if self._stream:
            return self._stream
        assert self._error
        raise self._error

    def _run(self) -> None:
        try:
            stream = self._connect()
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            self._error = error
        except Exception as error:  # noqa: BLE001  # a name that cannot be looked up raises UnicodeError, for example
            self._error = httpcore.ConnectError(str(error))
            self._error.__cause__ = error
        else:
            with self._turn:
                self._stream = stream
                if self._left:
                    stream.close()
        self.done.set()
