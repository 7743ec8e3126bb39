"""The tool behind the Allure report: pinned, installed on first use, and no risk to the other reports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scopecheck.commands import suite
from scopecheck.report import Subject, write_reports
from scopecheck.report.allure import page
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
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def why_not(tmp_path: Path) -> str:
    with pytest.raises(page.NoReport) as reason:
        page.generate(tmp_path / "allure-results", reports(tmp_path))
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
    assert [*page.tool_folder().parent.iterdir()] == []


def test_where_nothing_can_be_installed(bare: Path, tmp_path: Path) -> None:
    """A cache that cannot be written to is named, with the variable that names another."""
    program(bare, "node")
    program(bare, "npm")
    (tmp_path / "cache").write_text("a file in the way")

    assert why_not(tmp_path) == (
        f"{page.tool_folder().parent} cannot be written to (Not a directory); set XDG_CACHE_HOME to a folder that can"
    )


@pytest.fixture
def ended(tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a run that leaves reports, in the place of one that pytest makes."""

    def run(*arguments: str, root: Path) -> int:
        if "--help" not in arguments:
            reports(root)
        return 0

    monkeypatch.setattr(suite, "run_pytest", run)
    return tmp_path


def test_a_missing_node_is_no_failure(ended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing Node costs one line and leaves the exit code as it is."""
    assert suite.check(["-n", "2"], ended) == 0
    said = capsys.readouterr()

    assert said.out == ""
    assert said.err == (
        "No Allure report: it needs Node 20 or newer, and it is not installed. All other reports were written.\n"
    )


@pytest.mark.parametrize("argument", ["--no-allure-report", "--help"])
def test_no_report_that_nobody_wants(argument: str, ended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no report with --no-allure-report, or after a command that ran nothing, such as --help."""
    assert suite.check([argument], ended) == 0
    assert (*capsys.readouterr(),) == ("", "")


def test_reports_are_found_by_the_options_of_the_run(ended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are where `--canvas-folder` and `--canvas-reports` say; others are not taken for them."""
    suite.check([f"--canvas-folder={ended / 'elsewhere'}"], ended)

    assert (*capsys.readouterr(),) == ("", "")


def test_it_is_pinned() -> None:
    """The lock has one exact version, a hash for each package, and no registry address."""
    wanted = json.loads((page.TOOL / "package.json").read_text("utf-8"))["dependencies"]
    lock = (page.TOOL / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]

    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted["allure"])
    assert packages["node_modules/allure"]["version"] == wanted["allure"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert "://registry." not in lock
    assert '"resolved"' not in lock
