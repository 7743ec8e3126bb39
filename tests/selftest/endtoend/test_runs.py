"""The conformance run as a user sees it: exit code, table, scopes.json, JUnit and Allure, and that they agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.report.headline import DEMONSTRATION
from tests.selftest.embedded_canvas.driver import SCOPES
from tests.selftest.endtoend.runs import ROOT, Finished, environment, leading_to, run
from tests.selftest.exercises.live_reads import READ

PAGES_PUT = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"
CHECKS = 9


def agree(found: Finished) -> None:
    """Check that every report says the same about every scope."""
    verdicts = found.verdicts
    junit = {name: outcome for name, outcome in found.junit.items() if name.startswith("test_scope[")}
    allure = {name: result["status"] for name, result in found.allure.items() if name in verdicts}
    status = {"granted": "passed", "missing": "failed", "misconfigured": "failed", "unproved": "broken"}

    assert list(verdicts) == list(SCOPES)
    assert junit == {
        f"test_scope[{scope}]": "passed" if verdict == "granted" else "failed" for scope, verdict in verdicts.items()
    }
    assert allure == {scope: status[verdict] for scope, verdict in verdicts.items()}
    assert len(found.junit) == len(found.allure) == len(SCOPES) + CHECKS
    counts = {verdict: sum(v == verdict for v in verdicts.values()) for verdict in status}
    assert found.document["counts"] == counts
    table = re.findall(r"^[✓✗!?] (\w+) +(?:exercised|probed)?\s*(?:GET|PUT|POST|DELETE) /", found.output, re.MULTILINE)
    assert table == list(verdicts.values())


@pytest.mark.parametrize("workers", ["0", "4"])
def test_all_right(tmp_path: Path, workers: str) -> None:
    """Out of the box all 31 scopes are exercised and granted: exit code 0."""
    found = run(tmp_path, "-n", workers, fresh=True)

    assert found.code == 0, found.output
    agree(found)
    assert {row["proof"] for row in found.document["scopes"]} == {"exercised"}
    assert found.document["conformant"] is True
    assert found.document["target"]["embedded"] is True
    assert found.document["cleanup"]["failed"] == []
    assert found.output.startswith(DEMONSTRATION)
    headline = f"{DEMONSTRATION} All 31 scopes are granted; the role's other permissions were not read."
    assert found.document["headline"] == headline


@pytest.mark.parametrize("workers", ["0", "4"])
def test_one_scope_missing(tmp_path: Path, workers: str) -> None:
    """A key without one scope gives exactly one red scope, with its section, its box and what to do: exit code 1."""
    found = run(tmp_path, "-n", workers, "--without-scope", PAGES_PUT)

    assert found.code == 1, found.output
    agree(found)
    assert found.not_granted == {PAGES_PUT: ("missing", "scope-missing-on-key")}
    remedy = next(row["remedy"] for row in found.document["scopes"] if row["scope"] == PAGES_PUT)
    assert "section Pages" in remedy
    assert PAGES_PUT in remedy
    assert f"[ ] {PAGES_PUT}" in found.output
    labels = {label["name"]: label["value"] for label in found.allure[PAGES_PUT]["labels"]}
    assert labels["feature"] == "Pages"
    assert labels["verdict"] == "missing"
    assert labels["cause"] == "scope-missing-on-key"


def test_probe_mode(tmp_path: Path) -> None:
    """Probe mode judges all 31 scopes, and no write changes anything, according to Canvas's own log."""
    with EmbeddedCanvas(CanvasConfig(scopes=SCOPES)) as canvas:
        found = run(tmp_path, "-n", "2", "--canvas-mode=probe", settings=leading_to(canvas))
        changing = [write for write in canvas.tables.writes if write.changed]

    assert found.code == 0, found.output
    agree(found)
    exercised = {row["scope"] for row in found.document["scopes"] if row["proof"] == "exercised"}
    assert exercised == READ
    assert changing == []
    tried = re.search(
        r"scope check; 10 writes( and \d+ reads?)? were not tried \(probe mode\)", found.document["headline"]
    )
    assert tried
    assert "emonstration" not in found.output


