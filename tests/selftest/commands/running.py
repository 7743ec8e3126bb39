"""Run a command in this process, as from a shell in its own folder."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from scopecheck.commands.main import main
from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas

SCOPES = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)


@dataclass(frozen=True)
class Ran:
    """A command's exit code and output."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """Both outputs, without their line breaks."""
        return " ".join(f"{self.out} {self.err}".split())


class Keyboard(Protocol):
    """Whoever types at a prompt."""

    def readline(self) -> str:
        """The next line, or an empty string if nobody is there."""
        ...


def run(root: Path, *arguments: object, typed: str | Keyboard = "") -> Ran:
    """Run `python -m scopecheck` with `root` for its project folder; `typed` answers its prompts."""
    out, err = io.StringIO(), io.StringIO()
    keyboard = io.StringIO(typed) if isinstance(typed, str) else typed
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", keyboard):
        try:
            code: object = main([str(argument) for argument in arguments], root)
        except SystemExit as ending:
            code = ending.code
    return Ran(code if isinstance(code, int) else -1, out.getvalue(), err.getvalue())


def serve(**state: object) -> EmbeddedCanvas:
    """An embedded Canvas on a socket, in this state, with the profile's scopes on its key."""
    given: dict[str, object] = {"scopes": SCOPES, **state}
    return EmbeddedCanvas(CanvasConfig(**given))  # type: ignore[arg-type]  # any field, by its name
