"""A server that answers whatever bytes a test wants, at whatever pace, to every request."""

from __future__ import annotations

import contextlib
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeAlias

Answering: TypeAlias = Callable[[socket.socket, threading.Event], None]
"""Writes an answer to a connection; the event tells that the test is over."""

PAUSE_S: Final = 0.02
BOMB_BYTES: Final = 1_000_000_000
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@dataclass
class Hostile:
    """The server, while it runs."""

    url: str
    over: threading.Event = field(default_factory=threading.Event)
    requests: int = 0


@contextmanager
def hostile(answering: Answering) -> Iterator[Hostile]:
    """A server on loopback; one thread for each connection, which serves one request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def serve(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                if connection.recv(65_536):
                    server.requests += 1
                    answering(connection, server.over)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        server.over.set()
        listener.shutdown(socket.SHUT_RDWR)


def at_once(answer: bytes) -> Answering:
    """All of it, then the end of the connection."""
    return lambda connection, _: connection.sendall(answer)


def dripping(start: bytes, drop: bytes) -> Answering:
    """A start, then drop after drop until the client goes."""

    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.wait(PAUSE_S):
            connection.sendall(drop)

    return answer


def silent(_: socket.socket, over: threading.Event) -> None:
    """Nothing at all."""
    over.wait()


def endless(start: bytes, piece: bytes) -> Answering:
    """A start, then one piece after the other as fast as they are taken."""

    def answer(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(start)
        while not over.is_set():
            connection.sendall(piece)

    return answer


@cache
def bomb() -> bytes:
    """A gzip of a gigabyte of spaces, in a megabyte: one block, again and again."""
    once = 10_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b" " * once) + packer.flush(zlib.Z_FULL_FLUSH)
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    return header + block * (BOMB_BYTES // once)
