"""`python -m scopecheck sandbox`: what it needs, what it shows, and what it says when Canvas refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.faults import Broken
from scopecheck.embedded_canvas.http import Request, Response
from scopecheck.embedded_canvas.known import ROOT
from scopecheck.embedded_canvas.records import Account
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.sandbox.existing import find
from tests.selftest.commands.sandboxing import LONG_AGO, administrator, made_long_ago, sandbox

ACTIONS = ("create", "status", "remove")


@pytest.mark.parametrize("action", ACTIONS)
def test_it_needs_a_canvas_and_an_administrator(tmp_path: Path, action: str) -> None:
    """Each missing setting gets one sentence, and the exit code is 4."""
    ran = sandbox(tmp_path, action)

    assert (ran.code, ran.out) == (4, "")
    for variable in ("CANVAS_BASE_URL", "CANVAS_ADMIN_TOKEN"):
        assert f"- {variable} is not set, but this command needs it; set it to " in ran.err


@pytest.mark.parametrize("action", ACTIONS)
def test_a_canvas_alone_is_not_enough(canvas: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
    """Without the administrator's token nothing is sent."""
    ran = sandbox(tmp_path, action)

    assert ran.code == 4
    assert ran.err.count("\n- ") == 1
    assert canvas.requests == 0


@pytest.mark.parametrize("arguments", [[], ["clean"], ["create", "17"], ["status", "--yes"], ["remove", "1", "2"]])
def test_wrong_arguments(tmp_path: Path, arguments: list[str]) -> None:
    """They count as wrong settings."""
    ran = sandbox(tmp_path, *arguments)

    assert ran.code == 4
    assert "usage: python -m scopecheck" in ran.err


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_help(tmp_path: Path, action: str) -> None:
    """It names what the action does and the settings that it takes."""
    ran = sandbox(tmp_path, action, "--help")

    assert ran.code == 0
    assert "--canvas-account-id" in ran.out