def test_probe_is_the_mode_without_a_sandbox_course(tmp_path: Path) -> None:
    """With a Canvas and no sandbox course, the run probes; it names what it ignores in the environment."""
    with EmbeddedCanvas(CanvasConfig(scopes=SCOPES)) as canvas:
        settings = {**leading_to(canvas, sandbox=False), "CANVAS_API_KEY": "another-program-s"}
        found = run(tmp_path, "-n", "2", settings=settings)

    assert found.code == 0, found.output
    said = "Ignored in the environment, since these are not settings: CANVAS_API_KEY."
    assert " ".join(found.output.split()).count(said) == 1
    assert "another-program-s" not in found.output
    assert found.document["mode"] == "probe"
    agree(found)


@pytest.mark.parametrize("workers", ["0", "4"])
def test_content_is_as_before(tmp_path: Path, workers: str) -> None:
    """After a run in exercise mode the course has the same content as before, although the run did write."""
    with EmbeddedCanvas(CanvasConfig(scopes=SCOPES)) as canvas:
        before = canvas.tables.digest()
        found = run(tmp_path, "-n", workers, settings=leading_to(canvas))
        after, writes = canvas.tables.digest(), [write for write in canvas.tables.writes if write.changed]

    assert found.code == 0, found.output
    assert after == before
    assert len(writes) >= len([scope for scope in SCOPES if not scope.startswith("url:GET")])
    assert found.document["cleanup"]["restored"] >= 8


def test_a_key_that_enforces_nothing_is_red(tmp_path: Path) -> None:
    """With a key that does not enforce scopes all 31 endpoints work, but the run is still red."""
    found = run(tmp_path, "--embedded", "enforce_scopes=false")

    assert found.code == 1, found.output
    assert found.not_granted == {}
    failed = [row["check"] for row in found.document["key"] if row["verdict"] == "failed"]
    assert failed == ["scopes-enforced"]


def test_a_dead_token_is_said_once(tmp_path: Path) -> None:
    """With a dead token all 31 scopes are unproved, for one cause that the run reports once."""
    found = run(tmp_path, "--embedded", "token_state=revoked")

    assert found.code == 1, found.output
    assert {verdict for verdict, _ in found.not_granted.values()} == {"unproved"}
    assert {cause for _, cause in found.not_granted.values()} == {"token-killed-by-scope-removal"}
    assert found.output.count("A new token is needed") == 1


def test_a_filter_that_selects_nothing(tmp_path: Path) -> None:
    """A filter that selects no case is not a green run."""
    found = run(tmp_path, "-k", "no_such_case")

    assert found.code == 1, found.output
    assert found.document["conformant"] is False


def test_a_filter_that_selects_some(tmp_path: Path) -> None:
    """A filter limits what is judged, and the run is not conformant."""
    found = run(tmp_path, "-n", "0", "-k", "test_scope and quizzes")

    assert found.code == 1, found.output
    assert len(found.verdicts) == 3
    assert set(found.verdicts.values()) == {"granted"}
    assert found.document["conformant"] is False
    part = "Only 3 of 31 scopes were tested (-k test_scope and quizzes), so the run is not conformant: 3 granted."
    assert found.document["headline"] == f"{DEMONSTRATION} {part}"


def test_a_case_that_is_left_out_by_name_is_a_filter(tmp_path: Path) -> None:
    """--deselect limits what is judged, too."""
    left_out = f"tests/conformance/test_scopes.py::test_scope[{SCOPES[0]}]"
    found = run(tmp_path, "-n", "0", "--deselect", left_out)

    assert found.code == 1, found.output
    assert "Only 30 of 31 scopes were tested (--deselect)" in found.document["headline"]


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(("plugin", "file"), [("junitxml", "junit.xml"), ("allure_pytest", "allure-results")])
def test_a_run_does_without_a_plugin_for_reports(tmp_path: Path, workers: str, plugin: str, file: str) -> None:
    """Whoever switches JUnit or Allure off gets all other reports."""
    found = run(tmp_path, "-n", workers, "-p", f"no:{plugin}", "-k", "accounts")

    assert found.code == 1, found.output
    assert "Only 5 of 31 scopes were tested" in found.document["headline"]
    assert (tmp_path / "scopes.html").exists()
    assert not (tmp_path / file).exists()


