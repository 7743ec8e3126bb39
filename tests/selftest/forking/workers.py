"""xdist's workers of a forked run: forked as well, by a process that the run keeps for that."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from execnet import gateway_io
from execnet.gateway_base import ExecModel, Popen2IO

from tests.selftest.forking.process import Forked, Order
from tests.selftest.forking.server import serve


class ForkedWorker(Forked):
    """A worker, by what execnet wants of a process."""

    def __init__(self, server: socket.socket) -> None:
        theirs, ours = os.pipe()
        super().__init__(server, Order([], str(Path.cwd()), dict(os.environ)), theirs, stderr=2)
        os.close(theirs)
        self.stdin = os.fdopen(ours, "wb")

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def fork_workers() -> bool:
    """From now on execnet gets its processes forked from this one as it is now, in its process group.

    True in each of those.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if not os.fork():
        ours.close()
        if serve(theirs, sessions=False):
            return True
        # The run has ended, and all that Python does at an exit is the run's.
        os._exit(0)
    theirs.close()

    class ForkedIO(gateway_io.Popen2IOMaster):
        def __init__(self, _command: list[str], execmodel: ExecModel) -> None:
            worker = ForkedWorker(ours)
            self.popen = worker
            Popen2IO.__init__(self, worker.stdin, worker.stdout, execmodel=execmodel)

    gateway_io.Popen2IOMaster = ForkedIO  # type: ignore[assignment, misc]  # where execnet looks
    return False