def test_a_mode_without_a_course_yet(
    administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With CANVAS_MODE=exercise set for later runs, the course that they need can still be created."""
    monkeypatch.setenv("CANVAS_MODE", "exercise")

    assert sandbox(tmp_path, "create", "--yes").code == 0
    assert administered.requests > 0


@pytest.mark.parametrize("action", ACTIONS)
def test_a_dead_token(
    administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    """The output has Canvas's answer and what to do; the exit code is 1."""
    monkeypatch.setenv("CANVAS_ADMIN_TOKEN", "1~dead")
    before = administered.tables.digest()
    ran = sandbox(tmp_path, action)

    assert ran.code == 1
    assert "Invalid access token." in ran.out
    assert "What to do: Set CANVAS_ADMIN_TOKEN to a valid token of an account administrator." in ran.out
    assert administered.tables.digest() == before


def test_a_token_without_the_permission(
    administered: EmbeddedCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The integration's own token lacks the scope, and the remedy says which token to use."""
    monkeypatch.setenv("CANVAS_ADMIN_TOKEN", administered.credentials.access_token)
    ran = sandbox(tmp_path, "create")

    assert ran.code == 1
    assert "Canvas did not create a sub-account (HTTP 401" in ran.out
    assert "Set CANVAS_ADMIN_TOKEN to an unscoped token of an account administrator with this permission." in ran.out


def test_an_account_that_is_not_there(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """The remedy names the setting."""
    ran = sandbox(tmp_path, "status", "--canvas-account-id", "99")

    assert ran.code == 1
    assert "What to do: Correct CANVAS_ACCOUNT_ID" in ran.out
    assert administered.tables.writes == []


@pytest.mark.parametrize("action", ["status", "create"])
def test_an_account_by_an_sis_id(administered: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
    """Whatever is in it stays one segment of the path."""
    asked: list[str] = []
    handle = administered.canvas.handle

    def hear(request: Request) -> Response | Broken:
        asked.append(request.path)
        return handle(request)

    with patch.object(administered.canvas, "handle", hear):
        sandbox(tmp_path, action, "--canvas-account-id", "sis_account_id:Fak 2/x")

    assert asked[0].startswith("/api/v1/accounts/sis_account_id:Fak%202%2Fx")


@pytest.mark.parametrize("state", [{"faults": (Fault("html-200"),)}])
def test_something_other_than_canvas(administered: EmbeddedCanvas, tmp_path: Path) -> None:
    """An HTML page instead of a list is reported, not taken for an empty list."""
    ran = sandbox(tmp_path, "status")

    assert ran.code == 1
    assert "Canvas did not list /api/v1/accounts/self/sub_accounts (HTTP 200" in ran.out
    assert administered.requests > 0


@pytest.mark.parametrize("action", ACTIONS)
def test_the_token_is_never_shown(administered: EmbeddedCanvas, tmp_path: Path, action: str) -> None:
    """The administrator's token is neither printed nor written to a file."""
    made_long_ago(administered)
    ran = sandbox(tmp_path, action, "--yes") if action != "status" else sandbox(tmp_path, action)
    files = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())

    assert ran.code == 0
    assert administered.credentials.admin_token not in ran.out + ran.err + files


class TestStatus:
    """What `status` shows."""

    def test_no_sandbox(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It says how to create one, with exit code 0."""
        ran = sandbox(tmp_path, "status")

        assert ran.code == 0
        assert ran.out == (
            f"There is no sandbox below account self on {administered.url}. "
            "To create one: python -m scopecheck sandbox create\n"
        )

    def test_a_sandbox_in_full(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It shows tag, age, readiness, contents, and the lines for `.env`."""
        made, course = made_long_ago(administered)
        ran = sandbox(tmp_path, "status")
        first, *others = ran.out.splitlines()

        assert ran.code == 0
        assert first.startswith(f"Sandbox {made.account_id} ({LONG_AGO}, created 2026-01-01 12:00 UTC, ")
        assert first.endswith(" days ago):")
        assert others == [
            f"  course {course.id}: ready for exercise mode",
            "  contents: pages 1, assignments 1, discussion topics 1, quizzes 1, files 1, media objects 0, "
            "blueprint subscriptions 1, content migrations 1",
            "  settings for .env:",
            f"    CANVAS_SANDBOX_COURSE_ID={course.id}",
            f"    CANVAS_SANDBOX_COURSE_NAME=Scope check sandbox {LONG_AGO}",
        ]

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"workflow_state": "completed"}, "is completed; nothing was written."),
            ({"workflow_state": "available", "active_students": 2}, "has active students (2); nothing was written."),
            ({"blueprint": True}, "is a blueprint, so changes would spread to other courses"),
        ],
    )
    def test_an_unfit_course(
        self, administered: EmbeddedCanvas, tmp_path: Path, columns: dict[str, Any], reason: str
    ) -> None:
        """It shows the guard's own reason, with exit code 1."""
        _, course = made_long_ago(administered)
        for name, value in columns.items():
            setattr(course, name, value)
        ran = sandbox(tmp_path, "status")

        assert ran.code == 1
        assert reason in ran.out

    def test_a_sandbox_without_its_course(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """It is shown, with the command to remove it."""
        _, course = made_long_ago(administered)
        course.workflow_state = "deleted"
        ran = sandbox(tmp_path, "status")

        assert ran.code == 1
        assert "has no course to write to; remove it: python -m scopecheck sandbox remove" in ran.out

    def test_strangers(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """What would prevent removal is named; runs may still write to the course."""
        made, _ = made_long_ago(administered)
        administered.tables.courses[1004].account_id = int(made.account_id)
        ran = sandbox(tmp_path, "status")

        assert ran.code == 0
        assert "  not created by the scope check: Drawing I\n" in ran.out

    def test_names_are_cleaned(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """Control characters in a name do not reach the terminal."""
        made, course = made_long_ago(administered)
        administered.tables.courses[1004].account_id = int(made.account_id)
        administered.tables.courses[1004].name = "\x1b[2Jgone"

        assert "\x1b" not in sandbox(tmp_path, "status").out
        assert course.workflow_state == "unpublished"

    def test_deep_and_many(self, administered: EmbeddedCanvas, tmp_path: Path) -> None:
        """A sandbox below a sub-account is found, even after a hundred other accounts."""
        for number in range(60_001, 60_151):
            administered.tables.accounts[number] = Account(number, f"Course of study {number}", ROOT, ROOT, "")
        made, _ = made_long_ago(administered, "11")

        assert f"Sandbox {made.account_id} (" in sandbox(tmp_path, "status").out

    def test_only_its_own_names(self, administered: EmbeddedCanvas) -> None:
        """An account whose name only resembles ours is not a sandbox."""
        for number, name in enumerate(
            (f"Scope check {LONG_AGO} (old)", f"My scope check {LONG_AGO}", "Scope check", LONG_AGO), 60_001
        ):
            administered.tables.accounts[number] = Account(number, name, ROOT, ROOT, "")
        with administrator(administered) as admin:
            assert find(admin, "self") == []
