"""A fleet in this process: what each target's process is given, what is read from its folder, and the overview."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from scopecheck.config.targets_file import Target
from scopecheck.fleet.process import LOG, Start
from scopecheck.fleet.runs import Fleet, Orders, claims_of, limit_of
from scopecheck.model.fleet_document import FleetDocument
from scopecheck.report.fleet.text import ended_line, summary
from scopecheck.report.scopes_json import encode
from scopecheck.report.subject import Subject
from tests.selftest.report.examples import ALLY, two_things_wrong

HOST = {"CANVAS_BASE_URL": "https://a.test"}
SECRETS = {"A_TOKEN": "value-of-a-token", "B_TOKEN": "value-of-b-token", "LC_SECRET": "value-of-lc-secret"}
DOCUMENT = encode(Subject(ALLY, two_things_wrong()).document)
OLD = "an older run's"


@dataclass
class Done:
    """A process that has ended with this exit code."""

    code: int

    def poll(self) -> int:
        return self.code

    def signal(self, step: int) -> None:
        raise AssertionError(f"step {step} to end what has ended")


def target(name: str, settings: Mapping[str, str] = HOST, **secrets: str) -> Target:
    return Target(name, name, settings, secrets or {"CANVAS_ACCESS_TOKEN": "A_TOKEN"})


Does = Callable[[Start], int]


def fleet(
    reports: Path, targets: list[Target], does: Does, environment: Mapping[str, str] | None = None, **more: object
) -> FleetDocument:
    """A fleet whose processes do this, and end with its exit code."""
    orders = {"reports": reports, "folder": reports, "command": ["run"], "jobs": 2, "secrets": SECRETS, **more}
    given = Orders(targets=targets, environment=environment or {}, **orders)  # type: ignore[arg-type]
    return Fleet(given, lambda _: None, launch=lambda start: Done(does(start))).run()


def test_no_process_is_given_anothers_secrets(tmp_path: Path) -> None:
    """Its environment has what any process needs, its own settings, and its own secrets under the settings' names."""
    starts: dict[str, Start] = {}
    environment = {
        **SECRETS,
        "PATH": "/bin", "LC_ALL": "C", "https_proxy": "http://proxy", "SystemRoot": "C:", "AWS_SECRET": "other",
        "CANVAS_ADMIN_TOKEN": "the caller's", "CANVAS_MODE": "probe", "PYTEST_ADDOPTS": "-x", "GITHUB_ACTIONS": "true",
    }  # fmt: skip

    def does(start: Start) -> int:
        starts[start.folder.name] = start
        return 0

    targets = [target("a"), target("b", CANVAS_ACCESS_TOKEN="B_TOKEN", CANVAS_ADMIN_TOKEN="LC_SECRET")]
    fleet(tmp_path, targets, does, environment)
    common = {
        "PATH": "/bin", "LC_ALL": "C", "https_proxy": "http://proxy", "SystemRoot": "C:", **HOST,
        "CANVAS_REQUIRED": "true", "PYTHON_DOTENV_DISABLED": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip

    assert starts["a"].environment == {
        **common, "CANVAS_REPORTS": str(tmp_path / "a"), "CANVAS_ACCESS_TOKEN": "value-of-a-token",
    }  # fmt: skip
    assert starts["b"].environment == {
        **common, "CANVAS_REPORTS": str(tmp_path / "b"), "CANVAS_ACCESS_TOKEN": "value-of-b-token",
        "CANVAS_ADMIN_TOKEN": "value-of-lc-secret",
    }  # fmt: skip
    assert {word for start in starts.values() for word in start.command} == {"run"}


def test_a_preflight_is_given_no_secret(tmp_path: Path) -> None:
    """It needs none, so one that is not set stops nothing."""
    given: list[str] = []

    def does(start: Start) -> int:
        given.extend(start.environment.values())
        return 0

    found = fleet(tmp_path, [target("a"), target("b", CANVAS_ACCESS_TOKEN="UNSET")], does, SECRETS, preflight=True)

    assert not set(given) & set(SECRETS.values())
    assert [each.exit_code for each in found.targets] == [0, 0]


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 0), 0), ((0, 1), 1), ((1, 2), 2), ((2, 4, 1), 4), ((4, 3, 2), 3)],
)
def test_one_exit_code_for_all(tmp_path: Path, codes: tuple[int, ...], code: int) -> None:
    """3 if any target had 3, else 4, else 2, else 1, else 0."""
    found = fleet(tmp_path, [target(str(each)) for each in codes], lambda start: int(start.folder.name))

    assert found.exit_code == code


