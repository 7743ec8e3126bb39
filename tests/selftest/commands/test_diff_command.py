"""`python -m scopecheck diff`: what changed between two runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scopecheck.model.verdict import RunResult
from scopecheck.report.scopes_json import encode
from scopecheck.report.subject import Subject
from tests.selftest.commands.running import run
from tests.selftest.report.examples import ALLY, PAGE, QUIZ, all_right, missing_on_key, outage


def written(folder: Path, name: str, result: RunResult) -> Path:
    """The scopes.json of a run."""
    path = folder / f"{name}.json"
    path.write_text(encode(Subject(ALLY, result).document))
    return path


def test_nothing_changed(tmp_path: Path) -> None:
    """Two equal runs: exit code 0, even if both failed."""
    for result in (all_right(), missing_on_key(PAGE)):
        path = written(tmp_path, "a", result)
        ran = run(tmp_path, "diff", path, path)

        assert (ran.code, ran.out) == (0, "Changes since 2026-11-23T21:00:00Z: none.\n")


def test_newly_failing_scopes_fail(tmp_path: Path) -> None:
    """A scope that is no longer granted: exit code 1, and the scope is named with before and after."""
    ran = run(tmp_path, "diff", written(tmp_path, "a", all_right()), written(tmp_path, "b", missing_on_key(PAGE)))

    assert ran.code == 1
    assert f"newly failing:\n    {PAGE}\n      granted (exercised) -> missing (scope-missing-on-key)\n" in ran.out


def test_newly_passing_scopes_do_not_fail(tmp_path: Path) -> None:
    """The other way round: exit code 0."""
    ran = run(tmp_path, "diff", written(tmp_path, "a", missing_on_key(PAGE)), written(tmp_path, "b", all_right()))

    assert ran.code == 0
    assert "newly passing:" in ran.out


def test_failing_in_another_way_does_not_fail(tmp_path: Path) -> None:
    """From missing to unproved, nothing got worse."""
    everything = missing_on_key(*[result.scope for result in all_right().scopes])
    everything = replace(everything, key=outage().key)
    ran = run(tmp_path, "diff", written(tmp_path, "a", everything), written(tmp_path, "b", outage()))

    assert ran.code == 0
    assert "changed:" in ran.out


def test_a_scope_that_is_no_longer_tested_fails(tmp_path: Path) -> None:
    """A run with a filter does not hide what it left out."""
    fewer = replace(all_right(), scopes=all_right().scopes[1:])
    ran = run(tmp_path, "diff", written(tmp_path, "a", all_right()), written(tmp_path, "b", fewer))

    assert ran.code == 1
    assert "granted (exercised) -> not tested" in ran.out


@pytest.mark.parametrize("older_first", [True, False])
def test_a_scope_is_the_same_under_its_other_name(tmp_path: Path, *, older_first: bool) -> None:
    """A profile that has the older name for a page, and one that has the newer: nothing changed, or one scope did."""
    newer, older = written(tmp_path, "a", all_right()), written(tmp_path, "b", all_right())
    older.write_text(older.read_text().replace(":url_or_id", ":url"))
    lacking = written(tmp_path, "c", missing_on_key(PAGE))
    pair = (older, newer) if older_first else (newer, older)
    worse = run(tmp_path, "diff", older, lacking)

    assert run(tmp_path, "diff", *pair).out == "Changes since 2026-11-23T21:00:00Z: none.\n"
    assert worse.code == 1
    assert worse.out.count(PAGE) == 1
    assert ":url\n" not in worse.out


def test_one_scope_under_two_names_is_no_run(tmp_path: Path) -> None:
    """A run judges each route once."""
    path = written(tmp_path, "a", all_right())
    path.write_text(path.read_text().replace(QUIZ, PAGE.replace("_or_id", "")))
    ran = run(tmp_path, "diff", path, path)

    assert ran.code == 4
    assert "twice" in ran.err


def test_markdown(tmp_path: Path) -> None:
    """With --markdown the output suits a job summary."""
    paths = written(tmp_path, "a", all_right()), written(tmp_path, "b", missing_on_key(PAGE))
    ran = run(tmp_path, "diff", "--markdown", *paths)

    assert ran.code == 1
    assert ran.out.startswith("## Changes since 2026-11-23T21:00:00Z\n")
    assert "| newly failing |" in ran.out


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"schema": 2}'])
def test_files_that_are_no_scopes_json(text: str, tmp_path: Path) -> None:
    """Such a file is a wrong setting, and if both are wrong both are named."""
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text)
    ran = run(tmp_path, "diff", wrong, tmp_path / "absent.json")

    assert ran.code == 4
    assert ran.out == ""
    assert "wrong.json is not a scopes.json" in ran.err
    assert (
        "absent.json does not exist: a run that tests nothing leaves none, and scopes.md beside it says why" in ran.err
    )
