"""`fleet`: what its file and options ask for, what it starts for it, and the job matrix of CI systems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scopecheck.commands import fleet_matrix
from scopecheck.fleet import runs
from scopecheck.fleet.process import Start
from tests.selftest.commands.running import Ran, run

FILE = """
[[target]]
name = "A"
CANVAS_BASE_URL = "https://a.test"
CANVAS_KNOWN_GAPS = "ci/gaps.toml"
CANVAS_BASELINE = "last.json"
secrets = { CANVAS_ACCESS_TOKEN = "CANVAS_ACCESS_TOKEN_SCHOOL_A" }

[[target]]
name = "B: β"
CANVAS_BASE_URL = "https://b.test"
CANVAS_CLIENT_ID = 42
secrets = { CANVAS_ACCESS_TOKEN = "LC_SCHOOL_B" }
"""


class Ended:
    """A process that has ended well."""

    def poll(self) -> int:
        return 0

    def signal(self, step: int) -> None:
        raise AssertionError(step)


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Start]:
    """What the fleet starts, without starting it; secrets are in the environment and in `.env`."""
    found: list[Start] = []

    def child(start: Start, folder: Path) -> Ended:
        assert folder.is_dir()
        found.append(start)
        return Ended()

    monkeypatch.setattr(runs, "Child", child)
    monkeypatch.setenv("LC_SCHOOL_B", "value-of-b")
    (tmp_path / ".env").write_text("CANVAS_ACCESS_TOKEN_SCHOOL_A=value-of-a\nCANVAS_MODE=probe\n")
    (tmp_path / "targets.toml").write_text(FILE)
    return found


def fleet(root: Path, *arguments: str) -> Ran:
    return run(root, "fleet", root / "targets.toml", *arguments)


def test_each_target_gets_its_own(tmp_path: Path, starts: list[Start]) -> None:
    """Variables that look like settings are known if they are referenced; the caller's settings are no target's."""
    done = fleet(tmp_path, "--jobs", "1")
    given = {start.folder.name: start.environment for start in starts}

    assert done.code == 0
    assert {name: each["CANVAS_ACCESS_TOKEN"] for name, each in given.items()} == {
        "A": "value-of-a",
        "B-β": "value-of-b",
    }
    assert not any("CANVAS_MODE" in each or "CANVAS_ACCESS_TOKEN_SCHOOL_A" in each for each in given.values())
    assert done.err == "Note: Not used, since targets have settings of their own: CANVAS_MODE (environment or .env).\n"
    assert [line.split()[0] for line in done.out.splitlines()[:3]] == ["2", "[1/2]", "[2/2]"]
    assert str(tmp_path / "reports" / "fleet" / "index.html") in done.out.splitlines()[-1]
    assert "value-of" not in done.out + done.err


def test_some_targets_alone(tmp_path: Path, starts: list[Start]) -> None:
    """`--only` chooses by name, and the others' secrets are still secrets; `--reports` is another folder."""
    done = run(tmp_path, "fleet", "run", tmp_path / "targets.toml", "--only", "A", "--reports", tmp_path / "x y")
    (start,) = starts

    assert (done.code, start.folder) == (0, tmp_path / "x y" / "A")
    assert "value-of-b" not in start.environment.values()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--only", "A", "C", "D"],
            ["--only names 'C', which is no target in targets.toml; choose from: A, B: β.", "'D'"],
        ),
        (["--jobs", "0"], ["argument --jobs: '0' is not a number above 0"]),
        (["--timeout", "nan"], ["argument --timeout: 'nan' is not a number above 0"]),
        (
            ["--reports", "/dev/null/x"],
            ["--reports is '/dev/null/x', which cannot be written to", "give another folder."],
        ),
    ],
)
def test_wrong_options_start_nothing(
    tmp_path: Path, starts: list[Start], arguments: list[str], said: list[str]
) -> None:
    """They are refused with exit code 4."""
    done = fleet(tmp_path, *arguments)

    assert (done.code, starts) == (4, [])
    assert all(each in done.words for each in said)


def test_a_file_with_a_secret_starts_nothing(tmp_path: Path, starts: list[Start]) -> None:
    """It is refused with the place, and without the secret."""
    (tmp_path / "targets.toml").write_text(f'{FILE}CANVAS_SANDBOX_COURSE_NAME = "value-of-b"\n')
    done = fleet(tmp_path)

    assert (done.code, starts) == (4, [])
    assert "the value of LC_SCHOOL_B is written into the file (targets.toml, line 14)" in done.words
    assert "value-of" not in done.words


def test_the_matrix_of_github(tmp_path: Path, starts: list[Start], monkeypatch: pytest.MonkeyPatch) -> None:
    """A job for each target: the action's inputs, paths from the repository's folder, and the names of secrets."""
    monkeypatch.chdir(tmp_path)
    done = run(tmp_path, "fleet", "matrix", "targets.toml", "--github")

    assert (done.code, starts, done.out.count("\n")) == (0, [], 1)
    assert json.loads(done.out) == {
        "include": [
            {
                "name": "A",
                "base-url": "https://a.test",
                "known-gaps": "ci/gaps.toml",
                "access-token": "CANVAS_ACCESS_TOKEN_SCHOOL_A",
            },
            {"name": "B: β", "base-url": "https://b.test", "client-id": "42", "access-token": "LC_SCHOOL_B"},
        ]
    }


def test_the_matrix_of_gitlab(tmp_path: Path, starts: list[Start]) -> None:
    """A hidden job to extend, with the targets' names, as YAML."""
    done = run(tmp_path, "fleet", "matrix", tmp_path / "targets.toml", "--gitlab")

    assert (done.code, starts) == (0, [])
    assert YAML(typ="safe").load(done.out) == {
        ".canvas-scopes-targets": {"parallel": {"matrix": [{"SCOPES_TARGET": ["A", "B: β"]}]}}
    }


def test_a_matrix_that_is_too_large_is_noted(
    tmp_path: Path, starts: list[Start], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CI systems refuse one; the matrix is printed nevertheless."""
    monkeypatch.setattr(fleet_matrix, "_MOST_GITLAB", 1)
    done = run(tmp_path, "fleet", "matrix", tmp_path / "targets.toml", "--gitlab")

    assert done.err == "Note: GitLab runs 1 jobs of a matrix at most, and these are 2; split the file.\n"
