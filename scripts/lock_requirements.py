"""Renew the lock files: every package that the requirements lead to, by version and hashes, on every system.

Versions that still fit are kept; `--upgrade` takes the newest of what the requirements do not pin themselves.
"""

from __future__ import annotations

import argparse
import subprocess  # starts uv, with arguments as a list
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

LOCKS: Final = {"requirements.lock": "requirements.txt", "requirements-test.lock": "requirements-test.txt"}
"""Each lock file with what it is made from; the second holds to the versions of the first."""

PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS: Final = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
"""Where everything must be there ready-made: nothing is compiled on a user's machine."""


def compile_lock(lock: str, *options: str) -> None:
    """Write one lock file; without addresses, since each machine has its own package index."""
    _uv(
        *("pip", "compile", "--universal", "--python-version", PYTHONS[0], "--generate-hashes"),
        *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "scripts/lock"),
        *("--output-file", lock, *options, LOCKS[lock]),
    )


def try_out(lock: str, python: str, system: str) -> None:
    """Resolve the lock for one Python on one system as an installation would, and install nothing."""
    with tempfile.TemporaryDirectory() as nowhere:
        _uv(
            *("pip", "install", "--dry-run", "--target", nowhere, "--require-hashes", "--only-binary", ":all:"),
            *("--python-version", python, "--python-platform", system, "-r", lock),
        )


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", "--no-config", *arguments]
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603  # see import
        sys.exit(f"The lock files are not renewed: uv ended with {code}; see its words above.")


def main() -> None:
    """Renew both, then try the second, which has all of the first in it, everywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where the requirements allow it")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    running, testing = LOCKS
    compile_lock(running, *upgrade)
    compile_lock(testing, "--constraint", running, *upgrade)
    for python in PYTHONS:
        for system in SYSTEMS:
            try_out(testing, python, system)
    print(f"{running} and {testing} hold on Python {', '.join(PYTHONS)} and on {', '.join(SYSTEMS)}.")


if __name__ == "__main__":
    main()
