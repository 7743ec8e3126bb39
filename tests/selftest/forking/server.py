"""The loop of a process that forks itself for each order that it gets."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Final

from tests.selftest.forking.process import WORD, Order

_LONGEST_ORDER: Final = 1 << 17
"""In bytes; an environment takes a few thousand."""

_STREAMS: Final = 3
_NOT_OURS: Final = {signal.SIGINT, signal.SIGTERM}
"""Signals that may reach the server with the forked processes, and are meant for those."""


def serve(orders: socket.socket, *, sessions: bool) -> Order | None:
    """Fork for each order until nobody is left to give one; then return None.

    In each forked process, return that process's order: streams, folder and environment are as ordered, signals as
    Python has them at its start, and nothing else is open. `sessions` gives each a session of its own.
    """
    waiting: dict[int, int] = {}
    for number in _NOT_OURS:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: _tell_ends(waiting))
    while True:
        sent, files, _, _ = socket.recv_fds(orders, _LONGEST_ORDER, _STREAMS + 1)
        if not sent:
            return None
        *streams, words = files
        sys.stdout.flush()
        # No child may end before it is known.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        process_id = os.fork()
        if not process_id:
            if sessions:
                os.setsid()
            os.write(words, WORD.pack(os.getpid()))
            # It is closed with everything else, and is not to be closed again once its number is another file's.
            orders.detach()
            return _become(Order(**json.loads(sent)), streams)
        waiting[process_id] = words
        for stream in streams:
            os.close(stream)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _tell_ends(waiting: dict[int, int]) -> None:
    """Say of each process that has ended how it ended."""
    while waiting:
        process_id, status = os.waitpid(-1, os.WNOHANG)
        if not process_id:
            return
        words = waiting.pop(process_id)
        try:
            os.write(words, WORD.pack(os.waitstatus_to_exitcode(status)))
        except BrokenPipeError:
            pass  # nobody waits for it any more
        finally:
            os.close(words)


def _become(order: Order, streams: list[int]) -> Order:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(_STREAMS, os.sysconf("SC_OPEN_MAX"))
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    return order
