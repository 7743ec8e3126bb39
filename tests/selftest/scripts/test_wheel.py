"""The wheel by itself: one command, one package, and a plug-in that minds its own business."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scopecheck.model.verdict import KeyCheck
from tests.selftest.commands.running import run
from tests.selftest.scripts.wheel import NAME, ROOT, Installed, install

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Installed in a folder with a blank and an accent in its name."""
    folder = tmp_path_factory.mktemp("wheel") / "chez élève"
    folder.mkdir()
    return install(folder)


def files(folder: Path) -> set[Path]:
    """All files below it."""
    return {path for path in folder.rglob("*") if path.is_file()}


def test_all_is_below_one_name(wheel: Installed) -> None:
    """It collides with nobody's `tests` or `fixtures`."""
    names = {name.partition("/")[0] for name in zipfile.ZipFile(wheel.wheel).namelist()}

    assert {re.sub(r"-.*\.", "-*.", name) for name in names} == {"scopecheck", "canvas_scope_check-*.dist-info"}


def test_it_asks_for_what_the_suite_is_tested_with(wheel: Installed) -> None:
    """The same packages as requirements.txt, but for hypothesis, with which only the self-tests test."""
    (own,) = wheel.packages.glob("canvas_scope_check-*.dist-info")
    asked = {Requirement(line).name: Requirement(line).specifier for line in Distribution.at(own).requires or ()}
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))

    assert {*pinned} - {"hypothesis"} == {*asked}
    assert [name for name, specifier in asked.items() if pinned[name] not in specifier] == []


def test_a_check_in_an_empty_folder(wheel: Installed, tmp_path: Path) -> None:
    """It knows short names of options, reads and writes there, and not where it is installed or where caches are."""
    folder = tmp_path / "mon école"
    folder.mkdir()
    (folder / ".env").write_text("CANVAS_MODE=probe\nCANVAS_REPORTS=rapports\n", "utf-8")
    (folder / "email.py").write_text("raise ImportError('the folder is not where Python may look')", "utf-8")
    before = files(wheel.folder)

    (tmp_path / "cache").write_text("not even a folder", "utf-8")
    options = ("--no-allure-report", "--embedded=throttle=true", "--allow-students")
    ran = wheel.run(folder, NAME, "check", *options, XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((folder / "rapports" / "scopes.json").read_text("utf-8"))
    assert (found["conformant"], found["mode"]) == (True, "probe")
    assert ".env does not set CANVAS_BASE_URL. To test your Canvas, fill it in." in " ".join(ran.stdout.split())
    assert files(wheel.folder) == before
    assert {path.name for path in folder.iterdir()} == {".env", "email.py", "rapports"}


def test_plug_ins_that_are_switched_off_are_not_spoken_to(wheel: Installed, tmp_path: Path) -> None:
    """Without xdist and without pytest's cache, nothing is said about options that nobody typed."""
    off = ("-p", "no:xdist", "-p", "no:cacheprovider", "--collect-only", "-q")

    ran = wheel.run(tmp_path, NAME, "check", "--no-allure-report", *off)

    assert (ran.returncode, "unrecognized" in ran.stderr) == (0, False), ran.stdout + ran.stderr


def test_every_command_is_there(wheel: Installed, tmp_path: Path) -> None:
    """Commands that need more than Python's modules find it: profiles, templates and the cases' configuration."""
    asked = [wheel.run(tmp_path, NAME, *words) for words in (["--version"], ["profile", "list"], ["check", "--help"])]

    assert [ran.returncode for ran in asked] == [0, 0, 0]
    assert [ran.stdout.split()[0] for ran in asked] == [NAME, "ally", "usage:"]
    assert re.fullmatch(rf"{NAME} \d+\.\d+\.\d+\n", asked[0].stdout)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("pre", {"preflight"}), ("check --canvas-sand", {"--canvas-sandbox-course-id", "--canvas-sandbox-course-name"})],
)
def test_a_shell_completes_it(typed: str, offered: set[str], wheel: Installed, tmp_path: Path) -> None:
    """The script for a shell asks the command itself, which knows its commands and their options."""
    line, answer = f"{NAME} {typed}", tmp_path / "answer"
    asking = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_STDOUT_FILENAME": str(answer), "_ARGCOMPLETE_IFS": "\n"}

    ran = wheel.run(tmp_path, NAME, **asking, COMP_LINE=line, COMP_POINT=str(len(line)))

    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
    assert {word.strip() for word in answer.read_text("utf-8").splitlines()} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_for_a_shell(shell: str, tmp_path: Path) -> None:
    """It is about this command, whatever started it."""
    printed = run(tmp_path, "completion", shell)

    assert printed.code == 0
    assert NAME in printed.out


