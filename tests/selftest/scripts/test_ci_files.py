"""The CI files: valid by their vendors' schemas, safe, complete, and working."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scopecheck.config.definitions import SETTINGS
from scripts.lock_requirements import PYTHONS
from tests.selftest.endtoend.runs import environment

ROOT = Path(__file__).resolve().parents[3]
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())
WORKFLOW = ROOT / ".github" / "workflows" / "canvas-scopes.yml"
SELF_TESTS = ROOT / ".github" / "workflows" / "self-tests.yml"
UPDATES = ROOT / ".github" / "dependabot.yml"
GITLAB = ROOT / "docs" / "gitlab-ci.example.yml"
MADE_BY_CI = {"CANVAS_REPORTS", "CANVAS_BASELINE"}
"""Settings that .ci/action sets itself."""
PAGE = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(ACTION)["runs"]["steps"]
    return found


@pytest.mark.parametrize(
    ("path", "schema", "more"),
    [
        (ACTION, "vendor.github-actions", []),
        *((workflow, "vendor.github-workflows", []) for workflow in WORKFLOWS),
        *((workflow, "custom.github-workflows-require-timeout", []) for workflow in WORKFLOWS),
        (UPDATES, "vendor.dependabot", []),
        (GITLAB, "vendor.gitlab-ci", ["--data-transform", "gitlab-ci"]),
    ],
)
def test_it_is_valid_by_the_vendors_schema(path: Path, schema: str, more: list[str]) -> None:
    """GitHub and GitLab would accept the file."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *more, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_linter_of_workflows_finds_nothing() -> None:
    """No unknown context, input or runner; no text that a shell would obey; every action by its commit, not its tag."""
    command = [sys.executable, "-m", "jactionlint", "--shellcheck=", "--pyflakes=", "--strict-exit"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_self_tests_run_where_the_lock_files_hold() -> None:
    """Every system and Python version that the suite is locked for is tried with each other."""
    matrix = read(SELF_TESTS)["jobs"]["self-tests"]["strategy"]["matrix"]

    assert matrix["python"] == list(PYTHONS)
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos", "windows"}


def test_the_action_takes_every_setting() -> None:
    """Each setting is an input of the same name, and reaches the run through the environment only."""
    (run,) = [step for step in steps() if "run" in step]
    inputs = {name: setting.variable for setting in SETTINGS if (name := setting.option.removeprefix("--canvas-"))}
    wanted = {variable: f"${{{{ inputs.{name} }}}}" for name, variable in inputs.items() if variable not in MADE_BY_CI}

    assert run["env"] == wanted
    assert set(read(ACTION)["inputs"]) - {"name"} == {
        name for name, variable in inputs.items() if variable not in MADE_BY_CI
    }


def test_the_workflow_passes_every_setting_on() -> None:
    """Each input comes from a variable of the environment, and each secret input from a secret."""
    (step,) = [step for step in read(WORKFLOW)["jobs"]["scopes"]["steps"] if step["uses"] == "./"]
    secret = {setting.variable for setting in SETTINGS if setting.secret}

    assert set(step["with"]) == set(read(ACTION)["inputs"])
    for setting in SETTINGS:
        if setting.variable not in MADE_BY_CI:
            source = "secrets" if setting.variable in secret else "vars"
            assert f"{source}.{setting.variable} }}}}" in step["with"][setting.option.removeprefix("--canvas-")]


def test_no_text_from_outside_stands_in_a_command() -> None:
    """A name or setting with shell syntax in it is never a part of a command."""
    jobs = [job for workflow in WORKFLOWS for job in read(workflow)["jobs"].values()]
    commands = [step["run"] for step in [*steps(), *(step for job in jobs for step in job["steps"])] if "run" in step]

    assert len(commands) > 1
    assert not any("${{" in command for command in commands)


def act(tmp_path: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """One run of the action's script as GitHub starts it: exit code, outputs and job summary."""
    output, summary = tmp_path / "output", tmp_path / "summary"
    for path in (output, summary):
        path.write_text("")
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    github = {
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "CI": "true",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "action"), "--no-allure-report", "-n", "0", *arguments],
        env=environment(tmp_path, {**github, **settings}),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, output.read_text(), summary.read_text()


def test_the_action_runs_reports_and_remembers(tmp_path: Path) -> None:
    """The job summary of a second run says what changed since the first; the job fails if scopes are missing."""
    reports = tmp_path / "workspace" / "canvas-scopes-reports"
    code, outputs, summary = act(tmp_path)
    assert (code, outputs) == (0, f"reports={reports}\nconformant=true\n")
    assert summary.startswith("# – Demonstration on the embedded Canvas")

    code, outputs, summary = act(tmp_path, "--without-scope", PAGE)
    assert (code, outputs) == (1, f"reports={reports}\nconformant=false\n")
    assert "## Changes since" in summary
    assert "| newly failing |" in summary


def test_the_action_finds_files_of_the_callers_repository(tmp_path: Path) -> None:
    """known-gaps is a path in the repository that uses the action."""
    gaps = tmp_path / "workspace" / "ci" / "gaps.toml"
    gaps.parent.mkdir(parents=True)
    gaps.write_text(f'[[gap]]\nscope = "{PAGE}"\nverdict = "missing"\nreason = "not used"\nuntil = 2999-01-01\n')
    code, _, summary = act(tmp_path, "--without-scope", PAGE, CANVAS_KNOWN_GAPS="ci/gaps.toml")

    assert code == 0
    assert "Except for 1 known gap: 30 of 31 scopes are granted." in summary.splitlines()[0]


def test_wrong_settings_fail_the_action(tmp_path: Path) -> None:
    """If nothing was tested, the summary says why, no earlier result stands for it, and the job fails."""
    reports = tmp_path / "workspace" / "canvas-scopes-reports"
    reports.mkdir(parents=True)
    (reports / "scopes.json").write_text("{}")
    code, outputs, summary = act(tmp_path, CANVAS_BASE_URL="http://school.example")

    assert (code, outputs) == (4, f"reports={reports}\n")
    assert summary.startswith("# ? Nothing was tested")
    assert "CANVAS\\_BASE\\_URL" in summary or "CANVAS_BASE_URL" in summary
    assert not (reports / "history" / "scopes.json").exists()