def test_what_each_target_left_is_read(tmp_path: Path) -> None:
    """Verdicts from its document; where it judged nothing, why, from its log; never anything of an earlier run."""
    for name in ("silent", "wrong", "unset"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scopes.json").write_text(DOCUMENT)
        for file in ("scopes.html", LOG):
            (tmp_path / name / file).write_text(OLD)

    def does(start: Start) -> int:
        name = start.folder.name
        if name == "missing":
            (start.folder / "scopes.json").write_text(DOCUMENT)
            (start.folder / "scopes.html").write_text("its page")
        elif name == "wrong":
            (start.folder / LOG).write_text("ERROR: wrong\n- CANVAS_X is value-of-a-token; set it.\n- More.\n")
        return {"missing": 1, "wrong": 4, "silent": 3}[name]

    targets = [*(target(name) for name in ("missing", "wrong", "silent")), target("unset", CANVAS_ACCESS_TOKEN="NONE")]
    found = fleet(tmp_path, targets, does)
    missing, wrong, silent, unset = found.targets

    assert (missing.page, missing.conformant, missing.counts) == (
        "missing/scopes.html", False, json.loads(DOCUMENT)["counts"],
    )  # fmt: skip
    assert missing.remedy is not None
    assert missing.remedy in json.dumps(json.loads(DOCUMENT), ensure_ascii=False)
    assert wrong.headline == "CANVAS_X is •••; set it."
    assert silent.headline == "It printed nothing."
    assert unset.exit_code == 4
    assert unset.headline.startswith("NONE is not set, but CANVAS_ACCESS_TOKEN of this target is taken from it; set it")
    for each in (wrong, silent, unset):
        folder = tmp_path / each.folder
        assert (each.conformant, each.counts, each.page) == (None, None, f"{each.folder}/scopes.html")
        assert not (folder / "scopes.json").exists()
        assert OLD not in (folder / "scopes.html").read_text()
    page, matrix = (tmp_path / "index.html").read_text(), (tmp_path / "matrix.html").read_text()
    assert all(f'href="{each.page}"' in page for each in found.targets)
    assert "Exit code 4: CANVAS_X is" in matrix
    assert json.loads((tmp_path / "fleet.json").read_text())["targets"][1]["headline"] == wrong.headline
    lines = [*summary(found).splitlines(), *(ended_line(each, 1, 4, preflight=False) for each in found.targets)]
    assert max(map(len, lines)) <= 80


def test_a_folder_that_cannot_be_one_stops_no_other(tmp_path: Path) -> None:
    """That target has a wrong setting, and the other runs."""
    (tmp_path / "a").write_text("somebody's file")
    found = fleet(tmp_path, [target("a"), target("b")], lambda _: 0)

    assert [each.exit_code for each in found.targets] == [4, 0]
    assert "cannot be used as a folder for reports (File exists)" in found.targets[0].headline
    assert (tmp_path / "a").read_text() == "somebody's file"


def test_markup_in_a_name_is_text(tmp_path: Path) -> None:
    """What people write into the file cannot change the page."""
    fleet(tmp_path, [Target("<b>&", "b", HOST, {})], lambda _: 0)

    assert "&lt;b&gt;&amp;" in (tmp_path / "index.html").read_text()
    assert "<b>" not in (tmp_path / "index.html").read_text() + (tmp_path / "matrix.html").read_text()


def test_what_took_longest_is_started_first_the_next_time(tmp_path: Path) -> None:
    """The times are in fleet.json; a file that is something else is as none."""
    started: list[str] = []

    def does(start: Start) -> int:
        started.append(start.folder.name)
        return 0

    (tmp_path / "fleet.json").write_text("{}")
    fleet(tmp_path, [target("a"), target("b")], does)
    document = json.loads((tmp_path / "fleet.json").read_text())
    for each, seconds in zip(document["targets"], (1.0, 2.0), strict=True):
        each["duration_s"] = seconds
    (tmp_path / "fleet.json").write_text(json.dumps(document))
    fleet(tmp_path, [target("a"), target("b")], does)

    assert started == ["a", "b", "b", "a"]


def test_one_course_and_one_refresh_token_are_used_by_one_run_at_a_time() -> None:
    """However the host is written; another Canvas's course of the same number is another."""
    course = {"CANVAS_BASE_URL": "https://A.test/", "CANVAS_SANDBOX_COURSE_ID": "7"}
    token = {"CANVAS_REFRESH_TOKEN": "value-of-a-token"}
    one = claims_of(target("1", course), token)

    assert one & claims_of(target("2", {**course, "CANVAS_BASE_URL": "https://a.test"}), {})
    assert one & claims_of(target("2", HOST), token)
    assert not one & claims_of(target("2", {**course, "CANVAS_BASE_URL": "https://b.test"}), token)
    assert not claims_of(target("1"), {})


@pytest.mark.parametrize(
    ("settings", "secret", "seconds"),
    [
        ({}, "CANVAS_ACCESS_TOKEN", 960),
        ({}, "CANVAS_REFRESH_TOKEN", 1560),
        ({"CANVAS_RUN_SECONDS": "60", "CANVAS_LEASE_WAIT_SECONDS": "0"}, "CANVAS_ACCESS_TOKEN", 360),
        ({"CANVAS_RUN_SECONDS": "x"}, "CANVAS_ACCESS_TOKEN", 960),
    ],
)
def test_a_target_is_ended_when_it_must_be_hanging(settings: dict[str, str], secret: str, seconds: float) -> None:
    """After all that its settings let it take: run, waiting, clean-up before and after, and a minute."""
    assert limit_of(target("a", settings, **{secret: "A_TOKEN"})) == seconds
