"""The CI files: valid by their vendors' schemas, safe, complete, and working."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from scopecheck.commands.fleet_matrix import as_gitlab
from scopecheck.config.definitions import SETTINGS
from scopecheck.config.targets_file import Target
from scripts.lock_requirements import PYTHONS
from tests.selftest.endtoend.runs import environment

ROOT = Path(__file__).resolve().parents[3]
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())
WORKFLOW = ROOT / ".github" / "workflows" / "canvas-scopes.yml"
SELF_TESTS = ROOT / ".github" / "workflows" / "self-tests.yml"
UPDATES = ROOT / ".github" / "dependabot.yml"
GITLAB = ROOT / "docs" / "how-to" / "gitlab-ci.example.yml"
GITHUB_FLEET = ROOT / "docs" / "how-to" / "github-fleet.example.yml"
GITLAB_FLEET = ROOT / "docs" / "how-to" / "gitlab-fleet.example.yml"
GITLAB_CHILD = ROOT / "docs" / "how-to" / "gitlab-fleet-child.example.yml"
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
        (GITHUB_FLEET, "vendor.github-workflows", []),
        *((path, "vendor.gitlab-ci", ["--data-transform", "gitlab-ci"]) for path in (GITLAB, GITLAB_FLEET)),
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
    (run,) = [step for step in steps() if step.get("id") == "run"]
    inputs = {name: setting.variable for setting in SETTINGS if (name := setting.option.removeprefix("--canvas-"))}
    wanted = {variable: f"${{{{ inputs.{name} }}}}" for name, variable in inputs.items() if variable not in MADE_BY_CI}

    assert {name: value for name, value in run["env"].items() if name.startswith("CANVAS_")} == wanted
    assert set(read(ACTION)["inputs"]) - {"name"} == {
        name for name, variable in inputs.items() if variable not in MADE_BY_CI
    }


def test_the_workflow_passes_every_setting_on() -> None:
    """Each input comes from a variable of the environment, and each secret input from a secret."""
    (step,) = [step for step in read(WORKFLOW)["jobs"]["scopes"]["steps"] if step["uses"] == "./"]
    secret = {setting.variable for setting in SETTINGS if setting.secret}

    assert set(step["with"]) == set(read(ACTION)["inputs"])
    for setting in SETTINGS:
        if setting.variable not in {*MADE_BY_CI, "CANVAS_REQUIRED"}:
            source = "secrets" if setting.variable in secret else "vars"
            assert f"{source}.{setting.variable} }}}}" in step["with"][setting.option.removeprefix("--canvas-")]


def test_the_workflow_for_many_canvases_passes_every_setting_on() -> None:
    """Each input of the action comes from the matrix that `fleet matrix` prints, and each secret by its name there."""
    (step,) = [step for step in read(GITHUB_FLEET)["jobs"]["scopes"]["steps"] if "scope-conformance" in step["uses"]]
    secret = {setting.option.removeprefix("--canvas-") for setting in SETTINGS if setting.secret}
    wanted = {
        name: f"${{{{ secrets[matrix.{name}] }}}}" if name in secret else f"${{{{ matrix.{name} }}}}"
        for name in read(ACTION)["inputs"]
    }

    assert step["with"] == {**wanted, "required": "${{ matrix.required || 'true' }}"}


def test_gitlab_takes_the_job_for_each_target(tmp_path: Path) -> None:
    """What `fleet matrix` prints and the job that extends it are one valid pipeline, which runs that target alone."""
    made = as_gitlab([Target(name, name, {}, {}) for name in ("School A", 'B: "β"')])
    (tmp_path / "pipeline.yml").write_text(f"{made}\n{GITLAB_CHILD.read_text()}")
    whole = read(tmp_path / "pipeline.yml")
    job = whole["canvas-scopes"]

    test_it_is_valid_by_the_vendors_schema(
        tmp_path / "pipeline.yml", "vendor.gitlab-ci", ["--data-transform", "gitlab-ci"]
    )
    assert whole[job["extends"]]["parallel"]["matrix"] == [{"SCOPES_TARGET": ["School A", 'B: "β"']}]
    assert job["script"][-1] == 'canvas-scope-check fleet targets.toml --only "$SCOPES_TARGET"'


def test_no_text_from_outside_stands_in_a_command() -> None:
    """A name or setting with shell syntax in it is never a part of a command."""
    jobs = [job for workflow in WORKFLOWS for job in read(workflow)["jobs"].values()]
    commands = [step["run"] for step in [*steps(), *(step for job in jobs for step in job["steps"])] if "run" in step]

    assert len(commands) > 1
    assert not any("${{" in command for command in commands)


@pytest.mark.parametrize("keeps", ["actions/cache/restore@", "actions/cache/save@", "actions/upload-artifact@"])
def test_what_the_action_keeps_is_this_runs_own(keeps: str) -> None:
    """Every path, cache key and artifact has the run's name in it, and no key is the beginning of another's."""
    (step,) = [step for step in steps() if step.get("uses", "").startswith(keeps)]
    own = "${{ steps.name.outputs.name }}"
    given = step["with"]

    assert all(f"canvas-scopes-reports/{own}" in path for path in given["path"].splitlines())
    assert own in given.get("key", given.get("name"))
    assert given.get("restore-keys", f"canvas-scopes:{own}:") == f"canvas-scopes:{own}:"


def test_downloads_are_kept() -> None:
    """What pip and npm fetch lies where a cache keeps it, on GitHub and on GitLab."""
    (cache,) = [step for step in steps() if step.get("uses", "").startswith("actions/cache@")]
    (run,) = [step for step in steps() if step.get("id") == "run"]
    job = read(GITLAB)["canvas-scopes"]

    for tool in ("PIP_CACHE_DIR", "npm_config_cache"):
        assert run["env"][tool].startswith(f"{cache['with']['path']}/")
        kept = [path for cache in job["cache"] for path in cache["paths"]]
        assert job["variables"][tool].removeprefix("$CI_PROJECT_DIR/") in kept


def test_a_run_without_a_canvas_is_red_in_ci() -> None:
    """The shipped jobs require a Canvas; on GitHub only an environment that is listed as "embedded" does not."""
    (step,) = [step for step in read(WORKFLOW)["jobs"]["scopes"]["steps"] if step["uses"] == "./"]

    assert step["with"]["required"] == (
        "${{ matrix.environment != 'embedded' || !(inputs.environments || vars.CANVAS_ENVIRONMENTS) }}"
    )
    assert read(GITLAB)["canvas-scopes"]["variables"]["CANVAS_REQUIRED"] == "true"


def named(tmp_path: Path, **given: str) -> str:
    """The name that the action gives its next run in this job."""
    output = tmp_path / "output"
    output.write_text("")
    github = {"GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(tmp_path)}
    subprocess.run(["bash", str(ROOT / ".ci" / "name")], env={**os.environ, **github, **given}, check=True)
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    assert re.fullmatch(r"\d+-\d+", outputs["downloads"])
    return outputs["name"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "embedded"),
        ({"NAME": "test"}, "test"),
        ({"NAME": "EU: test/1"}, "EU--test-1"),
        ({"NAME": "../.."}, "canvas"),
        ({"CANVAS_BASE_URL": "https://school.test.instructure.com/"}, "school.test.instructure.com"),
        ({"CANVAS_BASE_URL": "https://user:pw@school.example:444"}, "school.example-444"),
        ({"CANVAS_BASE_URL": "https://a.test", "CANVAS_PROFILE": "ci/own.toml"}, "a.test-ci-own.toml"),
        ({"CANVAS_BASE_URL": "https://a.test", "MATRIX": "0"}, "a.test-0"),
        ({"CANVAS_BASE_URL": "https://a.test", "MATRIX": "0", "NAME": "test"}, "test"),
    ],
)
def test_a_run_is_named_after_its_canvas(tmp_path: Path, given: dict[str, str], name: str) -> None:
    """The name is one that a folder, an artifact and a cache may have; what is given as name is preferred."""
    assert named(tmp_path, **given) == name


def test_two_runs_of_one_job_never_have_the_same_name(tmp_path: Path) -> None:
    """A second step for the same Canvas, with another key for example, gets its own folder, artifact and history."""
    assert [named(tmp_path, NAME=name) for name in ("a", "a-2", "a", "a", "b")] == ["a", "a-2", "a-3", "a-4", "b"]


class Acted(NamedTuple):
    """One run of the action's script."""

    code: int
    outputs: str
    summary: str
    log: str