@pytest.mark.parametrize(
    ("options", "state", "first", "named"),
    [
        (["-n0", "-x"], f"missing_on_token={SCOPES[3]}", "Only ", "-x (--maxfail=1)"),
        (["-n0", "-x"], "token_state=expired", "No scope was tested, so", "-x (--maxfail=1)"),
        (["-n2", "--maxfail=1"], f"missing_on_key={SCOPES[3]}", "", "-x (--maxfail=1)"),
        (["-n0", "--stepwise"], "token_state=expired", "No scope was tested, so", "--stepwise"),
        (["-n2", "--stepwise"], f"missing_on_token={SCOPES[3]}", "", "--stepwise"),
    ],
)
def test_stopping_at_the_first_failure_is_not_green(
    tmp_path: Path, options: list[str], state: str, first: str, named: str
) -> None:
    """It still writes all reports, is no success and no interruption, and is said together with what failed."""
    found = run(tmp_path, "-o", f"cache_dir={tmp_path / 'cache'}", *options, "--embedded", state)

    assert found.code == 1, found.output
    assert found.document["conformant"] is False
    assert found.document["headline"].startswith(f"{DEMONSTRATION} {first}")
    assert "failed" in found.document["headline"] or "scope missing" in found.document["headline"]
    said = " ".join(found.output.split())
    assert f"Option {named} ended the run before all scopes were tested. Run without it to test all." in said
    assert "it was interrupted" not in said
    assert "Interrupted: restoring" not in said


@pytest.mark.parametrize(
    ("settings", "arguments", "said"),
    [
        ({"CANVAS_BASE_URL": "canvas"}, [], "CANVAS_BASE_URL is 'canvas'"),
        ({"CANVAS_BASE_URL": "http://school.instructure.com"}, [], "plain http"),
        ({"CANVAS_BASE_URL": "https://school.instructure.com"}, [], "Neither CANVAS_ACCESS_TOKEN nor"),
        ({}, ["--canvas-profile=nosuch"], "the profile does not exist"),
        ({}, ["--canvas-mode=look"], "CANVAS_MODE is 'look'"),
        ({}, ["--without-scope", "url:GET|/api/v1/nothing"], "--without-scope names"),
        ({}, ["--embedded", "color=blue"], "color"),
        (
            {"CANVAS_BASE_URL": "https://a.test", "CANVAS_ACCESS_TOKEN": "t"},
            ["--embedded", "key_state=off"],
            "omit them",
        ),
        ({}, ["--canvas-required=true"], "CANVAS_BASE_URL is not set, but CANVAS_REQUIRED is true"),
        ({"CANVAS_BASEURL": "https://a.test"}, [], "did you mean CANVAS_BASE_URL?"),
    ],
)
def test_wrong_settings(tmp_path: Path, settings: dict[str, str], arguments: list[str], said: str) -> None:
    """Wrong settings are reported in words before any request, with exit code 4."""
    found = run(tmp_path, *arguments, settings=settings)

    assert found.code == 4, found.output
    assert said in found.output
    assert "Traceback" not in found.output
    assert not (tmp_path / "scopes.json").exists()


def test_a_run_outlasts_whoever_reads_its_output(tmp_path: Path) -> None:
    """As with `| head -1`: it goes on to its end, and its reports and exit code are those of any other."""
    command = [sys.executable, "-m", "pytest", "-n", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
        code = process.wait()

    found = Finished(code, "", tmp_path)
    assert (code, found.document["conformant"]) == (0, True)
    assert set(found.junit.values()) == {"passed"}
