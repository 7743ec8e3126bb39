"""What the processes of a run share: one pace and one renewal of their token, and what the controller has found out.

A worker reaches them over a loopback connection that begins with a shared random key (multiprocessing.connection). A
connection serves one request at a time, so a worker opens as many as it has requests in flight; where one ends, because
its worker did, its slot is free again.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, Final, TypeAlias, TypeVar

import msgspec

from scopecheck.model.secret import Secret
from scopecheck.transport.client import Renew
from scopecheck.transport.pace import Pace

T = TypeVar("T")
Line: TypeAlias = "Connection[Any, Any]"

_LOOPBACK: Final = "127.0.0.1"
LONGEST: Final = 65_536
"""Bytes of one message but a handover; the longest holds a token."""


@dataclass(frozen=True)
class BrokerAddress:
    """Where a broker listens, and the key that it asks for, in hexadecimal."""

    port: int
    key: str = field(repr=False)

    def connect(self) -> Line:
        """A new connection. Raises OSError, EOFError or AuthenticationError."""
        connection: Line = Client((_LOOPBACK, self.port), authkey=bytes.fromhex(self.key))
        # Else the system holds a second small message back until the first is acknowledged: 40 ms for each request.
        under = socket.socket(fileno=connection.fileno())
        under.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        under.detach()
        return connection


@dataclass(frozen=True)
class Ask:
    """What a worker asks for: a slot, a token in place of one that Canvas refused, or the handover."""

    own: bool = True
    """For a slot: whether the request carries the token."""
    earlier: int = 0
    """For a slot: how many requests its thread has made before."""
    refused: str | None = field(default=None, repr=False)
    handover: bool = False


@dataclass(frozen=True)
class Given:
    """The answer: the slot is free, or what was asked for, if it is to be had."""

    token: str | None = field(default=None, repr=False)
    handover: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Done:
    """A worker gives its slot back, with what the answer said."""

    remaining: float | None = None
    throttled: bool = False


class Broker:
    """Listens from the start until `stop`; threads of its own serve the connections."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._renew: Renew | None = None
        self._handover: str | None = None
        self._settled = threading.Event()
        """Set once the handover is there, or will never be."""
        key = secrets.token_bytes(32)
        self._listener = Listener((_LOOPBACK, 0), family="AF_INET", backlog=64, authkey=key)
        self.address = BrokerAddress(_port(self._listener), key.hex())
        self._stopping = False
        self._accepting = threading.Thread(target=self._accept, name="broker", daemon=True)
        self._accepting.start()

    def hand_over(self, handover: str, renew: Renew | None) -> None:
        """Give this to every worker that asks, or has asked; `renew`: None if a dead token cannot be renewed."""
        self._handover, self._renew = handover, renew
        self._settled.set()

    def stop(self) -> None:
        """Accept no more connections and free the port; those that are open end with their workers."""
        self._stopping = True
        self._settled.set()
        with contextlib.suppress(OSError):
            # Closing a listener does not end an `accept` under way on every system; a connection does.
            socket.create_connection((_LOOPBACK, self.address.port)).close()
        self._accepting.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopping:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                # Whoever it was, it was no worker, or it is gone.
                continue
            threading.Thread(target=self._serve, args=(connection,), name="broker-line", daemon=True).start()

    def _serve(self, connection: Line) -> None:
        with connection, contextlib.suppress(OSError, EOFError, msgspec.DecodeError):
            while True:
                ask = receive(connection, Ask)
                if ask.handover:
                    self._settled.wait()
                    send(connection, Given(handover=self._handover))
                elif ask.refused is None:
                    self._lend(connection, ask)
                else:
                    fresh = self._renew(Secret(ask.refused)) if self._renew else None
                    send(connection, Given(fresh.reveal() if fresh else None))

    def _lend(self, connection: Line, ask: Ask) -> None:
        with self._pace.slot(own=ask.own, earlier=ask.earlier) as slot:
            send(connection, Given())
            done = receive(connection, Done)
            slot.remaining, slot.throttled = done.remaining, done.throttled


def send(connection: Line, message: Ask | Given | Done) -> None:
    """Send a message as JSON: unlike a pickle it can run nothing. Raises OSError."""
    connection.send_bytes(msgspec.json.encode(message))


def receive(connection: Line, kind: type[T], longest: int | None = LONGEST) -> T:
    """Wait for a message of so many bytes at most. Raises OSError, EOFError or msgspec.DecodeError."""
    return msgspec.json.decode(connection.recv_bytes(longest), type=kind)


def _port(listener: Listener) -> int:
    address: Any = listener.address
    return int(address[1])
