"""The line at the bottom of a terminal that is rewritten in place."""

from __future__ import annotations

import re
from threading import RLock
from typing import Final, Protocol

from scopecheck.report.columns import columns

_COLOR: Final = re.compile(r"\x1b\[[\d;]*m")


class Writer(Protocol):
    """The part of pytest's TerminalWriter that is used here: all that pytest and its plug-ins show goes this way."""

    def write_raw(self, msg: str, *, flush: bool = False) -> None: ...


class StatusLine:
    """One line that gives way to whatever else is written, from any thread, and never cuts into a line of others."""

    def __init__(self, writer: Writer) -> None:
        self._write = writer.write_raw
        # A signal's handler may write while its own thread does.
        self._lock = RLock()
        self._shown = 0
        self._alone = True
        self._closed = False
        # There is no other way to hear of what xdist and others write.
        writer.write_raw = self._give_way  # type: ignore[method-assign]

    def show(self, text: str) -> None:
        """Put this text, which fits the terminal, in place of the last one."""
        with self._lock:
            if not self._alone or self._closed:
                return
            used = columns(text)
            if used < self._shown:
                self._erase()
            if used:
                self._write(f"\r{text}", flush=True)
                self._shown = used

    def close(self) -> None:
        """Erase it for good."""
        with self._lock:
            self._erase()
            self._closed = True

    def _erase(self) -> None:
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r", flush=True)
            self._shown = 0

    def _give_way(self, msg: str, *, flush: bool = False) -> None:
        with self._lock:
            self._erase()
            self._write(msg, flush=flush)
            bare = _COLOR.sub("", msg)
            self._alone = bare.endswith("\n") if bare else self._alone
