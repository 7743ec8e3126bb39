"""`python -m scopecheck sandbox create`: a sandbox course that a run can exercise, and its lines for `.env`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from tests.selftest.commands.sandboxing import sandbox, settings_in
from tests.selftest.endtoend import runs

LINES = re.compile(
    r"CANVAS_SANDBOX_COURSE_ID=(\d+)\nCANVAS_SANDBOX_COURSE_NAME=(Scope check sandbox scopecheck-\d{8}T\d{6}-\w{4})\n"
)
TRACKS = "/api/v1/media_objects/:media_object_id/media_tracks"
NEED_MEDIA = {"url:PUT|/api/v1/media_objects/:media_object_id", f"url:GET|{TRACKS}", f"url:PUT|{TRACKS}"}


def test_its_lines_are_printed_and_written(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """They name the new course as Canvas does, and after a yes they are in `.env`."""
    ran = sandbox(tmp_path, "create", typed="y\n")
    (number, name), *others = LINES.findall(ran.out)

    assert (ran.code, others) == (0, [])
    assert administered.tables.courses[int(number)].name == name
    assert settings_in(tmp_path) == {"CANVAS_SANDBOX_COURSE_ID": number, "CANVAS_SANDBOX_COURSE_NAME": name}
    assert f"Written to {tmp_path / '.env'}. Next: run scripts/check" in ran.out


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "n\n"])
def test_nothing_is_written_without_a_yes(administered: EmbeddedCanvas, tmp_path: Path, typed: str) -> None:
    """The lines are still printed, and the sandbox stays."""
    ran = sandbox(tmp_path, "create", typed=typed)

    assert ran.code == 0
    assert LINES.search(ran.out)
    assert "Nothing was written." in ran.out
    assert not (tmp_path / ".env").exists()
    assert len(administered.tables.courses) == 7


def test_a_course_in_env_is_replaced_by_name(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """The question names the course that the lines would replace; everything else in `.env` stays."""
    (tmp_path / ".env").write_text("CANVAS_SANDBOX_COURSE_NAME=Mine\n# mine\nCANVAS_SANDBOX_COURSE_ID=77\n")
    ran = sandbox(tmp_path, "create", typed="yes\n")
    number, name = LINES.findall(ran.out)[0]

    assert f"Write these two lines to {tmp_path / '.env'}, replacing course 77?" in ran.out
    text = f"CANVAS_SANDBOX_COURSE_NAME={name}\n# mine\nCANVAS_SANDBOX_COURSE_ID={number}\n"
    assert (tmp_path / ".env").read_text() == text
    assert administered.tables.courses[int(number)].workflow_state == "unpublished"


def test_an_env_that_cannot_be_written(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """That is reported, and the lines are there to copy."""
    root = tmp_path / "project"
    (root / ".env").mkdir(parents=True)
    ran = sandbox(root, "create", "--yes")

    assert ran.code == 0
    assert "cannot be written" in ran.out
    assert LINES.search(ran.out)
    assert administered.requests > 0


def test_an_environment_that_overrides_the_file(
    administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command warns that environment variables override what was written to `.env`."""
    monkeypatch.setenv("CANVAS_SANDBOX_COURSE_ID", "1001")
    monkeypatch.setenv("CANVAS_SANDBOX_COURSE_NAME", administered.credentials.course_name)
    ran = sandbox(tmp_path, "create", "--yes")

    assert ran.code == 0
    for variable in ("CANVAS_SANDBOX_COURSE_ID", "CANVAS_SANDBOX_COURSE_NAME"):
        assert f"{variable} is also set in the environment, which overrides .env; unset it there." in ran.out


def test_a_run_exercises_everything_but_media(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """With the lines of `create` a run is conformant; only what needs a media object is probed, with the reason.

    The run restores the new course like any other.
    """
    sandbox(tmp_path, "create", "--yes")
    before = administered.tables.digest()
    settings = {**runs.leading_to(administered), **settings_in(tmp_path)}
    found = runs.run(tmp_path / "reports", settings=settings)
    probed = {row["scope"]: row["message"] for row in found.document["scopes"] if row["proof"] == "probed"}

    assert found.code == 0, found.output
    assert probed.keys() == NEED_MEDIA
    assert all("the course has no media object" in message for message in probed.values())
    assert administered.tables.digest() == before


@pytest.mark.parametrize("state", [{"storage": "s3"}, {"storage": "inst-fs"}], ids=["s3", "inst-fs"])
def test_every_storage_takes_the_file(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """The course has its file, and the storage never saw the token."""
    ran = sandbox(tmp_path, "create", "--yes")
    course_id = int(settings_in(tmp_path)["CANVAS_SANDBOX_COURSE_ID"])

    assert ran.code == 0
    assert [file.display_name for file in administered.tables.files.values() if file.course_id == course_id] == [
        "scope-check.png"
    ]
    assert administered.tables.leaks == []


def test_it_is_below_the_account_of_the_settings(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """CANVAS_ACCOUNT_ID says where the sub-account is created."""
    sandbox(tmp_path, "create", "--yes", "--canvas-account-id", "11")
    course = administered.tables.courses[int(settings_in(tmp_path)["CANVAS_SANDBOX_COURSE_ID"])]

    assert administered.tables.accounts[course.account_id].parent_account_id == 11


REMOVAL = "python -m scopecheck sandbox remove"


def test_where_nothing_was_created_nothing_is_to_be_removed(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """An account that does not exist is named, and that is all there is to do."""
    before = administered.tables.digest()
    ran = sandbox(tmp_path, "create", "--yes", "--canvas-account-id", "999")

    assert ran.code == 1
    assert "Canvas did not show account 999 (HTTP 404" in ran.out
    assert "What to do: Correct CANVAS_ACCOUNT_ID" in ran.out
    assert REMOVAL not in ran.out
    assert administered.tables.digest() == before


@pytest.mark.parametrize(
    ("state", "removal"),
    [
        ({"faults": (Fault("500", r"POST /api/v1/accounts/\d+/sub_accounts"),)}, True),
        ({"faults": (Fault("throttle-403", r"POST /api/v1/accounts/\d+/sub_accounts"),)}, False),
        ({"faults": (Fault("500", r"POST /api/v1/accounts/\d+/courses"),)}, True),
    ],
    ids=["perhaps a sub-account", "certainly none", "a sub-account without a course"],
)
@pytest.mark.usefixtures("administered")
def test_what_may_have_been_created_is_to_be_removed(tmp_path: Path, *, removal: bool) -> None:
    """After a fault nobody knows, so the removal is named; after a refusal there is nothing."""
    ran = sandbox(tmp_path, "create", "--yes")

    assert ran.code == 1
    assert (REMOVAL in ran.out) is removal


@pytest.mark.parametrize("state", [{"faults": (Fault("500", r"POST /api/v1/courses/\d+/quizzes"),)}])
def test_content_that_canvas_does_not_create_is_named(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """Some hosts refuse new classic quizzes: the rest is created, and the exit code is 1."""
    before = len(administered.tables.quizzes), len(administered.tables.subscriptions)
    ran = sandbox(tmp_path, "create", "--yes")

    assert ran.code == 1
    assert "Canvas did not create the quiz (HTTP 500" in ran.out
    assert "Scopes that need the missing content can only be probed." in ran.out
    assert LINES.search(ran.out)
    assert (len(administered.tables.quizzes), len(administered.tables.subscriptions)) == (before[0], before[1] + 1)
