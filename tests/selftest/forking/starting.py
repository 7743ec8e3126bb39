"""Starting a server of runs, and a run by it."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.selftest.forking.process import Forked, Order
from tests.selftest.processes import FORKED


def start_server(folder: Path, environment: Mapping[str, str]) -> socket.socket:
    """A server that ends with this process; where its orders go to."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.selftest.forking.runs_server", str(theirs.fileno())],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def fork_run(server: socket.socket, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Forked:
    """`python -m pytest` with these arguments, in a session of its own and with nobody at the keyboard."""
    sys.audit(FORKED)
    nobody = os.open(os.devnull, os.O_RDONLY)
    try:
        return Forked(server, Order(arguments, str(folder), environment), nobody)
    finally:
        os.close(nobody)
