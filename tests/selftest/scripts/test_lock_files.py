"""The lock files: they satisfy the requirements, by hashes, whatever package index a machine has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import run
from scripts.lock_requirements import LOCKS, ROOT

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
ADDRESS = re.compile(r"://|^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b|\s@\s", re.MULTILINE)


class Pin(NamedTuple):
    """One entry: `name==version` with its marker, and its hashes."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pin(line: str) -> Pin:
    """Read one entry, its continuation lines joined."""
    asked, *hashes = line.split(" --hash=")
    requirement = Requirement(asked.partition(" #")[0])
    version = str(requirement.specifier).removeprefix("==")
    assert str(requirement.specifier) == f"=={version}", f"{line} pins no version"
    return Pin(canonicalize_name(requirement.name), version, str(requirement.marker or ""), tuple(hashes))


def pins(path: Path) -> list[Pin]:
    """Every entry of a requirements or lock file, those of the files that it takes up included."""
    lines = path.read_text("utf-8").replace("\\\n", "").splitlines()
    found: list[Pin] = []
    for line in (" ".join(line.split()) for line in lines):
        if line.startswith("-r "):
            found += pins(path.parent / line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            found.append(pin(line))
    return found


@pytest.mark.parametrize(("lock", "requirements"), LOCKS.items(), ids=LOCKS)
def test_it_satisfies_the_requirements(lock: str, requirements: str) -> None:
    """Whatever the requirements pin is what gets installed; on every system, unless they themselves name some."""
    wanted = {(entry.name, entry.version, bool(entry.marker)) for entry in pins(ROOT / requirements)}

    assert wanted <= {(entry.name, entry.version, bool(entry.marker)) for entry in pins(ROOT / lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes(lock: str) -> None:
    """pip refuses a package that was changed since, and a lock file in which one entry has no hash."""
    text = (ROOT / lock).read_text("utf-8")
    entries = pins(ROOT / lock)

    assert entries
    assert [entry.name for entry in entries if not entry.hashes] == []
    assert len(HASH.findall(text)) == sum(len(entry.hashes) for entry in entries)


@pytest.mark.parametrize("file", [*LOCKS, *LOCKS.values()])
def test_it_names_no_package_index(file: str) -> None:
    """Each machine has its own: no address, no index option, no package from a URL."""
    text = (ROOT / file).read_text("utf-8")

    assert not ADDRESS.search(text)


def test_what_tests_run_on_is_what_users_run_on() -> None:
    """The lock for testing has every entry of the lock for running in it: neither undoes the other."""
    running, testing = LOCKS

    assert (running, testing) == (run.RUNNING, run.TESTING)
    assert {entry._replace(marker="") for entry in pins(ROOT / running)} <= {
        entry._replace(marker="") for entry in pins(ROOT / testing)
    }


@pytest.mark.parametrize("requirements", LOCKS.values())
def test_each_requirement_says_what_it_is_for(requirements: str) -> None:
    """Nobody has to guess why a package is there."""
    lines = (ROOT / requirements).read_text("utf-8").splitlines()

    assert [line for line in lines if "==" in line and not re.search(r" # \w", line)] == []
