"""From a Canvas with nothing set up to 31 granted, as the documents show it: every command a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.selftest.commands.consenting import User
from tests.selftest.endtoend.runs import LONGEST_S, ROOT

NEEDED: Final = (
    "conftest.py", "fixtures", "pyproject.toml", "pytest.ini", "scopecheck", "tests/conformance",
)  # fmt: skip
"""What of the project a user's commands use."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project: `.env` and reports are in its own folder."""
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / "project" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    return tmp_path / "project"


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command, with nothing but `.env` to go by."""
    unset = ("CANVAS_", "PYTEST_", "PYTHON_DOTENV")
    return subprocess.Popen(
        [sys.executable, "-m", "scopecheck", *arguments],
        cwd=project,
        env={name: value for name, value in os.environ.items() if name != "CI" and not name.startswith(unset)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def command(project: Path, *arguments: str, typed: str = "") -> tuple[int, str]:
    """A whole command: its exit code, and what it said."""
    process = start(project, *arguments)
    said, _ = process.communicate(typed, timeout=LONGEST_S)
    return process.returncode, said


def until(process: subprocess.Popen[str], words: str) -> str:
    """What a command has said until it said these words."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


@pytest.fixture
def demo(project: Path) -> Iterator[None]:
    """A Canvas with nothing set up, whose settings are in `.env`."""
    process = start(project, "demo", "--embedded", "integration=absent")
    said = until(process, "Users log in with their user name as password.")
    (project / ".env").write_text("".join(re.findall(r"^CANVAS_\w+=.*\n", said, re.MULTILINE)))
    yield
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 0, said


@pytest.mark.usefixtures("demo")
def test_from_nothing_to_all_granted(project: Path) -> None:
    """`setup`, then the service user's log-in through `authorize`, then `setup` again."""
    options = ("setup", "--login", "ally-bot")
    code, said = command(project, *options, "--region", "canada", "--customer", "1234", typed="y\n")
    assert code == 1, said
    assert "python -m scopecheck authorize --no-browser\n" in said
    assert said.endswith("Then go on with: python -m scopecheck setup --login ally-bot\n")

    authorizing, user = start(project, "authorize", "--no-browser", "--yes"), User(login="ally-bot")
    user.open(re.findall(r"^http.*$", until(authorizing, "press Enter"), re.MULTILINE)[0])
    said, _ = authorizing.communicate(f"{user.ended_on}\n", timeout=LONGEST_S)
    assert authorizing.returncode == 0, said

    code, said = command(project, *options)
    counts = json.loads((project / "reports" / "scopes.json").read_text("utf-8"))["counts"]
    assert code == 0, said
    assert (counts["granted"], sum(counts.values())) == (31, 31)
