"""A process that a fork server made; it is used as one that `subprocess.Popen` made would be."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Final

WORD: Final = struct.Struct("i")
"""What the server says of a process: first its id, at its end its exit code as `subprocess` has it."""


@dataclass(frozen=True)
class Order:
    """What a process is to be, besides its streams."""

    arguments: Sequence[str]
    """Those of pytest; none where standard input says what to do."""
    folder: str
    environment: Mapping[str, str]

    def to_json(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode()


class Forked:
    """One process, by its id and its output.

    Where the server has ended before the process, nobody knows what became of it: that raises ChildProcessError.
    """

    def __init__(self, server: socket.socket, order: Order, stdin: int, stderr: int | None = None) -> None:
        """Have it forked; its errors go where its output goes unless `stderr` says otherwise."""
        ours, output = os.pipe()
        self._words, words = os.pipe()
        socket.send_fds(server, [order.to_json()], [stdin, output, output if stderr is None else stderr, words])
        for sent in (output, words):
            os.close(sent)
        self.stdout: IO[bytes] = os.fdopen(ours, "rb", buffering=0)
        self.returncode: int | None = None
        self.pid = self._word()

    def _word(self) -> int:
        word = os.read(self._words, WORD.size)
        if not word:
            raise ChildProcessError("The process that was to fork this one, and to wait for it, has ended.")
        return int(WORD.unpack(word)[0])

    def wait(self) -> int:
        """Wait for its end, and give its exit code: a signal's number below zero where that ended it."""
        if self.returncode is None:
            self.returncode = self._word()
            os.close(self._words)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, None]:
        """All that it and its heirs say until the last of them ends; raises subprocess.TimeoutExpired."""
        until, said = time.monotonic() + timeout, b""
        while select.select([self.stdout], [], [], max(0, until - time.monotonic()))[0]:
            part = self.stdout.read(1 << 16)
            if not part:
                self.stdout.close()
                self.wait()
                return said.decode(), None
            said += part
        raise subprocess.TimeoutExpired("a forked run", timeout, said)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless its end is known."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
