"""What the controller adds to a folder of Allure results, and the configuration of the report."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scopecheck.model.causes import CAUSES
from scopecheck.model.known_gap import Gap
from scopecheck.model.verdict import RunResult, Verdict
from scopecheck.pytest_plugin import allure_leftovers, allure_results
from scopecheck.pytest_plugin.crash import crashed
from scopecheck.report import HTML
from scopecheck.report.allure.config import allure_config
from scopecheck.report.facts import facts
from scopecheck.report.known_gaps import find_gaps
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import (
    ALLY,
    EXAMPLES,
    PAGE,
    QUIZ,
    SCOPES,
    all_right,
    missing_on_key,
    two_things_wrong,
    with_scopes,
)
from tests.selftest.report.replaying import replayed


def results(folder: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("*-result.json")]
    return {case["name"]: case for case in found}


def test_a_crashed_case_gets_a_substitute(tmp_path: Path) -> None:
    """A case that was lost with its worker appears as broken, with what to do."""
    last_words = "worker 'gw0' crashed while running test_scope"
    run = with_scopes(all_right(), lambda row: crashed(row, last_words) if str(row.scope) == PAGE else None)
    with replayed(Subject(ALLY, run)) as folder:
        whole = results(folder / "allure-results")[PAGE]

    allure_results.complete(tmp_path, Subject(ALLY, run), tmp_path / HTML)
    case = results(tmp_path)[PAGE]

    assert case["status"] == "broken"
    assert last_words in case["statusDetails"]["message"]
    assert "run with -n 0" in case["description"]
    assert {"name": "feature", "value": "Pages"} in case["labels"]
    for field in ("historyId", "testCaseId", "fullName", "titlePath", "links"):
        assert case[field] == whole[field]


def test_a_verdict_outlives_its_worker(tmp_path: Path) -> None:
    """A verdict that reached the controller before its worker crashed is kept, even without the worker's own file."""
    run = two_things_wrong()
    allure_results.complete(tmp_path, Subject(ALLY, run), tmp_path / HTML)
    found = results(tmp_path)

    assert {name for name, case in found.items() if case["status"] == "failed"} == {
        result.scope for result in run.scopes if result.verdict is not Verdict.GRANTED
    }
    assert found[SCOPES[0]]["status"] == "passed"


def test_no_case_is_written_twice() -> None:
    """Each case is there once, even if its verdict is that it crashed."""
    with replayed(Subject(ALLY, two_things_wrong())) as folder:
        before = sorted(path.name for path in (folder / "allure-results").glob("*-result.json"))
        allure_results.complete(folder / "allure-results", Subject(ALLY, two_things_wrong()), folder / HTML)
        after = sorted(path.name for path in (folder / "allure-results").glob("*-result.json"))

    assert before == after


