"""`completion`: the script by which a shell completes this command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from argcomplete.shell_integration import shellcode

from scopecheck.commands.command import Command
from scopecheck.model.exit_code import ExitCode

PROGRAM: Final = "canvas-scope-check"
SHELLS: Final = {
    "bash": f'add to ~/.bashrc: eval "$({PROGRAM} completion bash)"',
    "zsh": f'add to ~/.zshrc, after compinit: eval "$({PROGRAM} completion zsh)"',
    "fish": f"{PROGRAM} completion fish > ~/.config/fish/completions/{PROGRAM}.fish",
    "powershell": f"add to $PROFILE: {PROGRAM} completion powershell | Out-String | Invoke-Expression",
}
"""Each shell, and how it is told."""


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="; ".join(f"{name}: {words}" for name, words in SHELLS.items()))


def _run(options: Namespace) -> ExitCode:
    print(shellcode([PROGRAM], shell=options.shell))
    return ExitCode.OK


COMMAND = Command(
    f"Print the script by which a shell completes the commands and options of {PROGRAM}.",
    _add_options,
    _run,
)