OTHERS_TEST = """
import sys

def test_nothing_of_the_engine_is_imported(pytestconfig):
    assert pytestconfig.getoption("embedded") == "theirs"
    assert {"httpx", "lxml", "scopecheck.run"} & {*sys.modules} == set()
"""
OTHERS_OPTIONS = """
def pytest_addoption(parser):
    for name in ("--allow-students", "--embedded", "--no-allure-report", "--without-scope"):
        parser.addoption(name)
"""


def test_the_plug_in_leaves_the_tests_of_others_alone(wheel: Installed, tmp_path: Path) -> None:
    """Where it is installed beside them, it only has options, none of a name or destination that they would take.

    A wrong `.env` there is none of its business.
    """
    (tmp_path / "test_theirs.py").write_text(OTHERS_TEST, "utf-8")
    (tmp_path / "conftest.py").write_text(OTHERS_OPTIONS, "utf-8")
    (tmp_path / ".env").write_text("CANVAS_MODE=nonsense\n", "utf-8")

    ran = wheel.run(tmp_path, "python", "-m", "pytest", "-p", "no:cacheprovider", "--embedded=theirs")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    assert {path.name for path in files(tmp_path)} == {"conftest.py", "test_theirs.py", ".env"}


OTHERS_NAMES = """
[pytest]
python_files = check_*.py test_key.py
python_functions = check_* expect_*
python_classes = *
filterwarnings = error
"""
ACCOUNTS = "url:GET|/api/v1/accounts"


def test_pytest_runs_the_cases_by_their_package(wheel: Installed, tmp_path: Path) -> None:
    """Each once, whatever the project calls its tests, and although its conftest.py names their plug-in, too.

    The options that have a short name in `check` have a long one.
    """
    (tmp_path / "pytest.ini").write_text(OTHERS_NAMES, "utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["scopecheck.pytest_plugin.plugin"]\n', "utf-8")
    cases = ("--pyargs", "scopecheck.conformance", "-k", "accounts or test_key", "--strict-markers")
    options = (f"--canvas-without-scope={ACCOUNTS}", "--canvas-embedded=throttle=true", "--canvas-allow-students")

    ran = wheel.run(tmp_path, "python", "-m", "pytest", "-p", "no:cacheprovider", *cases, *options)

    assert ran.returncode == 1, ran.stdout + ran.stderr  # fewer than the profile has
    assert "5 of 31 scopes were tested" in " ".join(ran.stdout.split())
    found = json.loads((tmp_path / "reports" / "scopes.json").read_text("utf-8"))
    assert [each["scope"] for each in found["scopes"] if each["verdict"] == "missing"] == [ACCOUNTS]
    junit = (tmp_path / "reports" / "junit.xml").read_text("utf-8")
    names = [each.partition("[")[0] for each in re.findall(r'<testcase [^>]*?\bname="([^"]+)', junit)]
    assert Counter(names) == {"test_key": len(KeyCheck), "test_scope": 5}
    assert (tmp_path / "reports" / "scopes.html").is_file()
