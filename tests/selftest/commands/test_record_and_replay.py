"""`record` runs the suite and saves its exchanges; `replay` judges them again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scopecheck.bundle.bundle import load_bundle, write_bundle
from scopecheck.embedded_canvas.config import Fault
from tests.selftest.bundle.recording import a_canvas, record_run
from tests.selftest.commands.running import run
from tests.selftest.endtoend.runs import LONGEST_S, ROOT, environment
from tests.selftest.exercises.sweep import SCOPES


def _whole(reports: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scopecheck", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(reports), capture_output=True, text=True, timeout=LONGEST_S, check=False
    )


def _verdicts(reports: Path) -> list[tuple[str, str, str | None]]:
    """Every scope and key check of a scopes.json, with its verdict and cause."""
    found = json.loads((reports / "scopes.json").read_text("utf-8"))
    rows = [*found["scopes"], *found["key"]]
    return [(row.get("scope") or row["check"], row["verdict"], row["cause"]) for row in rows]


def _saved(path: Path, **state: object) -> Path:
    write_bundle(path, record_run(a_canvas(**state), "probe").bundle)
    return path


def test_a_run_is_recorded_by_all_its_workers_and_judged_again(tmp_path: Path) -> None:
    """Both end with the run's exit code, and say the same of each scope and of key and token."""
    bundle, reports, again = tmp_path / "evidence.json", tmp_path / "reports", tmp_path / "again"
    recorded = _whole(reports, "record", "--output", str(bundle), f"--without-scope={SCOPES[3]}")
    replayed = _whole(tmp_path / "none", "replay", str(bundle), "--canvas-reports", str(again))

    assert (recorded.returncode, replayed.returncode) == (1, 1), recorded.stdout + replayed.stderr
    assert str(bundle) in recorded.stdout
    assert _verdicts(reports) == _verdicts(again)
    assert len(load_bundle(bundle).exchanges) > 50
    assert "Not recorded" not in replayed.stdout
    assert "differs from that of the recorded run" not in replayed.stdout
    assert str(again / "scopes.html") in replayed.stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        ({}, 0, "All 31 scopes pass Canvas's scope check; 10 writes"),
        ({"missing_on_token": frozenset({SCOPES[0]})}, 1, "Problems found: 1 scope missing"),
        ({"faults": (Fault("500"),)}, 1, "None of the 31 scopes could be tested."),
    ],
)
def test_replay_ends_as_the_run_did(
    state: dict[str, object], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The summary and the exit code are a run's, and nothing is written."""
    monkeypatch.setenv("CANVAS_REPORTS", str(tmp_path / "reports"))
    path = _saved(tmp_path / "bundle.json", **state)
    ran = run(tmp_path, "replay", path)

    assert (ran.code, ran.err) == (code, "")
    assert said in ran.words
    assert "Replayed from a bundle" in ran.words
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "is not a bundle"), ("[]", "is not a bundle"), ('{"scope_conformance_bundle": 9}', "of version 9"),
     ('{"scope_conformance_bundle": 1, "giv', "an incomplete bundle")],
)  # fmt: skip
def test_no_bundle(content: str, said: str, tmp_path: Path) -> None:
    """Exit code 4, a message that says what is wrong, and nothing written, not even the reports asked for."""
    (tmp_path / "bundle.json").write_text(content, "utf-8")
    ran = run(tmp_path, "replay", tmp_path / "bundle.json", "--canvas-reports", tmp_path / "reports")

    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert [each.name for each in tmp_path.iterdir()] == ["bundle.json"]


def test_the_guard_ends_a_replay_too(tmp_path: Path) -> None:
    """A recorded run that its guard ended ends with exit code 4 again."""
    write_bundle(tmp_path / "bundle.json", record_run(a_canvas(active_students=3)).bundle)
    ran = run(tmp_path, "replay", tmp_path / "bundle.json")

    assert ran.code == 4
    assert "has active students" in ran.err


def test_a_run_that_the_guard_ends_is_recorded(tmp_path: Path) -> None:
    """What led to it is in the bundle, and the exit code stays that of the guard."""
    bundle = tmp_path / "bundle.json"
    recorded = _whole(tmp_path / "reports", "record", f"--output={bundle}", "--embedded", "active_students=3")

    assert recorded.returncode == 4
    assert "has active students" in recorded.stdout + recorded.stderr
    assert run(tmp_path, "replay", bundle).code == 4


def test_a_run_is_given_the_options_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made in the caller's folder, where paths in options begin, with the `.env` of the project's."""
    asked: list[object] = []

    def start(*arguments: str, root: Path) -> int:
        asked.extend([root, *arguments])
        return 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scopecheck.commands.suite.run_pytest", start)
    given = ("--canvas-mode=probe", "--canvas-profile=mine.toml", "--canvas-reports=out")

    assert run(tmp_path / "elsewhere", "record", "--output=x", *given).code == 0
    assert asked[:2] == [tmp_path / "elsewhere", f"--canvas-record={tmp_path / 'x'}"]
    assert sorted(map(str, asked[2:])) == list(given)


def test_record_needs_a_folder(tmp_path: Path) -> None:
    """A file in a folder that does not exist ends before anything is sent."""
    ran = run(tmp_path, "record", "--output", tmp_path / "none" / "bundle.json")

    assert ran.code == 4
    assert "its folder does not exist" in ran.err


def test_reports_that_cannot_be_written(tmp_path: Path) -> None:
    """Exit code 3, as for a run; the summary is shown all the same."""
    (tmp_path / "file").write_text("", "utf-8")
    ran = run(tmp_path, "replay", _saved(tmp_path / "bundle.json"), "--canvas-reports", tmp_path / "file" / "reports")

    assert ran.code == 3
    assert "cannot be written" in ran.err
    assert "All 31 scopes pass" in ran.words
