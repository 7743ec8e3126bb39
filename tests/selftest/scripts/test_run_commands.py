"""scripts/run.py: what `scripts/test` runs, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scripts import run

Commands = list[tuple[str, ...]]
Ending = Callable[..., None]

PYTEST = ("-m", "pytest", "tests/selftest", "-p", "hypothesispytest", "-n", str((os.cpu_count() or 1) + 1))
PRE_COMMIT = run.ROOT / ".pre-commit-config.yaml"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that were run, in their order; all end well."""
    commands: Commands = []
    ends(monkeypatch, commands)
    return commands


def ends(monkeypatch: pytest.MonkeyPatch, commands: Commands, *, checks: int = 0, tests: int = 0) -> None:
    """Let the last check and the self-tests end with these exit codes."""

    def side_by_side(*several: tuple[str, ...]) -> list[int]:
        commands.extend(several)
        return [0] * (len(several) - 1) + [checks]

    def one(*command: str) -> int:
        commands.append(command)
        return tests

    monkeypatch.setattr(run, "run_side_by_side", side_by_side)
    monkeypatch.setattr(run, "run", one)


def test_the_full_run_counts_lines(started: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without arguments every check and every test is run, and too few lines reached fail it."""
    monkeypatch.setattr(run, "VENV", tmp_path)
    (tmp_path / "lib" / "site-packages" / "slipcover").mkdir(parents=True)

    assert run.test([]) == 0
    assert started == [*run.CHECKS, (*PYTEST, *run.USUAL, *run.COVERED)]


def test_no_lines_are_counted_without_the_tool(
    started: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It has no ready-made package for some machines; all tests are run there all the same."""
    monkeypatch.setattr(run, "VENV", tmp_path)

    assert run.test([]) == 0
    assert started == [*run.CHECKS, (*PYTEST, *run.USUAL)]


def test_the_quick_run_leaves_processes_out(started: Commands) -> None:
    """The checks are made all the same; no lines are counted, since those tests alone reach fewer."""
    assert run.test(["--quick", "-x"]) == 0
    assert started == [*run.CHECKS, (*PYTEST, *run.QUICK, "-x")]


def test_chosen_tests_count_no_lines(started: Commands) -> None:
    """A choice of tests cannot fail for the lines that it does not reach."""
    assert run.test(["-k", "guard"]) == 0
    assert started == [*run.CHECKS, (*PYTEST, *run.USUAL, "-k", "guard")]


def test_the_thorough_run_leaves_nothing_out(started: Commands) -> None:
    """Those that have many like them are run, too."""
    assert run.test(["--thorough"]) == 0
    assert started == [*run.CHECKS, PYTEST]


@pytest.mark.parametrize(("checks", "tests", "code"), [(1, 0, 1), (0, 1, 1), (1, 2, 2)])
def test_whatever_fails_fails_the_run(monkeypatch: pytest.MonkeyPatch, checks: int, tests: int, code: int) -> None:
    """The self-tests are run after a check that failed, and their exit code goes before its."""
    commands: Commands = []
    ends(monkeypatch, commands, checks=checks, tests=tests)

    assert run.test([]) == code
    assert commands[-1][:2] == ("-m", "pytest")


def test_the_environment_of_tests_is_that_of_runs_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who has set up for the self-tests starts a run without installing anything; a changed lock is installed."""
    installed: list[str] = []

    def install(command: list[Any], **_: object) -> object:
        installed.append(command[-1].name)
        return type("Done", (), {"returncode": 0})

    python = tmp_path / "python"
    python.touch()
    for name, value in (("ROOT", tmp_path), ("VENV", tmp_path), ("PYTHON", python)):
        monkeypatch.setattr(run, name, value)
    monkeypatch.setattr("scripts.run.subprocess.run", install)
    for lock in (run.RUNNING, run.TESTING):
        (tmp_path / lock).write_text("old")

    run.set_up(run.TESTING)
    run.set_up(run.RUNNING)
    run.set_up(run.TESTING)
    assert installed == [run.TESTING]

    (tmp_path / run.RUNNING).write_text("new")
    run.set_up(run.RUNNING)
    assert installed == [run.TESTING, run.RUNNING]


def test_the_checks_before_a_commit_are_those_of_the_self_tests() -> None:
    """Both make the same checks, with the programs of the project's own environment; nothing is fetched for them."""
    (repository,) = YAML(typ="safe").load(PRE_COMMIT)["repos"]
    hooks = repository["hooks"]

    assert repository["repo"] == "local"
    assert [hook["entry"].split() for hook in hooks] == [[".venv/bin/python", *command] for command in run.CHECKS]
    assert {(hook["language"], hook["pass_filenames"]) for hook in hooks} == {("system", False)}
