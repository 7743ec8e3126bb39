"""Ports for servers that the product starts itself, on a number that a test says beforehand."""

from __future__ import annotations

import errno
import itertools
import os
import socket
from typing import Final

_BELOW_THE_SYSTEMS: Final = 20_000
"""The servers of tests beside this one are on ports that the system chooses, which begin higher."""
_OF_A_PROCESS: Final = 100

_next = itertools.count()


def free_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens, nor is going to. Raises OSError if there is no such host."""
    first = _BELOW_THE_SYSTEMS + os.getpid() % 100 * _OF_A_PROCESS
    while True:
        port = first + next(_next) % _OF_A_PROCESS
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
            try:
                tried.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return port
