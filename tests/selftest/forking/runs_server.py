"""Forks pytest runs: `python -m tests.selftest.forking.runs_server DESCRIPTOR`, where orders come from a socket.

It has imported what a run imports, and so no run and no worker pays for that; else each is what a shell would start.
"""

from __future__ import annotations

import gc
import runpy
import socket
import sys
from importlib import import_module
from typing import Final

import pytest

from tests.selftest.forking.server import serve
from tests.selftest.forking.workers import fork_workers
from tests.selftest.own_locks import move_locks

LATER: Final = (
    "httpcore",
    "jinja2",
    "multipart",
    "scopecheck.pytest_plugin.embedded_canvas",
    "stringprep",
    "xdist.dsession",
    "xdist.remote",
)
"""What a run imports only once it needs it."""


class Importing:
    """Imports the rest where pytest looks on, as in a run: else it would find them imported behind its back."""

    def pytest_configure(self) -> None:
        for name in LATER:
            import_module(name)


def main(orders: socket.socket) -> None:
    """Collect the cases, which imports almost everything, and then fork."""
    if pytest.main(["-n", "0", "--collect-only", "-q"], plugins=[Importing()]):
        sys.exit("The cases cannot be collected.")
    # Else each process's collector, at its exit at the latest, looks at all of it and so makes a copy of the memory.
    gc.freeze()
    order = serve(orders, sessions=True)
    if order is None:
        return
    move_locks()
    if fork_workers():
        # What execnet has the interpreter do with `-c`.
        exec(eval(sys.stdin.readline()), {"__name__": "__main__"})  # noqa: S102, S307
        return
    sys.argv = ["pytest", *order.arguments]
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
