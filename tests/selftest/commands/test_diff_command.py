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


def nights(folder: Path, *results: RunResult) -> list[Path]:
    """The scopes.json of runs in consecutive nights."""
    return [
        written(folder, f"night-{number}", replace(result, started_at=f"2026-11-0{number}T21:00:00Z"))
        for number, result in enumerate(results, 1)
    ]


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ((all_right(), all_right(), missing_on_key(PAGE)), 1),
        ((all_right(), missing_on_key(PAGE), missing_on_key(PAGE)), 0),
        ((missing_on_key(PAGE), all_right(), all_right()), 0),
    ],
    ids=["newly failing", "still failing", "passing again"],
)
def test_the_last_night_decides(tmp_path: Path, results: tuple[RunResult, ...], code: int) -> None:
    """With more than two runs of one Canvas: exit code 1 if the last fails what the one before it did not."""
    ran = run(tmp_path, "diff", *reversed(nights(tmp_path, *results)))

    assert ran.code == code
    assert ran.out.startswith("3 runs of school.test.instructure.com: 1 scope and 1 key check differ.\n")
    assert PAGE in ran.out


@pytest.mark.parametrize("first_is_right", [True, False])
def test_each_canvas_is_compared_with_the_first(tmp_path: Path, *, first_is_right: bool) -> None:
    """With several Canvases: exit code 1 if one fails what is right in the first."""
    right, wrong = all_right(), missing_on_key(PAGE)
    results = (right, wrong, right) if first_is_right else (wrong, right, right)
    targets = [replace(right.target, base_url=f"https://canvas-{number}.example") for number in range(3)]
    paths = [
        written(tmp_path, target.base_url[-9:-8], replace(result, target=target))
        for result, target in zip(results, targets, strict=True)
    ]
    ran = run(tmp_path, "diff", "--markdown", *paths)

    assert ran.code == (1 if first_is_right else 0)
    assert ran.out.startswith("## 3 runs: 1 scope and 1 key check differ.\n")


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_is_written_beside(tmp_path: Path, number: int) -> None:
    """With --html the output and the exit code are the same, and the page has a column for each run."""
    paths = nights(tmp_path, all_right(), missing_on_key(PAGE), all_right())[:number]
    page = tmp_path / "nights.html"
    ran, without = run(tmp_path, "diff", *paths, "--html", page), run(tmp_path, "diff", *paths)

    assert (ran.code, ran.out) == (without.code, without.out)
    assert page.read_text("utf-8").count('<th scope="col">') == number


def test_a_page_replaces_no_run(tmp_path: Path) -> None:
    """A forgotten name is not taken for that of a run, and a page that cannot be written is named: exit code 4."""
    paths = nights(tmp_path, all_right(), all_right())
    before = paths[0].read_text()
    forgotten = run(tmp_path, "diff", "--html", paths[0], *paths)
    nowhere = run(tmp_path, "diff", "--html", tmp_path / "nowhere" / "page.html", *paths)

    assert (forgotten.code, nowhere.code) == (4, 4)
    assert paths[0].read_text() == before
    assert "night-1.json does not end in .html" in forgotten.words
    assert "page.html cannot be written (No such file or directory)" in nowhere.words


def test_each_of_many_files_is_checked(tmp_path: Path) -> None:
    """One that is no scopes.json is refused by its name, and nothing is compared or written."""
    (tmp_path / "odd.json").write_text("{}")
    ran = run(tmp_path, "diff", *nights(tmp_path, all_right(), all_right()), tmp_path / "odd.json", "--html", "p.html")

    assert (ran.code, ran.out) == (4, "")
    assert "odd.json is not a scopes.json" in ran.err
    assert not Path("p.html").exists()