def act(
    tmp_path: Path,
    *arguments: str,
    given: Mapping[str, str] | None = None,
    name: str = "canvas",
    python: Path | None = None,
) -> Acted:
    """One run of the action's script as GitHub starts it; `python` is a folder with another `python`."""
    output, summary = tmp_path / "output", tmp_path / "summary"
    for path in (output, summary):
        path.write_text("")
    workspace = tmp_path / "workspace"
    workspace.mkdir(exist_ok=True)
    before = [str(python)] if python else []
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "school/scopes",
        "GITHUB_ACTOR": "somebody",
        "RUN_NAME": name,
        "CI": "true",
        "PATH": os.pathsep.join([*before, str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "action"), "--no-allure-report", "-n", "0", *arguments],
        env=environment(tmp_path, {**github, **(given or {})}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Acted(done.returncode, output.read_text(), summary.read_text(), done.stdout)


def shown_beside(log: str) -> list[str]:
    """The errors that GitHub shows beside the job."""
    return [line for line in log.splitlines() if line.startswith("::error")]


def test_the_action_runs_reports_and_remembers(tmp_path: Path) -> None:
    """The job summary of a second run says what changed since the first; the job fails if scopes are missing."""
    reports = tmp_path / "workspace" / "canvas-scopes-reports" / "canvas"
    first = act(tmp_path)
    assert (first.code, first.outputs) == (0, f"reports={reports}\nconformant=true\n")
    assert first.summary.startswith("# – Demonstration on the embedded Canvas")
    assert shown_beside(first.log) == []

    second = act(tmp_path, "--without-scope", PAGE)
    assert (second.code, second.outputs) == (1, f"reports={reports}\nconformant=false\n")
    assert "## Changes since" in second.summary
    assert "| newly failing |" in second.summary
    assert f"::error title=missing%3A {PAGE.replace(':', '%3A')}::" in shown_beside(second.log)[0]


def test_the_action_finds_files_of_the_callers_repository(tmp_path: Path) -> None:
    """known-gaps is a path in the repository that uses the action."""
    gaps = tmp_path / "workspace" / "ci" / "gaps.toml"
    gaps.parent.mkdir(parents=True)
    gaps.write_text(f'[[gap]]\nscope = "{PAGE}"\nverdict = "missing"\nreason = "not used"\nuntil = 2999-01-01\n')
    done = act(tmp_path, "--without-scope", PAGE, given={"CANVAS_KNOWN_GAPS": "ci/gaps.toml"})

    assert done.code == 0
    assert "Except for 1 known gap: 30 of 31 scopes are granted" in done.summary.splitlines()[0]
    assert shown_beside(done.log) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"CANVAS_BASE_URL": "http://school.example"}, "CANVAS_BASE_URL is plain http"),
        ({"CANVAS_REQUIRED": "true"}, "CANVAS_BASE_URL is not set, but CANVAS_REQUIRED is true"),
    ],
)
def test_wrong_settings_fail_the_action(tmp_path: Path, given: dict[str, str], said: str) -> None:
    """If nothing was run, summary and page say why, no older report stands for it, and the job fails."""
    reports = tmp_path / "workspace" / "canvas-scopes-reports" / "canvas"
    for kept in (
        "scopes.json",
        "scopes.md",
        "scopes.html",
        "junit.xml",
        "ctrf.json",
        "history/scopes.json",
        "journal/j.jsonl",
    ):
        (reports / kept).parent.mkdir(parents=True, exist_ok=True)
        (reports / kept).write_text("an older run's")
    (reports / "history" / "scopes.json").unlink()
    done = act(tmp_path, given=given)

    assert (done.code, done.outputs) == (4, f"reports={reports}\n")
    assert done.summary.startswith("# ? Nothing was tested")
    (shown,) = shown_beside(done.log)
    assert shown.startswith("::error title=Nothing was tested::Some settings are wrong; nothing was sent.%0A- ")
    assert said in shown
    assert {path.name for path in reports.rglob("*") if path.is_file()} == {
        "j.jsonl", "scopes.html", "scopes.md", "ctrf.json",
    }  # fmt: skip


