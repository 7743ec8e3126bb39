"""Mutation testing of the modules that decide: each small change to them that no quick self-test notices is shown.

pyproject.toml names the modules and the tests. mutmut does the work; it needs Linux or macOS. Not part of CI: it takes
minutes, and some changes change nothing that could be noticed, so somebody has to read what it shows.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess  # starts mutmut, with arguments as a list
import sys
from collections import Counter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
MUTANTS: Final = ROOT / "mutants"
"""mutmut's copy of the code with every change in it, and what came of each; ignored by git."""

MUTMUT: Final = [sys.executable, "-m", "mutmut"]
ENVIRONMENT: Final = {**os.environ, "CI": "true"}
"""Hypothesis takes the same examples each time, so that what is noticed once is noticed again."""

UNNOTICED: Final = {"survived", "no tests", "suspicious"}
"""mutmut's words for a change that no test failed for."""


def mutmut(*arguments: str) -> str:
    """What mutmut prints."""
    command = [*MUTMUT, *arguments]
    ran = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return ran.stdout


def verdicts() -> dict[str, str]:
    """What became of each change, by mutmut's name for it: `module.x_function__mutmut_number`."""
    found = dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", mutmut("results", "--all", "true"), re.MULTILINE))
    return {name: verdict for name, verdict in found.items() if verdict != "not checked"}


def difference(name: str) -> str:
    """A change, as the lines that are in one version of the code only."""
    return "\n".join(re.findall(r"^[-+](?![-+]{2} ).*$", mutmut("show", name), re.MULTILINE))


def table(found: dict[str, str]) -> list[str]:
    """How many changes each module had, and how many of them were noticed."""
    changes = Counter(name.partition(".x")[0] for name in found)
    missed = Counter(name.partition(".x")[0] for name, verdict in found.items() if verdict in UNNOTICED)
    rows = [(module, changes[module], missed[module]) for module in sorted(changes)]
    rows.append(("in all", changes.total(), missed.total()))
    lines = (f"{module:40} {of:7} {of - not_noticed:7} {not_noticed:5}" for module, of, not_noticed in rows)
    return [f"{'module':40} changes noticed   not", *lines]


def main() -> int:
    """Change, test, show; the exit code is mutmut's, and says nothing of what was noticed."""
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("changes", nargs="*", help="only these, as scopecheck.sandbox.guard*; all are the default")
    parser.add_argument("--processes", type=int, default=1, help="tests to run at once; 1 is the default")
    given = parser.parse_args()
    shutil.rmtree(MUTANTS, ignore_errors=True)
    command = [*MUTMUT, "run", "--max-children", str(given.processes), *given.changes]
    code = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=False).returncode  # noqa: S603  # mutmut alone
    if code:
        return code
    found = verdicts()
    for name in sorted(name for name, verdict in found.items() if verdict in UNNOTICED):
        print(f"\n{name}: {found[name]}\n{difference(name)}")
    print("", *table(found), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
