"""Known gaps and a baseline as options of a run."""

from __future__ import annotations

from pathlib import Path

from tests.selftest.endtoend.runs import run
from tests.selftest.report.examples import PAGE, QUIZ

GAPS = """
[[gap]]
scope = "{scope}"
verdict = "missing"
reason = "not used here"
until = {until}
"""


def gaps(folder: Path, scope: str, until: str = "2999-12-31") -> str:
    path = folder / "gaps.toml"
    path.write_text(GAPS.format(scope=scope, until=until), "utf-8")
    return f"--canvas-known-gaps={path}"


def test_a_known_gap_makes_the_run_green(tmp_path: Path) -> None:
    """A key that lacks only a scope listed as a known gap is conformant, and the table marks the gap."""
    found = run(tmp_path, "-n", "0", "--without-scope", QUIZ, gaps(tmp_path, QUIZ))

    assert found.code == 0, found.output
    assert found.document["conformant"] is True
    assert found.verdicts[QUIZ] == "missing"
    assert "✗ missing        known gap  PUT /courses/:course_id/quizzes/:id" in found.output


def test_a_known_gap_that_is_gone_makes_the_run_red(tmp_path: Path) -> None:
    """A known gap that is still listed although the scope is granted fails the run."""
    found = run(tmp_path, "-n", "0", gaps(tmp_path, QUIZ))

    assert found.code == 1, found.output
    assert found.not_granted == {}
    assert "it is granted now; remove it from the known gaps." in " ".join(found.output.split())


def test_a_known_gap_past_its_date_makes_the_run_red(tmp_path: Path) -> None:
    """A known gap expires."""
    found = run(tmp_path, "-n", "0", "--without-scope", QUIZ, gaps(tmp_path, QUIZ, "2020-01-01"))

    assert found.code == 1, found.output
    assert "only until 2020-01-01" in found.output


def test_a_baseline_tells_what_changed(tmp_path: Path) -> None:
    """The last run's scopes.json can be the baseline of the next run, in the same folder."""
    run(tmp_path, "-n", "0")
    found = run(tmp_path, "-n", "0", "--without-scope", PAGE, f"--canvas-baseline={tmp_path / 'scopes.json'}")

    assert found.code == 1, found.output
    assert f"newly failing:\n    {PAGE}\n      granted (exercised) -> missing" in found.output
    assert "| newly failing |" in (tmp_path / "scopes.md").read_text("utf-8")


def test_files_that_cannot_be_used_stop_the_run(tmp_path: Path) -> None:
    """Both are named before anything is sent: exit code 4."""
    found = run(tmp_path, "--canvas-known-gaps=nowhere.toml", "--canvas-baseline=nowhere.json")

    assert found.code == 4, found.output
    assert "CANVAS_KNOWN_GAPS" in found.output
    assert "CANVAS_BASELINE" in found.output
    assert not (tmp_path / "scopes.json").exists()
