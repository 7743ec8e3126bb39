"""The tool behind the Allure report: pinned, installed on first use, and no risk to the other reports."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scopecheck.report import Subject, write_reports
from scripts import allure_report
from tests.selftest.report.examples import ALLY, all_right

NODE = """#!/bin/sh
case "$1" in
  --version) echo {version} ;;
  *) echo "first line" >&2; echo "{says}" >&2; exit 1 ;;
esac
"""


def program(folder: Path, name: str, version: str = "v22.1.0", says: str = "") -> None:
    path = folder / name
    path.write_text(NODE.format(version=version, says=says))
    path.chmod(0o755)


def reports(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports", Subject(ALLY, all_right()))
    return tmp_path / "reports"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH, and the tool not installed yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    tool = tmp_path / "tool"
    tool.mkdir()
    (tool / "package-lock.json").write_text("{}")
    monkeypatch.setattr(allure_report, "TOOL", tool)
    return folder


def why_not(tmp_path: Path) -> str:
    with pytest.raises(allure_report.NoReport) as reason:
        allure_report.generate(tmp_path / "allure-results", reports(tmp_path))
    return str(reason.value)


def test_without_node(bare: Path, tmp_path: Path) -> None:
    """Without Node it says what is missing."""
    assert why_not(tmp_path) == "it needs Node 20 or newer, and it is not installed"


def test_with_an_old_node(bare: Path, tmp_path: Path) -> None:
    """An old Node is named with its version."""
    program(bare, "node", "v18.20.4")

    assert why_not(tmp_path) == "it needs Node 20 or newer, and this is v18.20.4"


def test_without_npm(bare: Path, tmp_path: Path) -> None:
    """Without npm the tool cannot be installed."""
    program(bare, "node")

    assert why_not(tmp_path) == "it needs npm, which is not installed"


def test_when_it_cannot_be_installed(bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If npm fails, its last line is shown, and the next run tries again."""
    program(bare, "node")
    program(bare, "npm", says="npm error network timeout")

    assert why_not(tmp_path) == "npm failed: npm error network timeout"
    assert "once" in capsys.readouterr().out
    assert not (allure_report.TOOL / "node_modules" / "package-lock.sha256").exists()


def test_a_missing_node_is_no_failure(tmp_path: Path) -> None:
    """A missing Node costs one line and leaves the exit code 0."""
    reports(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "scripts.allure_report", f"--canvas-reports={tmp_path / 'reports'}", "-n", "2"],
        cwd=allure_report.ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "No Allure report: it needs Node 20 or newer, and it is not installed. All other reports were written.\n"
    )


@pytest.mark.parametrize("argument", ["--no-allure-report", "--newer-than=99999999999"])
def test_no_report_that_nobody_wants(tmp_path: Path, argument: str) -> None:
    """There is no report with --no-allure-report, or after a command that ran nothing, such as --help."""
    folder = f"--canvas-reports={reports(tmp_path)}"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.allure_report", folder, argument],
        cwd=allure_report.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "reports" / "allure-report").exists()


def test_it_is_pinned() -> None:
    """The lock has one exact version, a hash for each package, and no registry address."""
    wanted = json.loads((allure_report.TOOL / "package.json").read_text("utf-8"))["dependencies"]
    lock = (allure_report.TOOL / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]

    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted["allure"])
    assert packages["node_modules/allure"]["version"] == wanted["allure"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert "://registry." not in lock
    assert '"resolved"' not in lock
