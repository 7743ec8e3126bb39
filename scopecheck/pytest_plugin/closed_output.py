"""A run goes on to its end, its reports and its exit code, although whoever read its output has had enough of it."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest


class Lasting:
    """A file that takes what nobody reads any more, and everything else as before."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write it, if somebody reads."""
        try:
            written: int = self._file.write(text)
        except BrokenPipeError:
            _give_up()
            return len(text)
        return written

    def flush(self) -> None:
        """Pass it on, if somebody reads."""
        try:
            self._file.flush()
        except BrokenPipeError:
            _give_up()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def outlast_readers(config: pytest.Config) -> None:
    """Let pytest write its output this way."""
    writer = config.get_terminal_writer()
    writer._file = Lasting(writer._file)  # it has no other way to be given one


def _give_up() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
