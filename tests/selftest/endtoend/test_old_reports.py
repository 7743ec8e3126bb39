"""Nothing that an earlier run left is taken for a new result, and a run that tested nothing says so and why."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.report.files import WRITTEN
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.endtoend.runs import Finished, finish, leading_to, run, start
from tests.selftest.endtoend.test_one_token import with_grant
from tests.selftest.sandbox.watching import watching

OLD: Final = "All good, said an earlier run."
KEPT: Final = {
    "journal/1.jsonl": "a change to undo",
    "unrestored/page.json": "an old value",
    "history/allure.jsonl": "{}",
    "history/scopes.json": "{}",
    "allure-report/data.json": "not ours",
    "allure-results/theirs-result.json": '{"uuid": "1", "name": "another suite"}',
    "notes.txt": "mine",
    "bundle.json": "recorded on purpose",
}
"""What is no result of one run, or somebody else's."""
SECRET: Final = "1234~very-secret"


def with_old_reports(folder: Path) -> Path:
    """A report folder after an earlier run, with other files in it."""
    case = {"uuid": "0", "fullName": "tests.conformance.test_scopes#test_scope", "attachments": [{"source": "0.txt"}]}
    own = {**dict.fromkeys(WRITTEN, OLD), "allure-results/0-result.json": json.dumps(case), "allure-results/0.txt": OLD}
    for name, text in {**own, **KEPT}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    """All files by name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def assert_nothing_tested(found: Finished, code: int, *words: str) -> None:
    """The folder has pages with these words, no verdict for machines, and whatever is not a result."""
    left = texts(found.reports)
    pages = {name: left.pop(name) for name in ("scopes.html", "scopes.md", "ctrf.json")}

    assert found.code == code, found.output
    assert {name: text for name, text in left.items() if name != "junit.xml"} == KEPT
    assert OLD not in str(pages) + left.get("junit.xml", "")
    assert SECRET not in str(pages)
    assert pages["scopes.md"].startswith("# ? ")
    for page in pages.values():
        assert "Nothing was tested" in page
        for word in words:
            assert word in page.replace("\\", "").replace("<wbr>", "").replace("&#39;", "'")


@pytest.mark.parametrize(
    ("settings", "arguments", "word"),
    [
        ({"CANVAS_BASE_URL": "http://school.example"}, [], "plain http"),
        ({"CANVAS_BASE_URL": f"https://school.example/?access_token={SECRET}", "CANVAS_ACCESS_TOKEN": SECRET}, [],
         "CANVAS_BASE_URL"),
        ({}, ["--embedded", "color=blue"], "color"),
        ({}, ["--canvas-record=none/bundle.json"], "canvas-record is 'none/bundle.json'"),
        ({}, ["tests/conformance/test_nothing.py"], "test_nothing.py"),
        ({}, ["probe"], "'probe' is neither an option nor a file"),
    ],
    ids=["wrong", "secret", "state", "record", "no such test", "no such file"],
)  # fmt: skip
def test_refused(tmp_path: Path, settings: Mapping[str, str], arguments: list[str], word: str) -> None:
    """Exit code 4: what is wrong stands where the results would."""
    found = run(with_old_reports(tmp_path), "-n", "0", *arguments, settings=settings)

    assert_nothing_tested(found, 4, word)


def test_refused_by_the_guard(tmp_path: Path) -> None:
    """A course of another name than expected: exit code 4, and the page says which."""
    with EmbeddedCanvas(CanvasConfig(scopes=SCOPES)) as canvas:
        settings = {**leading_to(canvas), "CANVAS_SANDBOX_COURSE_NAME": "Another course"}
        found = run(with_old_reports(tmp_path), settings=settings)

    assert_nothing_tested(found, 4, "Sandbox guard", "Another course")


def test_interrupted_before_the_first_verdict(tmp_path: Path) -> None:
    """Ctrl-C while the key is still being asked about: exit code 2."""
    reports = with_old_reports(tmp_path / "reports")
    with watching() as canvas:
        held = canvas.hold("POST /login/oauth2/token")
        process = start(reports, "-n", "2", settings=with_grant(canvas))
        held.wait()
        process.send_signal(signal.SIGINT)
        held.release()
        found = finish(process, reports)

    assert_nothing_tested(found, 2, "interrupted")


def test_a_worker_dies_while_the_run_is_prepared(tmp_path: Path) -> None:
    """Workers start beside the preparation; without them there is no run: exit code 3, and what to do."""
    reports, left = with_old_reports(tmp_path / "reports"), tmp_path / "left"
    left.mkdir()
    with watching(latency_ms=100) as canvas:
        held = canvas.hold("POST /login/oauth2/token")
        settings = {**with_grant(canvas), "DIES_IN": str(left)}
        process = start(reports, "-n", "2", "-p", "tests.selftest.endtoend.dying", settings=settings)
        held.wait()
        while len(list(left.iterdir())) < 2:
            time.sleep(0.01)
        held.release()
        found = finish(process, reports)
        files = [file for file in canvas.canvas.tables.files.values() if file.workflow_state == "processed"]

    assert_nothing_tested(found, 3, "died while the run was being prepared", "-n 0 runs without")
    assert not [file for file in files if "lease" in file.display_name]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_broken(tmp_path: Path, workers: str) -> None:
    """An error in the suite itself: exit code 3, with its words but without the token in them."""
    with EmbeddedCanvas(CanvasConfig(scopes=SCOPES)) as canvas:
        settings = {**leading_to(canvas), "BROKEN_WITH": canvas.credentials.access_token}
        breaking = ["-p", "tests.selftest.endtoend.breaking"]
        found = run(with_old_reports(tmp_path), "-n", workers, *breaking, settings=settings)
        pages = [(tmp_path / name).read_text("utf-8") for name in ("scopes.html", "scopes.md")]

    assert found.code == 3, found.output
    for page in pages:
        assert "RuntimeError: broken with •••" in page
        assert canvas.credentials.access_token not in page
        assert OLD not in page
    assert not (tmp_path / "scopes.json").exists()


def test_a_run_that_tests_replaces_everything(tmp_path: Path) -> None:
    """Its own results alone are there, also in the Allure folder and JUnit file that options name."""
    reports, results, junit = tmp_path / "reports", tmp_path / "results", tmp_path / "junit.xml"
    with_old_reports(reports)
    (reports / "allure-results").rename(results)
    junit.write_text(f"<?xml version='1.0'?><testsuites><!-- {OLD} --></testsuites>")
    found = run(reports, "-n", "0", "-k", "quizzes", f"--alluredir={results}", f"--junitxml={junit}")

    assert found.code == 1, found.output
    assert OLD not in str(texts(tmp_path))
    assert (results / "theirs-result.json").exists()
    assert not (results / "0-result.json").exists()
    assert not (reports / "allure-report" / "index.html").exists()


def test_only_asking_removes_nothing(tmp_path: Path) -> None:
    """--collect-only and --help leave an earlier run's reports as they are."""
    before = texts(with_old_reports(tmp_path))
    asked = [run(tmp_path, option) for option in ("--collect-only", "--help")]

    assert [each.code for each in asked] == [0, 0], asked[0].output
    assert texts(tmp_path) == before
    assert run(tmp_path, "--collect-only", settings={"CANVAS_BASE_URL": "x"}).code == 4
    assert texts(tmp_path) == before


def test_a_file_that_an_option_names_by_mistake_stays(tmp_path: Path) -> None:
    """Refused settings remove no file that is not a report, whatever --junitxml or --canvas-record names."""
    mine = tmp_path / "mine.xml"
    mine.write_text("<?xml version='1.0'?><mine/>")
    wrong = {"CANVAS_BASE_URL": "x"}
    found = run(tmp_path / "reports", f"--junitxml={mine}", f"--canvas-record={mine}", settings=wrong)

    assert found.code == 4
    assert mine.read_text() == "<?xml version='1.0'?><mine/>"