def test_two_runs_in_one_workspace(tmp_path: Path) -> None:
    """Each has its own reports and history; the second is not compared with the first."""
    reports = tmp_path / "workspace" / "canvas-scopes-reports"
    act(tmp_path, name="test")
    before = (reports / "test" / "scopes.json").read_bytes()
    second = act(tmp_path, "--without-scope", PAGE, name="production")

    assert second.outputs.startswith(f"reports={reports / 'production'}\n")
    assert "## Changes since" not in second.summary
    assert (reports / "test" / "scopes.json").read_bytes() == before


def acting(folder: Path, *commands: str) -> Path:
    """A folder with a `python` that does this instead of running the suite."""
    folder.mkdir()
    lines = ["#!/bin/sh", f'case "${{1:-}}" in *run.py) ;; *) exec "{sys.executable}" "$@" ;; esac', *commands]
    (folder / "python").write_text("\n".join(lines))
    (folder / "python").chmod(0o755)
    return folder


def test_a_run_that_judged_nothing(tmp_path: Path) -> None:
    """It leaves pages to read but no scopes.json: nothing is remembered, and it is neither conformant nor not."""
    python = acting(tmp_path / "bin", 'echo "# Nothing was tested" > "$CANVAS_REPORTS/scopes.md"', "exit 4")
    done = act(tmp_path, python=python)
    reports = tmp_path / "workspace" / "canvas-scopes-reports" / "canvas"

    assert (done.code, done.outputs) == (4, f"reports={reports}\n")
    assert done.summary == "# Nothing was tested\n"
    assert list((reports / "history").iterdir()) == []