def test_a_known_gap_is_known_to_allure() -> None:
    """A known gap stays failed, marked as known, with its reason; other failures are not marked."""
    run = missing_on_key(PAGE, QUIZ)
    gap = Gap(QUIZ, Verdict.MISSING, "no *quizzes* here", date(2027, 1, 1))
    with replayed(Subject(ALLY, run, find_gaps((gap,), run, date(2026, 1, 1)))) as folder:
        found = results(folder / "allure-results")

    assert found[QUIZ]["status"] == "failed"
    assert found[QUIZ]["statusDetails"]["known"] is True
    assert found[QUIZ]["description"].startswith(r"Known gap until 2027-01-01: no \*quizzes\* here")
    assert "known" not in found[PAGE]["statusDetails"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_red_case_has_one_category(name: str) -> None:
    """Each failed or broken case is in one category, by verdict and cause; Allure 3 matches labels."""
    run = EXAMPLES[name]()
    rules = allure_config(Subject(ALLY, run).document, Path("reports"))["categories"]
    with replayed(Subject(ALLY, run)) as folder:
        found = results(folder / "allure-results").values()

    for case in found:
        labels = {label["name"]: label["value"] for label in case["labels"]}
        matching = [rule for rule in rules if rule["matchers"]["labels"].items() <= labels.items()]
        assert len(matching) == (case["status"] in {"failed", "broken"})
        if matching:
            assert matching[0]["name"].endswith(CAUSES[labels["cause"]].means)


def test_only_own_results_are_removed() -> None:
    """Of an earlier run's results nothing gets into the report, and another suite's results stay as they are."""
    with replayed(Subject(ALLY, two_things_wrong())) as folder:
        own = folder / "allure-results"
        assert len(list(own.iterdir())) > 39
        case = {"uuid": "1", "historyId": "x", "testCaseId": "x", "labels": [{"name": "epic", "value": "Shop"}],
                "attachments": [{"name": "scopes.html", "source": "1-attachment.txt"}]}  # fmt: skip
        others = {
            "1-result.json": json.dumps(case),
            "1-container.json": json.dumps({"uuid": "2", "children": ["1"]}),
            "1-attachment.txt": "kept",
            "2-result.json": "not JSON",
            "executor.json": "{}",
        }
        for name, text in others.items():
            (own / name).write_text(text, "utf-8")
        allure_leftovers.remove_own(own)

        assert {path.name: path.read_text("utf-8") for path in own.iterdir()} == others


@pytest.mark.parametrize("name", ["categories.json", "environment.properties"])
def test_another_suites_files_about_its_run_stay(tmp_path: Path, name: str) -> None:
    """They are told from this suite's by their content."""
    (tmp_path / name).write_text('[{"name": "Flaky"}]')
    allure_leftovers.remove_own(tmp_path)

    assert (tmp_path / name).exists()


def test_a_missing_folder_has_nothing_to_remove(tmp_path: Path) -> None:
    """The first run finds no results."""
    allure_leftovers.remove_own(tmp_path / "none")

    assert not (tmp_path / "none").exists()


def test_environment_names_the_target(tmp_path: Path) -> None:
    """Target, age, key, user, mode and profile are in a properties file that any reader can parse."""
    run = all_right()
    target = replace(run.target, canvas_version="later than spring 2022", user_id="10000000000101")
    allure_results.complete(tmp_path, Subject(ALLY, replace(run, target=target)), tmp_path / HTML)
    lines = (tmp_path / "environment.properties").read_text("ascii").splitlines()
    pairs = dict(line.split(" = ", 1) for line in lines)

    assert lines[0] == r"Canvas\ scopes = All good: Anthology Ally has all 31 scopes it needs."
    assert pairs["Canvas"] == "https://school.test.instructure.com"
    assert pairs["Mode"] == "exercise"
    assert pairs["Profile"] == "Anthology Ally (ally)"
    assert pairs[r"Developer\ key\ ID"] == "10000000000042"
    assert pairs[r"Canvas\ version"] == "later than spring 2022"
    assert pairs[r"Token's\ user"] == "10000000000101"


@pytest.mark.parametrize(
    ("client_id", "key_id", "told"),
    [
        ("42", "10000000000042", {"Developer key ID": "42"}),
        (None, "10000000000042", {"Developer key ID": "10000000000042"}),
        ("42", "10000000000007", {"Developer key ID": "42", "Token issued by key": "10000000000007"}),
        ("42", None, {"Developer key ID": "42"}),
    ],
)
def test_the_key_is_named_by_the_settings_or_else_by_canvas(
    client_id: str | None, key_id: str | None, told: dict[str, str]
) -> None:
    """Where the token is another key's, that key stands beside it."""
    run = all_right()
    found = facts(Subject(ALLY, replace(run, target=replace(run.target, client_id=client_id, key_id=key_id))))

    assert {name: value for name, value in found if "key" in name} == told


def test_the_report_is_one_file_with_a_history() -> None:
    """The report opens from disk, and trends cover a limited number of runs."""
    config = allure_config(Subject(ALLY, all_right()).document, Path("reports"))

    assert config["plugins"]["awesome"]["options"]["singleFile"] is True
    assert config["historyPath"].startswith("reports/history")
    assert 0 < config["historyLimit"] < 100
    assert config["name"] == "Canvas scopes for ally: conformant"


def test_substitutes_alone_make_a_whole(tmp_path: Path) -> None:
    """Even if all workers crashed, every scope is there."""
    run: RunResult = with_scopes(all_right(), lambda row: crashed(row, "gone"))
    allure_results.complete(tmp_path, Subject(ALLY, run), tmp_path / HTML)

    assert sorted(results(tmp_path)) == sorted(SCOPES)
