"""The count of lines: it covers the workers, and too few lines fail a run in which every test passes."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.selftest.endtoend.runs import environment

ROOT = Path(__file__).resolve().parents[3]
CHOSEN = ("-q", "-n", "1", "-p", "hypothesispytest", "-p", "tests.selftest.lines", "tests/selftest/model/test_scope.py")


@pytest.mark.skipif(not find_spec("slipcover"), reason="no SlipCover for this machine; see requirements-test.txt")
def test_too_few_lines_fail_the_run(tmp_path: Path) -> None:
    """Before pytest's own last line the run says how many lines were reached, and how many are asked for.

    What the worker has reached counts: almost all of the module that its tests are about.
    """
    command = [sys.executable, "-m", "pytest", f"--canvas-reports={tmp_path}", *CHOSEN]
    done = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    *_, told, last = done.stdout.splitlines()
    unreached = re.findall(
        r"^scopecheck/model/(\w+)\.py +\d+ +\d+ +0 ",
        (tmp_path / "self-test-lines.txt").read_text("utf-8"),
        re.MULTILINE,
    )

    assert done.returncode == 1
    assert re.search(r"reach \d+\.\d\d % of the lines.*FAILED: fail-under in pyproject.toml asks for \d\d %", told)
    assert re.match(r"\d+ passed", last)
    assert "verdict" in unreached
    assert "scope" not in unreached
