"""The commands of `python -m scopecheck`, one module each."""

from scopecheck.commands.main import COMMANDS, main

__all__ = ["COMMANDS", "main"]
