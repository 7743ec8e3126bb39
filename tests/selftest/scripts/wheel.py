"""Build the wheel and install it where nothing else of the project is, without the network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[3]
NAME = "canvas-scope-check"


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and what it asks for, and nothing else."""

    wheel: Path
    folder: Path

    @property
    def packages(self) -> Path:
        """Its `site-packages`."""
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def run(self, folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs in a folder, with nothing of this machine's settings."""
        kept = ("PATH", "HOME", "TMPDIR", "XDG_STATE_HOME", "LANG")
        bare = {name: os.environ[name] for name in kept if name in os.environ}
        return subprocess.run(
            [self.folder / "bin" / command[0], *command[1:]], cwd=folder, text=True, check=False, capture_output=True,
            env={**bare, "PYTHONDONTWRITEBYTECODE": "1", "XDG_CACHE_HOME": str(folder / ".cache"), **settings},
        )  # fmt: skip


def install(folder: Path) -> Installed:
    """Build it, and install it below a folder."""
    _uv("build", "--wheel", "--no-build-isolation", "--out-dir", str(folder / "built"), str(ROOT))
    (wheel,) = (folder / "built").glob("*.whl")
    made = Installed(wheel, folder / "environment")
    _uv("venv", "--python", sys.executable, str(made.folder))
    _uv("pip", "install", "--no-deps", "--python", str(made.folder), str(wheel))
    (own,) = made.packages.glob("canvas_scope_check-*.dist-info")
    for needed in set(_needed(Distribution.at(own))):
        for part in {Path(file).parts[0] for file in distribution(needed).files or ()} - {"..", "__pycache__"}:
            (made.packages / part).symlink_to(Path(str(distribution(needed).locate_file(part))))
    return made


def _needed(of: Distribution, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of all that a distribution leads to; fails where what is here is not of a version that it takes."""
    for line in of.requires or ():
        wanted = Requirement(line)
        if (wanted.marker and not wanted.marker.evaluate({"extra": ""})) or wanted.name in seen:
            continue
        found = distribution(wanted.name)
        assert found.version in wanted.specifier, f"{line}, but {found.version} is what the suite is tested with"
        yield found.metadata["Name"]
        yield from _needed(found, seen | {wanted.name})


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", "--no-config", "--offline", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