OWN, FORK = {"full_name": "school/scopes"}, {"full_name": "someone/scopes"}


@pytest.mark.parametrize(
    ("event", "given", "skipped"),
    [
        ({"pull_request": {"head": {"repo": FORK}}}, {}, True),
        ({"pull_request": {"head": {"repo": None}}}, {}, True),
        ({"pull_request": {"head": {"repo": OWN}}}, {"GITHUB_ACTOR": "dependabot[bot]"}, True),
        ({"pull_request": {"head": {"repo": OWN}}}, {}, False),
        ({"pull_request": {"head": {"repo": FORK}}}, {"CANVAS_ACCESS_TOKEN": "1~t"}, False),
        ({"pull_request": {"head": {"repo": FORK}}}, {"GITHUB_EVENT_NAME": "pull_request_target"}, False),
        ({"schedule": "17 3 * * *"}, {}, False),
    ],
)
def test_a_pull_request_without_secrets_is_skipped(
    tmp_path: Path, event: dict[str, Any], given: dict[str, str], skipped: bool
) -> None:
    """What comes from a fork gets no secrets: it is skipped and says so, and no embedded Canvas makes it green."""
    (tmp_path / "event.json").write_text(json.dumps(event))
    where = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), **given}
    done = act(tmp_path, python=acting(tmp_path / "bin", "echo tested", "exit 7"), given=where)

    assert ("tested\n" in done.log.splitlines(keepends=True)) is not skipped
    assert done.code == (0 if skipped else 7)
    assert done.log.startswith("::notice title=Canvas scopes not tested::This pull request comes from") is skipped
    assert done.summary.endswith("no Canvas was tested.\n") is skipped
    assert done.outputs == ("skipped=true\n" if skipped else "")


def on_gitlab(project: Path, bin_folder: Path, verdict: str, canvas: str = "test") -> str:
    """One run of the GitLab job in a kept folder, with stand-ins for apt-get, git and the suite: what it printed."""
    job = read(GITLAB)["canvas-scopes"]
    suite = f'mkdir -p "$6/scripts" && cp "{bin_folder}/check" "$6/scripts/check"'
    for name, does in (
        ("apt-get", "exit 0"),
        ("git", f'[ ! -e "$6" ] || exit 128; {suite}'),
        ("check", f'echo "baseline ${{CANVAS_BASELINE:-none}}"; printf {verdict} > "$CANVAS_REPORTS/scopes.json"'),
    ):
        (bin_folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (bin_folder / name).chmod(0o755)
    known = {"CI_PROJECT_DIR": str(project), "CANVAS": canvas, "SCOPE_CONFORMANCE": "https://git.example/suite"}
    variables = {name: Template(value).substitute(known) for name, value in job["variables"].items()}
    where = {"PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    said = ""
    for part in ([*job["before_script"], *job["script"]], job["after_script"]):
        command = ["bash", "-eo", "pipefail", "-c", "\n".join(part)]
        said += subprocess.run(
            command, cwd=project, env={**where, **known, **variables}, capture_output=True, text=True, check=True
        ).stdout
    return said


def test_the_gitlab_job_runs_again_in_a_kept_folder(tmp_path: Path) -> None:
    """The old clone is replaced, another Canvas's history is not taken for this one's, and old reports are gone."""
    project, bin_folder = tmp_path / "builds" / "project", tmp_path / "bin"
    project.mkdir(parents=True)
    bin_folder.mkdir()
    first = on_gitlab(project, bin_folder, "one")
    (project / "reports" / "test" / "scopes.html").write_text("an older run's")
    other = on_gitlab(project, bin_folder, "other", "production")
    again = on_gitlab(project, bin_folder, "two")

    assert (first, other) == ("baseline none\n", "baseline none\n")
    assert again == f"baseline {project}/reports/test/history/scopes.json\n"
    kept = {str(path.relative_to(project)): path.read_text() for path in project.rglob("*") if path.is_file()}
    assert kept == {
        "reports/test/scopes.json": "two",
        "reports/test/history/scopes.json": "two",
        "reports/production/history/scopes.json": "other",
    }
